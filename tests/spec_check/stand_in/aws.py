"""The `aws` command: the real AWS CLI parses, customises and validates; nothing is sent."""

import sys

import awscli.clidriver
import recorder

driver = awscli.clidriver.create_clidriver()
recorder.listen(driver.session.register)
sys.exit(driver.main(sys.argv[1:]))
