//! The client: one loop that every call goes through. It takes a token, waits for a slot, sends the
//! request, classifies the answer, and handles stale tokens, rate limits and temporary faults. The
//! endpoints are in the modules below.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::ExposeSecret as _;
use url::Url;

use crate::SharedNow;
use crate::body::Body;
use crate::classify::{Outcome, classify};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::hosts::Hosts;
use crate::pacer::{Answered, Pacer, Retry};
use crate::page::{Page, PageToken};
use crate::record::Record;
use crate::retry_after;
use crate::token::{AccessToken, TokenSource};
use crate::transport::{HttpRequest, HttpResponse, Method, Transport};

mod accounts;
mod groups;
mod meetings;
mod reports;
mod users;
mod writes;

pub use meetings::MeetingList;
pub use reports::{EventType, ReportKind, activities_of, history_meetings_of};
pub use users::UserStatus;
pub use writes::AddOn;

/// How often a request is sent if the answers are temporary faults.
const TRIES: u32 = 4;
/// How often a request is sent if Zoom refuses it for the limit per second.
const LIMITED_TRIES: u32 = 120;
/// Pause after the first fault; it doubles with every further fault.
const PAUSE: Duration = Duration::from_millis(500);
/// Largest random addition to the wait after a 429, because callers would otherwise all come back
/// at the same moment.
const SPREAD: Duration = Duration::from_millis(250);
/// Characters that are percent-encoded in a path segment.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Source of random numbers between 0 and 1, for spreading retries over time.
pub type Jitter = Arc<dyn Fn() -> f64 + Send + Sync>;

/// Calls Zoom's API for one account. Clones share tokens, pacer and connections.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    transport: Arc<dyn Transport>,
    tokens: Arc<dyn TokenSource>,
    pacer: Arc<Pacer>,
    hosts: Hosts,
    now: SharedNow,
    jitter: Jitter,
}

impl Client {
    /// Creates a client for one account: `tokens` are the account's, `pacer` must be shared by all
    /// clients of this account, because Zoom's rate limits count per account.
    pub fn new(
        transport: Arc<dyn Transport>,
        tokens: Arc<dyn TokenSource>,
        pacer: Arc<Pacer>,
        hosts: Hosts,
        now: SharedNow,
        jitter: Jitter,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                transport,
                tokens,
                pacer,
                hosts,
                now,
                jitter,
            }),
        }
    }

    /// Reads one page of a list. `page` is the page size and the token of the page.
    async fn list<T: Record>(
        &self,
        endpoint: &Endpoint,
        path: &str,
        mut query: Vec<(&str, String)>,
        page: (u32, Option<&PageToken>),
    ) -> Result<Page<T>, Error> {
        let (size, next) = page;
        query.push(("page_size", size.to_string()));
        if let Some(PageToken(token)) = next {
            query.push(("next_page_token", token.clone()));
        }
        let list = endpoint.expects.first().copied().unwrap_or_default();
        let page = self
            .get(endpoint, path, &query, |body| Page::<T>::read(body, list))
            .await?;
        if !page.rejected.is_empty() {
            tracing::warn!(
                endpoint = endpoint.name,
                rejected = page.rejected.len(),
                "bad records"
            );
        }
        Ok(page)
    }

    /// Reads an endpoint. `read` runs inside the loop, because an answer that can't be read is
    /// handled like a lost one: the request is sent again.
    async fn get<T>(
        &self,
        endpoint: &Endpoint,
        path: &str,
        query: &[(&str, String)],
        read: impl Fn(&Body<'_>) -> Result<T, String> + Send + Sync,
    ) -> Result<T, Error> {
        let answered = |response: &HttpResponse, now| reply(endpoint, response, now, &read);
        self.send(endpoint, |token| self.request(token, path, query), answered)
            .await
    }

    /// Sends a change. A temporary refusal is followed by another try. When the answer was lost, the
    /// change is not sent again, because it may have been made: the result is
    /// [`Error::Unconfirmed`].
    async fn patch(
        &self,
        endpoint: &Endpoint,
        path: &str,
        body: &serde_json::Value,
    ) -> Result<(), Error> {
        let request = |token: &AccessToken| {
            let mut request = self.request(token, path, &[])?;
            request.method = Method::Patch;
            let kind = ("content-type".to_owned(), "application/json".to_owned());
            request.headers.push(kind);
            request.body = Some(body.to_string());
            Ok(request)
        };
        let answered = |response: &HttpResponse, now| {
            if (200..=299).contains(&response.status) && response.body.is_empty() {
                return Reply::Done(Ok(()));
            }
            match reply(endpoint, response, now, &|_| Ok(())) {
                Reply::Temporary(Error::BadResponse { detail, .. }) => {
                    Reply::Done(Err(Error::Unconfirmed { detail }))
                }
                reply => reply,
            }
        };
        self.send(endpoint, request, answered).await
    }

    /// Sends a request until the answer is final or no try is left.
    async fn send<T>(
        &self,
        endpoint: &Endpoint,
        request: impl Fn(&AccessToken) -> Result<HttpRequest, Error> + Send + Sync,
        answered: impl Fn(&HttpResponse, SystemTime) -> Reply<T> + Send + Sync,
    ) -> Result<T, Error> {
        let mut token = self.inner.tokens.token().await?;
        let (mut faults, mut limited, mut renewed) = (0, 0, false);
        loop {
            let request = request(&token)?;
            self.inner
                .pacer
                .acquire(endpoint.category)
                .await
                .map_err(|limit| Error::DailyLimit {
                    resume_at: limit.resume_at,
                })?;
            let (outcome, pause) = self.once(endpoint, request, &answered).await;
            self.inner.pacer.answered(endpoint.category, outcome.kind());
            match outcome {
                Reply::Done(result) => return result,
                Reply::Unauthorized if renewed => return Err(Error::Unauthorized),
                Reply::Unauthorized => {
                    renewed = true;
                    token = self.inner.tokens.renew(token.generation).await?;
                }
                Reply::Limited(retry) => {
                    limited += 1;
                    self.inner.pacer.refused(endpoint.category, retry);
                    if let Some(Retry::At(resume_at)) = retry {
                        return Err(Error::DailyLimit { resume_at });
                    }
                    if limited >= LIMITED_TRIES {
                        return Err(Error::TooManyRetries {
                            status: 429,
                            tries: limited,
                        });
                    }
                    tokio::time::sleep(SPREAD.mul_f64(self.jitter())).await;
                    // The token may have expired during the wait.
                    token = self.inner.tokens.token().await?;
                }
                Reply::Temporary(error) => {
                    faults += 1;
                    if faults >= TRIES {
                        return Err(match error {
                            Error::TooManyRetries { status, .. } => Error::TooManyRetries {
                                status,
                                tries: faults,
                            },
                            other => other,
                        });
                    }
                    let usual = PAUSE * 2_u32.pow(faults - 1);
                    let usual = usual.mul_f64(0.5 + 0.5 * self.jitter());
                    tokio::time::sleep(pause.unwrap_or_default().max(usual)).await;
                }
            }
        }
    }

    /// Sends a request once. The duration is the pause that a `Retry-After` header asks for.
    async fn once<T>(
        &self,
        endpoint: &Endpoint,
        request: HttpRequest,
        answered: &(impl Fn(&HttpResponse, SystemTime) -> Reply<T> + Send + Sync),
    ) -> (Reply<T>, Option<Duration>) {
        let changes = request.method == Method::Patch;
        let response = match self.inner.transport.send(request).await {
            Ok(response) => response,
            // No second try, because the answer would be as large again.
            Err(error @ crate::transport::TransportError::TooLarge { .. }) => {
                return (Reply::Done(Err(error.into())), None);
            }
            Err(error) => {
                tracing::debug!(endpoint = endpoint.name, %error, "request failed");
                // Without a connection nothing was sent; in all other cases Zoom may have made the change.
                if changes && !matches!(error, crate::transport::TransportError::Connect(_)) {
                    let detail = error.to_string();
                    return (Reply::Done(Err(Error::Unconfirmed { detail })), None);
                }
                return (Reply::Temporary(error.into()), None);
            }
        };
        let now = (self.inner.now)();
        let reply = answered(&response, now);
        tracing::debug!(
            endpoint = endpoint.name,
            status = response.status,
            tracking_id = response.header("x-zm-trackingid").unwrap_or_default(),
            "answered"
        );
        if !matches!(reply, Reply::Limited(_)) && response.status < 500 {
            self.inner.pacer.accepted(endpoint.category);
        }
        (reply, retry_after::pause(&response, now))
    }

    /// Builds a `GET` request below the API address of the token.
    fn request(
        &self,
        token: &AccessToken,
        path: &str,
        query: &[(&str, String)],
    ) -> Result<HttpRequest, Error> {
        let mut url: Url = self.inner.hosts.check(token.api_url.as_str())?;
        let base = url.path().trim_end_matches('/');
        let base = base.strip_suffix("/v2").unwrap_or(base);
        let path = format!("{base}/v2{path}");
        url.set_path(&path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let headers = vec![
            (
                "authorization".to_owned(),
                format!("Bearer {}", token.secret.expose_secret()),
            ),
            ("accept".to_owned(), "application/json".to_owned()),
        ];
        Ok(HttpRequest {
            method: Method::Get,
            url,
            headers,
            body: None,
        })
    }

    fn jitter(&self) -> f64 {
        let jitter = (self.inner.jitter)();
        if jitter.is_finite() {
            jitter.clamp(0.0, 1.0)
        } else {
            0.0
        }
    }
}

/// The result of one request after its body was read.
enum Reply<T> {
    Done(Result<T, Error>),
    Unauthorized,
    Limited(Option<Retry>),
    Temporary(Error),
}

impl<T> Reply<T> {
    fn kind(&self) -> Answered {
        match self {
            Self::Done(Ok(_)) => Answered::Good,
            Self::Limited(Some(Retry::At(_))) => Answered::LimitedPerDay,
            Self::Limited(_) => Answered::LimitedPerSecond,
            Self::Done(Err(
                Error::Unconfirmed { .. } | Error::Transport(_) | Error::BadResponse { .. },
            ))
            | Self::Temporary(_) => Answered::Failed,
            Self::Done(Err(_)) | Self::Unauthorized => Answered::Refused,
        }
    }
}

/// Classifies an answer and reads the body of a good one.
fn reply<T>(
    endpoint: &Endpoint,
    response: &HttpResponse,
    now: SystemTime,
    read: &impl Fn(&Body<'_>) -> Result<T, String>,
) -> Reply<T> {
    let text = Body::text(&response.body);
    match classify(response, &text, endpoint, now) {
        Outcome::Good(body) => match read(&body) {
            Ok(result) => Reply::Done(Ok(result)),
            Err(detail) => Reply::Temporary(Error::BadResponse {
                status: response.status,
                detail,
            }),
        },
        Outcome::Unauthorized => Reply::Unauthorized,
        Outcome::Limited(retry) => Reply::Limited(retry),
        Outcome::Temporary(error) => Reply::Temporary(error),
        Outcome::Failed(error) => Reply::Done(Err(error)),
    }
}

/// Encodes an identifier as one segment of a path.
fn segment(id: &str) -> Result<String, Error> {
    // Refused because they would name another path, encoded or not.
    if matches!(id, "" | "." | "..") {
        return Err(Error::Invalid {
            code: 0,
            message: "the identifier is empty or dots".to_owned(),
        });
    }
    Ok(utf8_percent_encode(id, SEGMENT).to_string())
}
