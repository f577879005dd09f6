//! The HTTP client: the network, the network with a recorder, or a recording.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;

use crate::aws::recording::{Answered, Asked, Recorder, Replay};
use crate::aws::redact;

/// By these words a question without a recorded answer is known.
pub const NOT_RECORDED: &str = "the recording has no answer to this question";

/// The network.
pub fn network() -> SharedHttpClient {
    Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https()
}

/// The network, with everything written down.
pub fn recording(recorder: Recorder) -> SharedHttpClient {
    SharedHttpClient::new(Recording { inner: network(), recorder: Arc::new(recorder) })
}

/// No network at all.
pub fn replaying(replay: Replay) -> SharedHttpClient {
    SharedHttpClient::new(Replaying(Arc::new(replay)))
}

#[derive(Debug)]
struct Recording {
    inner: SharedHttpClient,
    recorder: Arc<Recorder>,
}

impl HttpClient for Recording {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(RecordingConnector { inner, recorder: Arc::clone(&self.recorder) })
    }
}

#[derive(Debug)]
struct RecordingConnector {
    inner: SharedHttpConnector,
    recorder: Arc<Recorder>,
}

impl HttpConnector for RecordingConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let question = question(&request).filter(|_| may_be_recorded(&request));
        let recorder = Arc::clone(&self.recorder);
        let answer = self.inner.call(request);
        HttpConnectorFuture::new(async move {
            let response = answer.await?;
            let Some(question) = question else { return Ok(response) };
            let (response, answered) = read(response).await?;
            // A recording with a hole would be replayed as something else.
            recorder.keep(&question, &answered).map_err(|error| ConnectorError::user(error.into()))?;
            Ok(response)
        })
    }
}

#[derive(Debug)]
struct Replaying(Arc<Replay>);

impl HttpClient for Replaying {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(ReplayingConnector(Arc::clone(&self.0)))
    }
}

#[derive(Debug)]
struct ReplayingConnector(Arc<Replay>);

impl HttpConnector for ReplayingConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let found = question(&request).and_then(|question| self.0.answer(&question));
        HttpConnectorFuture::ready(match found {
            Some(answer) => response(answer),
            None => Err(ConnectorError::user(NOT_RECORDED.into())),
        })
    }
}

/// What is asked, redacted; `None` of a body that streams, which no call here has.
fn question(request: &HttpRequest) -> Option<Asked> {
    let body = String::from_utf8_lossy(request.body().bytes()?).into_owned();
    let header = |name: &str| request.headers().get(name).unwrap_or_default();
    // `AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, …`
    let scope: Vec<&str> = header("authorization")
        .split([' ', ','])
        .find(|part| part.starts_with("Credential="))
        .map_or_else(Vec::new, |part| part.split('/').collect());
    let scoped = |index: usize| scope.get(index).copied().unwrap_or("web").to_owned();
    let path = match request.uri().split_once("://").and_then(|(_, rest)| rest.split_once('/')) {
        Some((_, path)) => format!("/{path}"),
        None => "/".to_owned(),
    };
    Some(Asked {
        method: request.method().to_owned(),
        region: scoped(2),
        service: scoped(3),
        path: redact(&path),
        target: header("x-amz-target").to_owned(),
        body: redact(&body),
    })
}

/// Calls that bring credentials (SSO, instance metadata, role assumption) never reach a recording.
fn may_be_recorded(request: &HttpRequest) -> bool {
    let signed = request.headers().get("authorization").is_some_and(|value| value.starts_with("AWS4-"));
    let public = request.headers().get("x-shapecast-public").is_some();
    let body = request.body().bytes().unwrap_or_default();
    let assumes = body.windows(17).any(|part| part == b"Action=AssumeRole")
        || body.windows(13).any(|part| part == b"GetSessionTok");
    (signed || public) && !assumes
}

async fn read(response: HttpResponse) -> Result<(HttpResponse, Answered), ConnectorError> {
    let status = response.status();
    let headers: BTreeMap<String, String> = response
        .headers()
        .iter()
        .filter(|(name, _)| ["content-type", "x-amzn-requestid", "x-amzn-errortype", "last-modified"].contains(name))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let kept = response.headers().clone();
    let body = ByteStream::new(response.into_body()).collect().await;
    let bytes = body.map_err(|error| ConnectorError::io(error.into()))?.into_bytes();
    let answered = Answered { status: status.as_u16(), headers, body: String::from_utf8_lossy(&bytes).into_owned() };
    let mut again = HttpResponse::new(status, SdkBody::from(bytes.to_vec()));
    *again.headers_mut() = kept;
    Ok((again, answered))
}

fn response(answer: Answered) -> Result<HttpResponse, ConnectorError> {
    let status = StatusCode::try_from(answer.status).map_err(|error| ConnectorError::user(error.into()))?;
    let mut response = HttpResponse::new(status, SdkBody::from(answer.body));
    for (name, value) in answer.headers {
        let _ = response.headers_mut().try_insert(name, value);
    }
    Ok(response)
}
