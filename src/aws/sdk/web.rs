//! S3 listings and public documents.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_pricing::config::SharedAsyncSleep;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorSettings};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::byte_stream::ByteStream;

use super::failure::Call;
use super::http::Way;
use super::time::moment;
use crate::aws::{CallError, Fetched, ObjectPage, ObjectQuestion, StoredObject};

/// S3, of which a stand-in has no name for every bucket.
pub fn s3(config: &SdkConfig, own_endpoint: bool) -> aws_sdk_s3::Client {
    aws_sdk_s3::Client::from_conf(aws_sdk_s3::config::Builder::from(config).force_path_style(own_endpoint).build())
}

pub async fn objects(
    config: SdkConfig,
    own_endpoint: bool,
    region: String,
    question: ObjectQuestion,
) -> Result<ObjectPage, CallError> {
    let call = Call::new("s3:ListBucket", format!("{region} (s3://{}/{})", question.bucket, question.prefix));
    let request = s3(&config, own_endpoint)
        .list_objects_v2()
        .bucket(&question.bucket)
        .prefix(&question.prefix)
        .set_delimiter(question.folders.then(|| "/".to_owned()))
        // A token says where to go on; S3 leaves the key aside then.
        .set_start_after(question.after.filter(|_| question.token.is_none()))
        .set_continuation_token(question.token);
    let answer = request.send().await.map_err(|error| call.failed(error))?;
    let objects = answer.contents().iter().filter_map(|object| {
        Some(StoredObject {
            key: object.key()?.to_owned(),
            bytes: u64::try_from(object.size()?).ok()?,
            storage_class: object.storage_class().map_or("STANDARD", |class| class.as_str()).to_owned(),
            modified: object.last_modified().and_then(moment),
        })
    });
    let folders = answer.common_prefixes().iter().filter_map(|folder| folder.prefix().map(str::to_owned));
    let next = answer.next_continuation_token().filter(|token| !token.is_empty());
    if next.is_none() && answer.is_truncated() == Some(true) {
        return Err(call.malformed("the listing goes on and names no next page"));
    }
    Ok(ObjectPage {
        objects: objects.collect(),
        folders: folders.collect(),
        next: next.map(str::to_owned),
        region: call.region.clone(),
    })
}

pub async fn fetch(
    way: Way,
    sleep: Option<SharedAsyncSleep>,
    url: String,
    timeout: Duration,
) -> Result<Fetched, CallError> {
    let call = Call::new("web:Get", url.clone());
    let settings = HttpConnectorSettings::builder().connect_timeout(timeout).read_timeout(timeout).build();
    let connector = way.connector(settings, sleep);
    let mut request = HttpRequest::get(&url).map_err(|error| call.refused(error))?;
    request.headers_mut().insert("x-shapecast-public", "yes");
    let answer = async {
        let response = connector.call(request).await.map_err(|error| call.unreachable(&error))?;
        let status = response.status();
        if !status.is_success() {
            return Err(call.status(status.as_u16()));
        }
        let modified = response.headers().get("last-modified").map(str::to_owned);
        let body = ByteStream::new(response.into_body()).collect().await.map_err(|error| call.unreachable(&error))?;
        let text = String::from_utf8(body.to_vec()).map_err(|_| call.malformed("the document is no text"))?;
        Ok(Fetched { text, modified })
    };
    tokio::time::timeout(timeout, answer).await.unwrap_or_else(|_| Err(call.late()))
}
