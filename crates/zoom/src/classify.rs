//! Classifies Zoom's answers. The HTTP status alone is not enough, because Zoom sends the same code
//! with several statuses, failures with status 200, and a firewall before the API answers in HTML.
//! Status and code decide; message texts only refine, because they change over time.

use std::time::SystemTime;

use crate::body::Body;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::member::Member as _;
use crate::pacer::Retry;
use crate::record::record;
use crate::retry_after;
use crate::transport::HttpResponse;

/// The meaning of an answer for the caller.
#[derive(Debug)]
pub(crate) enum Outcome<'a> {
    /// A result that can be read.
    Good(Body<'a>),
    /// The token is not, or no longer, accepted.
    Unauthorized,
    /// A rate limit was reached; with the wait, if Zoom named one.
    Limited(Option<Retry>),
    /// The request can be sent again; the error is for the case that no try is left.
    Temporary(Error),
    /// A repetition would give the same answer.
    Failed(Error),
}

record! {
    /// A parameter that Zoom's validation refused.
    struct FieldFault {
        /// Name of the parameter.
        field: Option<String> = "field",
        /// Description of the problem.
        message: Option<String> = "message",
    }
}

/// Zoom's error object: a code and a message, sometimes with a list of wrong parameters.
struct Fault {
    code: i64,
    message: String,
}

impl Fault {
    fn of(body: &Body<'_>) -> Self {
        let mut message = body.string("message").unwrap_or_default();
        let faults = body
            .get("errors")
            .and_then(|raw| Vec::<FieldFault>::read(raw).ok());
        for fault in faults.unwrap_or_default() {
            if let (Some(field), Some(text)) = (fault.field, fault.message) {
                message = format!("{message} {field}: {text}");
            }
        }
        Self {
            code: body.integer("code").unwrap_or(0),
            message,
        }
    }
}

/// Decides the meaning of an answer of `endpoint`. `text` is the decoded body, `now` the time at
/// which the answer came.
pub(crate) fn classify<'a>(
    response: &HttpResponse,
    text: &'a str,
    endpoint: &Endpoint,
    now: SystemTime,
) -> Outcome<'a> {
    let status = response.status;
    let bad = |detail: &str| Error::BadResponse {
        status,
        detail: detail.to_owned(),
    };
    let body = Body::parse(text);
    match (status, body) {
        (429, body) => {
            let message = body
                .ok()
                .and_then(|body| body.string("message"))
                .unwrap_or_default();
            Outcome::Limited(retry_after::retry(response, &message, now))
        }
        (408 | 425 | 500.., _) => Outcome::Temporary(Error::TooManyRetries { status, tries: 1 }),
        (200..=299, Err(detail)) => Outcome::Temporary(bad(detail)),
        (200..=299, Ok(body)) => {
            let fault = Fault::of(&body);
            let result = endpoint
                .expects
                .iter()
                .any(|member| body.get(member).is_some());
            if result || fault.code == 0 || body.get("message").is_none() {
                Outcome::Good(body)
            } else {
                by_code(response, fault, endpoint, now)
            }
        }
        (400..=499, Ok(body)) => by_code(response, Fault::of(&body), endpoint, now),
        (401, Err(_)) => Outcome::Unauthorized,
        (403, Err(_)) => Outcome::Failed(Error::Blocked { status }),
        (300..=399, _) => Outcome::Failed(bad("a redirect, which is never followed")),
        (_, Err(detail)) => Outcome::Failed(bad(detail)),
        (_, Ok(_)) => Outcome::Failed(bad("an unknown status")),
    }
}

fn by_code<'a>(
    response: &HttpResponse,
    fault: Fault,
    endpoint: &Endpoint,
    now: SystemTime,
) -> Outcome<'a> {
    let Fault { code, message: raw } = fault;
    let text = raw.to_ascii_lowercase();
    let status = response.status;
    // People look for both: the text in Zoom's documents, the status in the logs of a proxy.
    let message = match raw.trim() {
        "" => format!("HTTP status {status}, without a text"),
        said => format!("{said} (HTTP status {status})"),
    };
    let error = match code {
        _ if text.contains("rest api has been denied") => Error::ApiDenied { message },
        429 => return Outcome::Limited(retry_after::retry(response, &raw, now)),
        4700 | 4711 if text.contains("scope") => Error::ScopeMissing {
            scopes: scopes_in(&raw, endpoint),
            message,
        },
        // A new token would not help, because the token was sent in the wrong place.
        124 if text.contains("query parameter") => Error::Invalid { code, message },
        124 | 4700 => return Outcome::Unauthorized,
        200 if text.contains("you can add max") || text.contains("can't add paid") => {
            Error::SeatsExhausted { message }
        }
        // About this one user, not about the role of the app.
        200 if text.contains("zoom room") => Error::Invalid { code, message },
        200 if text.contains("paid") || text.contains("or higher account") => {
            Error::PlanTooLow { message }
        }
        200 => Error::PermissionDenied { message },
        300 if text.contains("page token") => Error::PageTokenExpired,
        1000 if text.contains("pending") => Error::PendingSettings,
        1001 | 1010 | 1120 | 2001 | 3001 | 4130 => Error::NotFound { code, message },
        _ if text.contains("or higher account") => Error::PlanTooLow { message },
        _ if status == 401 => return Outcome::Unauthorized,
        _ if status == 403 => Error::PermissionDenied { message },
        _ => Error::Invalid { code, message },
    };
    Outcome::Failed(error)
}

/// The scopes named in messages of the forms `… does not contain scopes:[a, b].` and
/// `… does not contain a scope.`; the endpoint's own scopes if there are none.
fn scopes_in(message: &str, endpoint: &Endpoint) -> Vec<String> {
    let listed = message
        .split_once('[')
        .and_then(|(_, rest)| rest.split_once(']'));
    let named: Vec<String> = match listed {
        Some((list, _)) => list
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect(),
        None => message
            .split_whitespace()
            .map(|word| word.trim_matches(|c: char| !c.is_ascii_alphanumeric()))
            .filter(|word| word.contains(':'))
            .map(str::to_owned)
            .collect(),
    };
    if named.is_empty() {
        endpoint
            .granular
            .iter()
            .chain(endpoint.classic)
            .map(|&name| name.to_owned())
            .collect()
    } else {
        named
    }
}
