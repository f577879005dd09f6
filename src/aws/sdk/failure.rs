//! Errors of the SDK as ours, and paging that ends.

use std::collections::BTreeSet;
use std::error::Error;
use std::future::Future;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::aws::{CallError, CallFailure};

/// Which call it is, for its errors.
#[derive(Clone, Debug)]
pub struct Call {
    pub name: &'static str,
    pub region: String,
}

impl Call {
    pub fn new(name: &'static str, region: impl Into<String>) -> Self {
        Self { name, region: region.into() }
    }

    fn error(&self, failure: CallFailure, message: impl Into<String>) -> CallError {
        CallError {
            call: self.name,
            region: self.region.clone(),
            status: None,
            code: None,
            message: message.into(),
            causes: Vec::new(),
            request_id: None,
            failure,
        }
    }

    /// A question that the SDK refuses to build.
    pub fn refused(&self, error: impl Error) -> CallError {
        self.error(CallFailure::Refused, error.to_string())
    }

    /// What is not there.
    pub fn not_found(&self, what: &str) -> CallError {
        self.error(CallFailure::NotFound, what)
    }

    /// An answer without something that it must have.
    pub fn malformed(&self, what: &str) -> CallError {
        self.error(CallFailure::Malformed, what)
    }

    /// No answer in time.
    pub fn late(&self) -> CallError {
        self.error(CallFailure::Timeout, "no answer in time")
    }

    /// The network failed.
    pub fn unreachable(&self, error: &(dyn Error + 'static)) -> CallError {
        let causes = chain(error);
        let recorded = !causes.iter().any(|cause| cause.contains(super::http::NOT_RECORDED));
        let failure = if recorded { CallFailure::Network } else { CallFailure::NotRecorded };
        let (message, causes) =
            causes.split_first().map_or_else(Default::default, |(first, rest)| (first.clone(), rest.to_vec()));
        CallError { causes, ..self.error(failure, message) }
    }

    /// A bad status.
    pub fn status(&self, status: u16) -> CallError {
        CallError { status: Some(status), ..self.error(CallError::failure_of(Some(status), None), "") }
    }

    /// An error of the SDK, with its status, code and causes.
    pub fn failed<E>(&self, error: SdkError<E, HttpResponse>) -> CallError
    where
        E: Error + ProvideErrorMetadata + 'static,
    {
        let response = error.raw_response();
        let status = response.map(|response| response.status().as_u16());
        let request_id = response.and_then(|response| {
            let header = |name: &str| response.headers().get(name).map(str::to_owned);
            header("x-amzn-requestid").or_else(|| header("x-amz-request-id"))
        });
        let causes = chain(&error);
        let said = |word: &str| causes.iter().any(|cause| cause.to_lowercase().contains(word));
        let html = response
            .and_then(|response| response.body().bytes())
            .is_some_and(|body| body.trim_ascii_start().first() == Some(&b'<') && starts_like_html(body));
        let (code, message) = error
            .as_service_error()
            .map_or((None, None), |service| (service.code().map(str::to_owned), service.message().map(str::to_owned)));
        let cut_off = said(super::http::CUT_OFF);
        // A connector that refuses an answer takes its status with it; only answers of success are looked at.
        let status = status.or(cut_off.then_some(200));
        let failure = match &error {
            _ if cut_off => CallFailure::Malformed,
            _ if said(super::http::NOT_RECORDED) => CallFailure::NotRecorded,
            SdkError::TimeoutError(_) => CallFailure::Timeout,
            SdkError::DispatchFailure(failure) if failure.is_timeout() => CallFailure::Timeout,
            _ if said("credential") && code.is_none() => CallFailure::Credentials,
            SdkError::ConstructionFailure(_) => CallFailure::Refused,
            SdkError::DispatchFailure(_) => CallFailure::Network,
            _ if html => CallFailure::Malformed,
            SdkError::ResponseError(_) if said("timeout") || said("minimum throughput") => CallFailure::Timeout,
            _ => CallError::failure_of(status, code.as_deref()),
        };
        let summary = match (&message, html) {
            (Some(message), _) => message.clone(),
            (None, _) if cut_off => super::http::CUT_OFF.to_owned(),
            (None, true) => "the answer is a web page, not AWS's".to_owned(),
            (None, false) => causes.first().cloned().unwrap_or_default(),
        };
        let below = causes.into_iter().filter(|cause| *cause != summary).collect();
        CallError {
            call: self.name,
            region: self.region.clone(),
            status,
            code,
            message: summary,
            causes: below,
            request_id,
            failure,
        }
    }
}

fn starts_like_html(body: &[u8]) -> bool {
    let start = String::from_utf8_lossy(&body[..body.len().min(300)]).to_ascii_lowercase();
    start.contains("<html") || start.contains("<!doctype")
}

/// An error and all below it: the SDK's own text is often only "service error".
pub fn chain(error: &(dyn Error + 'static)) -> Vec<String> {
    let mut texts = vec![error.to_string()];
    let mut source = error.source();
    while let Some(cause) = source {
        let text = cause.to_string();
        if texts.last() != Some(&text) {
            texts.push(text);
        }
        source = cause.source();
    }
    texts
}

/// All pages: `page` gets a token and gives items and the next token. A token that comes again is an error: such a
/// listing would never end.
pub async fn all_pages<T, F, P>(call: &Call, mut page: F) -> Result<Vec<T>, CallError>
where
    F: FnMut(Option<String>) -> P,
    P: Future<Output = Result<(Vec<T>, Option<String>), CallError>>,
{
    let mut all = Vec::new();
    let mut token = None;
    let mut seen = BTreeSet::new();
    loop {
        let (items, next) = page(token).await?;
        all.extend(items);
        match next.filter(|next| !next.is_empty()) {
            None => return Ok(all),
            Some(next) => {
                if !seen.insert(next.clone()) {
                    let pages = seen.len() + 1;
                    return Err(CallError::token_loop(call.name, &call.region, pages));
                }
                token = Some(next);
            }
        }
    }
}
