//! Single objects in S3: a script that is put there, a result that is brought back.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_smithy_types::byte_stream::ByteStream;

use super::failure::Call;
use super::web;
use crate::aws::{CallError, ObjectQuestion, S3Place};

/// Attempts of reading an object whose connection breaks in the middle, which the SDK does not repeat.
const ATTEMPTS: u32 = 3;

pub async fn put(
    config: SdkConfig,
    own_endpoint: bool,
    region: String,
    place: S3Place,
    text: String,
) -> Result<(), CallError> {
    let call = Call::new("s3:PutObject", format!("{region} ({place})"));
    let asked = web::s3(&config, own_endpoint)
        .put_object()
        .bucket(&place.bucket)
        .key(&place.key)
        .content_type("text/plain; charset=utf-8")
        .body(ByteStream::from(text.into_bytes()));
    asked.send().await.map(drop).map_err(|error| call.failed(error))
}

pub async fn get(
    config: SdkConfig,
    own_endpoint: bool,
    region: String,
    place: S3Place,
    patience: Duration,
) -> Result<Vec<u8>, CallError> {
    let call = Call::new("s3:GetObject", format!("{region} ({place})"));
    let client = web::s3(&config, own_endpoint);
    let mut attempt = 1;
    loop {
        let answer = client.get_object().bucket(&place.bucket).key(&place.key).send().await;
        let answer = answer.map_err(|error| call.failed(error))?;
        match whole(answer.body, &call, patience).await {
            // Athena and Spark end every row; whatever else sits between may cut it off.
            Ok(body) if body.ends_with(b"\n") => return Ok(body),
            Ok(_) => return Err(CallError { status: Some(200), ..call.malformed(super::http::CUT_OFF) }),
            Err(_) if attempt < ATTEMPTS => attempt += 1,
            Err(error) => return Err(error),
        }
    }
}

/// All of a body; a pause of more than `patience` is the end of it.
async fn whole(mut body: ByteStream, call: &Call, patience: Duration) -> Result<Vec<u8>, CallError> {
    let mut all = Vec::new();
    loop {
        match tokio::time::timeout(patience, body.next()).await {
            Err(_) => return Err(call.late()),
            Ok(None) => return Ok(all),
            Ok(Some(Ok(part))) => all.extend_from_slice(&part),
            Ok(Some(Err(error))) => return Err(call.unreachable(&error)),
        }
    }
}

/// The one file of a folder that a Spark job wrote.
pub async fn get_part(
    config: SdkConfig,
    own_endpoint: bool,
    region: String,
    folder: S3Place,
    patience: Duration,
) -> Result<Vec<u8>, CallError> {
    let call = Call::new("s3:ListBucket", format!("{region} ({folder})"));
    let prefix = folder.join("part-").key;
    let question = ObjectQuestion { bucket: folder.bucket.clone(), prefix, ..ObjectQuestion::default() };
    let page = web::objects(config.clone(), own_endpoint, region.clone(), question).await?;
    let key = match page.objects.as_slice() {
        [one] => one.key.clone(),
        [] => return Err(call.not_found("the job ended well, but there is no part-… file")),
        _ => return Err(call.malformed("the job writes one part-… file, and there are several")),
    };
    get(config, own_endpoint, region, S3Place { bucket: folder.bucket, key }, patience).await
}
