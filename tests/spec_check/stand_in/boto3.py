"""The part of boto3 that the README uses, over the real botocore; nothing is sent."""

import botocore.session
import recorder


def client(service, region):
    made = botocore.session.get_session().create_client(service, region)
    recorder.listen(made.meta.events.register)
    return made
