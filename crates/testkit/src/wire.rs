//! The connection between Seatwise and Zoom: sends requests to the simulator, records them, and
//! injects faults. A [`Damage`] selects requests, may let some of them pass first, and decides the
//! fault for the others.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use serde_json::Value;
use tokio::sync::Semaphore;
use zoom::transport::{HttpRequest, HttpResponse, Transport, TransportError};

/// A transport that can inject faults.
pub struct Wire {
    inner: Arc<dyn Transport>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    damages: Vec<Damage>,
    seen: Vec<Seen>,
}

#[derive(Clone, PartialEq, Eq)]
pub struct Seen {
    /// Such as `/v2/users`.
    pub path: String,
    /// Such as `status=active&page_size=300`, or the posted form.
    pub parameters: String,
    /// Status of the response; 0 while there is none, or if none arrived.
    pub status: u16,
    /// Value of the header `Authorization`.
    pub authorization: String,
}

impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}?{}", self.status, self.path, self.parameters)
    }
}

type Edit = Arc<dyn Fn(HttpResponse) -> HttpResponse + Send + Sync>;

#[derive(Clone)]
enum Effect {
    /// Zoom does not receive the request.
    Answer(HttpResponse),
    /// Zoom's response arrives changed.
    Edit(Edit),
    /// The request does not reach Zoom.
    Fail(TransportError),
    /// The request reaches Zoom, but its response is lost.
    Lose(TransportError),
    /// The request waits for a permit.
    Hold(Arc<Semaphore>),
    /// The request never gets a response.
    Silence,
}

/// A fault and the requests that it applies to.
pub struct Damage {
    path: String,
    parameters: Vec<String>,
    skip: usize,
    times: usize,
    effect: Effect,
}

impl Damage {
    fn new(path: &str, effect: Effect) -> Self {
        Self {
            path: path.to_owned(),
            parameters: Vec::new(),
            skip: 0,
            times: usize::MAX,
            effect,
        }
    }

    /// Requests whose path ends with `path` get this response, and Zoom does not receive them.
    #[must_use]
    pub fn answer(path: &str, status: u16, body: impl Into<Bytes>) -> Self {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Self::new(
            path,
            Effect::Answer(HttpResponse {
                status,
                headers,
                body: body.into(),
            }),
        )
    }

    /// As [`Damage::answer`], with an additional header.
    ///
    /// # Panics
    /// When this damage is not a response.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        let Effect::Answer(response) = &mut self.effect else {
            panic!("not an answer")
        };
        response.headers.retain(|(have, _)| have != name);
        response.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Zoom's responses are changed by `edit`.
    #[must_use]
    pub fn edit(
        path: &str,
        edit: impl Fn(HttpResponse) -> HttpResponse + Send + Sync + 'static,
    ) -> Self {
        Self::new(path, Effect::Edit(Arc::new(edit)))
    }

    /// Zoom's responses are changed by `edit` as JSON.
    #[must_use]
    pub fn edit_json(path: &str, edit: impl Fn(&mut Value) + Send + Sync + 'static) -> Self {
        Self::edit(path, move |mut response| {
            let mut value = serde_json::from_slice(&response.body).expect("Zoom answers JSON");
            edit(&mut value);
            response.body = value.to_string().into();
            response
        })
    }

    /// Requests fail before they reach Zoom.
    #[must_use]
    pub fn fail(path: &str, error: TransportError) -> Self {
        Self::new(path, Effect::Fail(error))
    }

    /// Requests reach Zoom and take effect, but the response is lost.
    #[must_use]
    pub fn lose(path: &str, error: TransportError) -> Self {
        Self::new(path, Effect::Lose(error))
    }

    /// Requests wait until the semaphore has a permit for them, which they use up.
    #[must_use]
    pub fn hold(path: &str, gate: &Arc<Semaphore>) -> Self {
        Self::new(path, Effect::Hold(Arc::clone(gate)))
    }

    /// Requests never get a response.
    #[must_use]
    pub fn silence(path: &str) -> Self {
        Self::new(path, Effect::Silence)
    }

    /// Only requests whose parameters contain this text. Can be repeated.
    #[must_use]
    pub fn with(mut self, parameter: &str) -> Self {
        self.parameters.push(parameter.to_owned());
        self
    }

    /// The first `count` matching requests pass unchanged.
    #[must_use]
    pub fn after(mut self, count: usize) -> Self {
        self.skip = count;
        self
    }

    /// The damage ends after `count` requests.
    #[must_use]
    pub fn times(mut self, count: usize) -> Self {
        self.times = count;
        self
    }

    /// Only the first matching request.
    #[must_use]
    pub fn once(self) -> Self {
        self.times(1)
    }

    fn meets(&mut self, seen: &Seen) -> bool {
        let parameters = self.parameters.iter();
        if !seen.path.ends_with(&self.path)
            || !parameters
                .into_iter()
                .all(|wanted| seen.parameters.contains(wanted.as_str()))
        {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        if self.times == 0 {
            return false;
        }
        self.times -= 1;
        true
    }
}

impl Wire {
    /// A wire without damage.
    #[must_use]
    pub fn new(inner: Arc<dyn Transport>) -> Arc<Self> {
        Arc::new(Self {
            inner,
            state: Mutex::default(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds damage. If several match a request, the one added first applies.
    pub fn damage(&self, damage: Damage) {
        self.state().damages.push(damage);
    }

    pub fn mend(&self) {
        self.state().damages.clear();
    }

    pub fn mend_first(&self) {
        let damages = &mut self.state().damages;
        if !damages.is_empty() {
            damages.remove(0);
        }
    }

    /// All recorded requests in order.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.state().seen.clone()
    }

    /// Recorded requests whose path ends with `path`.
    #[must_use]
    pub fn seen_at(&self, path: &str) -> Vec<Seen> {
        self.seen()
            .into_iter()
            .filter(|seen| seen.path.ends_with(path))
            .collect()
    }

    pub fn forget(&self) {
        self.state().seen.clear();
    }

    fn note(&self, request: &HttpRequest) -> (usize, Option<Effect>) {
        let authorization = request
            .headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("authorization"))
            .map_or_else(String::new, |(_, value)| value.clone());
        let seen = Seen {
            path: request.url.path().to_owned(),
            parameters: request
                .body
                .clone()
                .or_else(|| request.url.query().map(str::to_owned))
                .unwrap_or_default(),
            status: 0,
            authorization,
        };
        let mut state = self.state();
        let effect = state
            .damages
            .iter_mut()
            .find_map(|damage| damage.meets(&seen).then(|| damage.effect.clone()));
        state.seen.push(seen);
        (state.seen.len() - 1, effect)
    }
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let (number, effect) = self.note(&request);
        let response = match effect {
            None => self.inner.send(request).await?,
            Some(Effect::Answer(response)) => response,
            Some(Effect::Edit(edit)) => edit(self.inner.send(request).await?),
            Some(Effect::Fail(error)) => return Err(error),
            Some(Effect::Lose(error)) => {
                self.inner.send(request).await?;
                return Err(error);
            }
            Some(Effect::Hold(gate)) => {
                // If the gate is closed, the request passes.
                if let Ok(permit) = gate.acquire().await {
                    permit.forget();
                }
                self.inner.send(request).await?
            }
            Some(Effect::Silence) => std::future::pending().await,
        };
        if let Some(seen) = self.state().seen.get_mut(number) {
            seen.status = response.status;
        }
        Ok(response)
    }
}
