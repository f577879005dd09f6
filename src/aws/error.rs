//! A call that failed: which, where, how, and what to do about it.

use std::fmt;

use super::SUBMIT_ACTIONS;

/// What kind of failure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallFailure {
    /// There are no credentials, or they are expired or wrong.
    Credentials,
    /// The identity may not make this call.
    Denied,
    /// AWS asks to slow down, and did so for all attempts.
    Throttled,
    /// No answer in time.
    Timeout,
    /// The service cannot be reached.
    Network,
    /// The service failed.
    Server,
    /// The answer is not what the service's interface says.
    Malformed,
    /// A page's token came again: the listing would never end.
    TokenLoop,
    /// What was asked for does not exist.
    NotFound,
    /// The service refuses the question.
    Refused,
    /// The recording has no answer to this question.
    NotRecorded,
}

/// A call that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallError {
    /// Service and operation as an IAM policy names them: `pricing:GetProducts`.
    pub call: &'static str,
    /// The region whose endpoint was asked.
    pub region: String,
    /// HTTP status of the last attempt.
    pub status: Option<u16>,
    /// AWS's error code.
    pub code: Option<String>,
    /// What AWS or the client says.
    pub message: String,
    /// The causes below it, outermost first.
    pub causes: Vec<String>,
    /// AWS's id of the request, for its support.
    pub request_id: Option<String>,
    /// What kind it is.
    pub failure: CallFailure,
}

impl CallError {
    /// A listing whose page `page` gave the token of an earlier one.
    #[must_use]
    pub fn token_loop(call: &'static str, region: &str, page: usize) -> Self {
        Self {
            call,
            region: region.to_owned(),
            status: Some(200),
            code: None,
            message: format!("page {page} gave the token of an earlier page"),
            causes: Vec::new(),
            request_id: None,
            failure: CallFailure::TokenLoop,
        }
    }

    /// The next step.
    #[must_use]
    pub fn hint(&self) -> String {
        match self.failure {
            CallFailure::Credentials => {
                "sign in (`aws sso login`, `aws configure`), name a profile with --profile, and see `shapecast doctor`"
                    .to_owned()
            }
            CallFailure::Denied => {
                let submits = SUBMIT_ACTIONS.iter().any(|action| action.name == self.call);
                let more = if submits { " submit" } else { "" };
                format!(
                    "the identity lacks the action `{}`: `shapecast doctor --policy{more}` prints the policy that allows it",
                    self.call
                )
            }
            CallFailure::Throttled => {
                "AWS limits the rate of this call: wait a minute and repeat; what came is kept".to_owned()
            }
            CallFailure::Timeout => "repeat, or allow more time with --aws-timeout; what came is kept".to_owned(),
            CallFailure::Network => {
                "check the network, proxy and --endpoint-url; without a network use --offline or a snapshot".to_owned()
            }
            CallFailure::Server => "the service failed: repeat later; what came is kept".to_owned(),
            CallFailure::Malformed => {
                "something between here and AWS answered (a proxy, a login page, --endpoint-url?); record the run with \
                 --record DIR to see the answer"
                    .to_owned()
            }
            CallFailure::TokenLoop => {
                "the service repeats a page: repeat later, and report it with --record DIR if it stays".to_owned()
            }
            CallFailure::NotFound => format!("check the id and the region ({})", self.region),
            CallFailure::Refused => "check the arguments and the region".to_owned(),
            CallFailure::NotRecorded => {
                "the recording is of another command or version: give the same command, or record anew".to_owned()
            }
        }
    }

    /// The failure that a status and an error code mean.
    #[must_use]
    pub fn failure_of(status: Option<u16>, code: Option<&str>) -> CallFailure {
        let code = code.unwrap_or_default();
        let named = |names: &[&str]| names.iter().any(|name| code.eq_ignore_ascii_case(name));
        if named(&[
            "ExpiredToken",
            "ExpiredTokenException",
            "RequestExpired",
            "InvalidClientTokenId",
            "UnrecognizedClientException",
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            "AuthFailure",
            "InvalidAccessKeyId",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "IncompleteSignature",
        ]) {
            CallFailure::Credentials
        } else if named(&["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AccessDeniedFault"]) {
            CallFailure::Denied
        } else if code.contains("Throttl")
            || named(&["RequestLimitExceeded", "TooManyRequestsException", "SlowDown", "LimitExceededException"])
        {
            CallFailure::Throttled
        } else if code.contains("NotFound") || named(&["EntityNotFoundException", "NoSuchBucket", "NoSuchKey"]) {
            CallFailure::NotFound
        } else {
            match status {
                Some(401 | 403) => CallFailure::Denied,
                Some(404) => CallFailure::NotFound,
                Some(429) => CallFailure::Throttled,
                Some(500..) => CallFailure::Server,
                Some(200..=299) => CallFailure::Malformed,
                Some(_) => CallFailure::Refused,
                None => CallFailure::Network,
            }
        }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.call, self.region)?;
        match self.status {
            Some(status) => write!(f, " failed with status {status}")?,
            None => f.write_str(" got no answer")?,
        }
        if let Some(code) = &self.code {
            write!(f, " {code}")?;
        }
        if !self.message.is_empty() {
            write!(f, ": {}", self.message)?;
        }
        self.request_id.as_ref().map_or(Ok(()), |id| write!(f, " (request {id})"))
    }
}

impl std::error::Error for CallError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_known_by_its_code_before_its_status() {
        let of = CallError::failure_of;
        assert_eq!(of(Some(400), Some("ExpiredTokenException")), CallFailure::Credentials);
        assert_eq!(of(Some(403), Some("ExpiredToken")), CallFailure::Credentials);
        assert_eq!(of(Some(400), Some("AccessDeniedException")), CallFailure::Denied);
        assert_eq!(of(Some(403), Some("UnauthorizedOperation")), CallFailure::Denied);
        assert_eq!(of(Some(400), Some("ThrottlingException")), CallFailure::Throttled);
        assert_eq!(of(Some(503), Some("SlowDown")), CallFailure::Throttled);
        assert_eq!(of(Some(503), None), CallFailure::Server);
        assert_eq!(of(Some(200), None), CallFailure::Malformed);
        assert_eq!(of(Some(400), Some("ResourceNotFoundException")), CallFailure::NotFound);
        assert_eq!(of(None, None), CallFailure::Network);
    }

    #[test]
    fn the_text_names_call_status_region_and_next_step() {
        let error = CallError {
            call: "pricing:GetProducts",
            region: "us-east-1".to_owned(),
            status: Some(400),
            code: Some("AccessDeniedException".to_owned()),
            message: "not authorized".to_owned(),
            causes: Vec::new(),
            request_id: Some("r-1".to_owned()),
            failure: CallFailure::Denied,
        };
        assert_eq!(
            error.to_string(),
            "pricing:GetProducts in us-east-1 failed with status 400 AccessDeniedException: not authorized (request r-1)"
        );
        assert!(error.hint().contains("`pricing:GetProducts`"));
    }
}
