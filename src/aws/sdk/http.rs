//! The HTTP client: the network, the network with a recorder, or a recording.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_sdk_pricing::config::SharedAsyncSleep;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::{Builder, Connector};
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

/// By these words an answer that was cut off is known.
pub const CUT_OFF: &str = "the answer ends in the middle";

/// Where answers come from.
#[derive(Clone, Debug)]
pub enum Way {
    /// The network.
    Network,
    /// The network, with everything written down.
    Recording(Arc<Recorder>),
    /// A recording: no network at all.
    Replaying(Arc<Replay>),
}

impl Way {
    /// For the SDK's clients.
    pub fn client(&self) -> SharedHttpClient {
        let network = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
        SharedHttpClient::new(Client { network, way: self.clone() })
    }

    /// For a single request.
    pub fn connector(&self, settings: HttpConnectorSettings, sleep: Option<SharedAsyncSleep>) -> SharedHttpConnector {
        let mut builder = Connector::builder().connector_settings(settings);
        builder.set_sleep_impl(sleep);
        let network = builder.tls_provider(Provider::Rustls(CryptoMode::Ring)).build();
        self.over(SharedHttpConnector::new(network))
    }

    fn over(&self, network: SharedHttpConnector) -> SharedHttpConnector {
        match self {
            Self::Network => SharedHttpConnector::new(WholeConnector(network)),
            Self::Recording(recorder) => {
                let inner = SharedHttpConnector::new(WholeConnector(network));
                SharedHttpConnector::new(RecordingConnector { inner, recorder: Arc::clone(recorder) })
            }
            Self::Replaying(replay) => SharedHttpConnector::new(ReplayingConnector(Arc::clone(replay))),
        }
    }
}

#[derive(Debug)]
struct Client {
    network: SharedHttpClient,
    way: Way,
}

impl HttpClient for Client {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        self.way.over(self.network.http_connector(settings, components))
    }
}

/// Refuses XML that was cut off: the SDK takes what is there of a list for the whole of it.
#[derive(Debug)]
struct WholeConnector(SharedHttpConnector);

impl HttpConnector for WholeConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        // What is put is answered with nothing, which may be called XML all the same.
        let lists = request.method() != "PUT";
        let answer = self.0.call(request);
        HttpConnectorFuture::new(async move {
            let response = answer.await?;
            let is_xml = lists && response.headers().get("content-type").is_some_and(|kind| kind.contains("xml"));
            if !is_xml || !response.status().is_success() {
                return Ok(response);
            }
            let (response, answered) = read(response).await?;
            if is_whole_xml(&answered.body) { Ok(response) } else { Err(ConnectorError::io(CUT_OFF.into())) }
        })
    }
}

/// Whether the last tag closes the first one.
fn is_whole_xml(text: &str) -> bool {
    let body = text.trim_end();
    let first = body.split('<').skip(1).find(|tag| !tag.starts_with(['?', '!']));
    let name = first.and_then(|tag| tag.split(['>', ' ', '/', '\n', '\r', '\t']).next()).unwrap_or_default();
    !name.is_empty()
        && (body.ends_with(&format!("</{name}>")) || (body.ends_with("/>") && body.matches('<').count() <= 2))
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
