//! Injected faults: the n-th call of an endpoint gets another status, a broken connection or a wrong
//! page.
//!
//! Some effects replace the answer, some change the request, some change the answer. Without injections
//! this module changes nothing.

use crate::api::answer::Answer;
use crate::config::LimitHeaders;
use crate::dice::mix;
use crate::effect::Effect;
use crate::spoil::{self, Pages};
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// An effect, and the calls to which it applies.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Injection {
    /// Path below `/v2`, or `/oauth/token`. `*` matches one part, a path of only `*` matches every path.
    /// With a method before it, as in `PATCH /users/*`, only calls with that method match.
    pub path: String,
    /// The first matching call with the effect, counted from 1.
    #[serde(default = "first")]
    pub nth: u64,
    /// Number of matching calls with the effect from then on.
    #[serde(default = "for_ever")]
    pub times: u64,
    /// The effect on these calls.
    pub effect: Effect,
}

const fn first() -> u64 {
    1
}

const fn for_ever() -> u64 {
    u64::MAX
}

impl Injection {
    /// Creates an injection with an effect on the `nth` call only.
    pub fn once(path: &str, nth: u64, effect: Effect) -> Self {
        Self {
            path: path.to_owned(),
            nth,
            times: 1,
            effect,
        }
    }

    /// Creates an injection with an effect on every call.
    pub fn always(path: &str, effect: Effect) -> Self {
        Self {
            path: path.to_owned(),
            nth: 1,
            times: u64::MAX,
            effect,
        }
    }

    fn fits(&self, method: &str, path: &str) -> bool {
        let wanted = match self.path.split_once(' ') {
            Some((only, wanted)) if only == method => wanted,
            Some(_) => return false,
            None => &self.path,
        };
        let (parts_wanted, parts) = (wanted.split('/'), path.split('/'));
        wanted == "*"
            || parts_wanted.clone().count() == parts.clone().count()
                && parts_wanted
                    .zip(parts)
                    .all(|(wanted, part)| wanted == "*" || wanted == part)
    }
}

/// An injection that is at work.
#[derive(Clone, Debug)]
pub(crate) struct ActiveInjection {
    /// Numbers of injections are not used again.
    pub(crate) id: u64,
    pub(crate) injection: Injection,
    /// Matching calls so far.
    pub(crate) calls: u64,
}

/// All injections.
#[derive(Debug, Default)]
pub(crate) struct Injections {
    all: Mutex<(u64, Vec<ActiveInjection>)>,
    pages: Pages,
}

impl Injections {
    fn all(&self) -> MutexGuard<'_, (u64, Vec<ActiveInjection>)> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds an injection and returns its number.
    pub(crate) fn add(&self, injection: Injection) -> u64 {
        let mut all = self.all();
        all.0 += 1;
        let id = all.0;
        all.1.push(ActiveInjection {
            id,
            injection,
            calls: 0,
        });
        id
    }

    pub(crate) fn list(&self) -> Vec<ActiveInjection> {
        self.all().1.clone()
    }

    /// Removes an injection; `false` if there is none with this number.
    pub(crate) fn remove(&self, id: u64) -> bool {
        let all = &mut self.all().1;
        let before = all.len();
        all.retain(|active| active.id != id);
        all.len() < before
    }

    pub(crate) fn clear(&self) {
        self.all().1.clear();
        self.pages
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// Counts a call and returns the effects on it.
    pub(crate) fn effects_on(&self, method: &str, path: &str) -> Injected {
        let mut all = self.all();
        let (mut effects, mut remember) = (Vec::new(), false);
        for ActiveInjection {
            injection, calls, ..
        } in all
            .1
            .iter_mut()
            .filter(|active| active.injection.fits(method, path))
        {
            *calls += 1;
            remember |= matches!(injection.effect, Effect::DuplicatePage | Effect::Overlap(_));
            let end = injection.nth.saturating_add(injection.times);
            let storm = match injection.effect {
                Effect::Storm(percent) => mix(*calls, 0x7374) % 100 < u64::from(percent),
                _ => true,
            };
            if (injection.nth..end).contains(calls) && storm {
                effects.push(injection.effect.clone());
            }
        }
        let pages = remember.then(|| (Arc::clone(&self.pages), path.to_owned()));
        Injected {
            effects,
            pages,
            sent: Arc::default(),
        }
    }
}

/// The effects on a single call.
#[derive(Clone, Debug)]
pub(crate) struct Injected {
    effects: Vec<Effect>,
    /// Storage of earlier pages, if an effect needs them.
    pages: Option<(Pages, String)>,
    /// Page token of the request.
    sent: Arc<Mutex<String>>,
}

/// The answer after all effects, or a response that replaces it.
pub(crate) enum Outcome {
    Answer(Answer),
    Response(Response),
}

fn plain(status: u16, headers: &[(String, String)], body: Body) -> Response {
    let mut response = body.into_response();
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

fn html(status: u16) -> Response {
    let body = "<!DOCTYPE html><html><head><title>Attention Required!</title></head><body><h1>Sorry, you have been blocked</h1></body></html>";
    plain(
        status,
        &[(
            "content-type".to_owned(),
            "text/html; charset=UTF-8".to_owned(),
        )],
        body.into(),
    )
}

impl Injected {
    /// The response that replaces the real answer, if an effect has one.
    pub(crate) async fn instead(&self) -> Option<Response> {
        let json = || {
            (
                "content-type".to_owned(),
                "application/json;charset=UTF-8".to_owned(),
            )
        };
        for effect in &self.effects {
            match effect {
                Effect::Slow(ms) => {
                    tokio::time::sleep(std::time::Duration::from_millis(*ms)).await;
                }
                Effect::Run(run) => run(),
                Effect::Status {
                    status,
                    headers,
                    body,
                } => {
                    return Some(plain(*status, headers, body.clone().into()));
                }
                Effect::Html(status) => return Some(html(*status)),
                Effect::Limited { daily, headers } => {
                    let (headers, body) = spoil::limited(*daily, *headers);
                    let headers: Vec<_> = headers.into_iter().chain([json()]).collect();
                    return Some(plain(429, &headers, body.into()));
                }
                Effect::Storm(_) => {
                    let (_, body) = spoil::limited(false, LimitHeaders::None);
                    return Some(plain(429, &[json()], body.into()));
                }
                Effect::ExpiredToken => {
                    let body =
                        r#"{"code":300,"message":"The next page token is invalid or expired."}"#;
                    return Some(plain(400, &[json()], body.into()));
                }
                _ => {}
            }
        }
        None
    }

    /// Changes the query before the operation is called.
    pub(crate) fn edit_query(&self, query: &mut Vec<(String, String)>) {
        if self.effects.is_empty() {
            return;
        }
        if let Some((_, token)) = query.iter().find(|(name, _)| name == "next_page_token") {
            self.sent
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone_from(token);
        }
        if self
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::PageOneAgain))
        {
            query.retain(|(name, _)| name != "next_page_token");
        }
    }

    /// Largest number of rows of the page, if an effect limits it.
    pub(crate) fn rows(&self) -> Option<usize> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::ShortPage(rows) => Some(*rows),
            _ => None,
        })
    }

    /// Changes the answer of the operation.
    pub(crate) fn after(&self, mut answer: Answer) -> Outcome {
        if self.effects.is_empty() && self.pages.is_none() {
            return Outcome::Answer(answer);
        }
        if answer.status == StatusCode::OK {
            let sent = self
                .sent
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone();
            let effects = self.effects.iter();
            spoil::body(&mut answer.body, effects, &sent, self.pages.as_ref());
        }
        for effect in &self.effects {
            let body = match effect {
                Effect::Cut => &answer.body[..answer.body.len() / 2],
                Effect::Lost => &answer.body[..0],
                _ => continue,
            };
            return Outcome::Response(broken(&answer, body.to_vec()));
        }
        Outcome::Answer(answer)
    }
}

/// A response whose connection breaks after these bytes.
fn broken(answer: &Answer, bytes: Vec<u8>) -> Response {
    let error = std::io::Error::new(std::io::ErrorKind::ConnectionReset, "cut by injection");
    let parts = futures_util::stream::iter([Ok(bytes), Err(error)]);
    let mut response = (
        answer.status,
        answer.headers.clone(),
        Body::from_stream(parts),
    )
        .into_response();
    // Status 200, because an answer without content has no body in which it could break.
    if answer.status == StatusCode::NO_CONTENT {
        *response.status_mut() = StatusCode::OK;
    }
    response
        .headers_mut()
        .insert(header::CONTENT_LENGTH, answer.body.len().max(1).into());
    response
}
