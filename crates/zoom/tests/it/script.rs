//! A Zoom that answers from a script, and a client that talks to it under paused time.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use tokio::time::Instant;
use url::Url;
use zoom::pacer::{Limits, Pacer};
use zoom::transport::{HttpRequest, HttpResponse, Transport, TransportError};
use zoom::{AccessToken, Client, Hosts, SharedNow, TokenError, TokenSource};

pub(crate) type Answer = Result<HttpResponse, TransportError>;
type Answering = Box<dyn Fn(&HttpRequest) -> Answer + Send + Sync>;

/// 2026-11-23 12:00 UTC, in Unix seconds.
pub(crate) const NOON: u64 = 1_795_435_200;

/// An answer with this status and JSON body.
pub(crate) fn json(status: u16, body: &str) -> Answer {
    with(status, &[("content-type", "application/json")], body)
}

/// An answer with this status, these headers and a JSON body.
#[expect(
    clippy::unnecessary_wraps,
    reason = "stands beside answers that are errors"
)]
pub(crate) fn with(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
    let headers = headers
        .iter()
        .map(|&(name, value)| (name.to_owned(), value.to_owned()));
    Ok(HttpResponse {
        status,
        headers: headers.collect(),
        body: body.to_owned().into(),
    })
}

/// A simulated Zoom: the queued answers first, then always the same one.
pub(crate) struct Script {
    queue: Mutex<VecDeque<Answer>>,
    standing: Mutex<Option<Answering>>,
    seen: Mutex<Vec<(Instant, HttpRequest)>>,
}

impl Script {
    pub(crate) fn of(answers: impl IntoIterator<Item = Answer>) -> Arc<Self> {
        Arc::new(Self {
            queue: Mutex::new(answers.into_iter().collect()),
            standing: Mutex::new(None),
            seen: Mutex::new(Vec::new()),
        })
    }

    pub(crate) fn always(
        answer: impl Fn(&HttpRequest) -> Answer + Send + Sync + 'static,
    ) -> Arc<Self> {
        let script = Self::of([]);
        *script.standing.lock().unwrap() = Some(Box::new(answer));
        script
    }

    pub(crate) fn push(&self, answer: Answer) {
        self.queue.lock().unwrap().push_back(answer);
    }

    /// All requests that were received.
    pub(crate) fn requests(&self) -> Vec<HttpRequest> {
        self.seen
            .lock()
            .unwrap()
            .iter()
            .map(|(_, request)| request.clone())
            .collect()
    }

    /// Times at which the requests came.
    pub(crate) fn times(&self) -> Vec<Instant> {
        self.seen
            .lock()
            .unwrap()
            .iter()
            .map(|(at, _)| *at)
            .collect()
    }
}

#[async_trait]
impl Transport for Script {
    async fn send(&self, request: HttpRequest) -> Answer {
        self.seen
            .lock()
            .unwrap()
            .push((Instant::now(), request.clone()));
        // Other tasks must be able to run, as during a real request.
        tokio::task::yield_now().await;
        if let Some(answer) = self.queue.lock().unwrap().pop_front() {
            return answer;
        }
        match self.standing.lock().unwrap().as_ref() {
            Some(answer) => answer(&request),
            None => panic!("nothing scripted for {request:?}"),
        }
    }
}

/// Tokens `t1`, `t2`, …, one more with every renewal.
pub(crate) struct Tokens {
    pub(crate) generation: tokio::sync::Mutex<u64>,
    pub(crate) renewals: AtomicU64,
    pub(crate) api_url: Url,
    pub(crate) broken: Option<TokenError>,
}

impl Tokens {
    pub(crate) fn new(api_url: &str) -> Self {
        Self {
            generation: tokio::sync::Mutex::new(1),
            renewals: AtomicU64::new(0),
            api_url: api_url.parse().unwrap(),
            broken: None,
        }
    }

    fn of(&self, generation: u64) -> AccessToken {
        let secret = format!("canary-token-{generation}").into();
        AccessToken {
            secret,
            api_url: self.api_url.clone(),
            generation,
        }
    }
}

#[async_trait]
impl TokenSource for Tokens {
    async fn token(&self) -> Result<AccessToken, TokenError> {
        match &self.broken {
            Some(error) => Err(error.clone()),
            None => Ok(self.of(*self.generation.lock().await)),
        }
    }

    async fn renew(&self, stale: u64) -> Result<AccessToken, TokenError> {
        let mut generation = self.generation.lock().await;
        if *generation == stale {
            self.renewals.fetch_add(1, Ordering::Relaxed);
            *generation += 1;
        }
        Ok(self.of(*generation))
    }
}

/// A clock that goes with tokio's time, from noon on.
pub(crate) fn clock() -> SharedNow {
    let start = Instant::now();
    Arc::new(move || UNIX_EPOCH + Duration::from_secs(NOON) + start.elapsed())
}

pub(crate) fn noon_and(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(NOON + seconds)
}

/// A client without rate limits of its own.
pub(crate) fn client(script: &Arc<Script>) -> Client {
    client_with(
        script,
        Limits::unlimited(),
        Arc::new(Tokens::new("https://api-us.zoom.us/")),
    )
    .0
}

pub(crate) fn client_with(
    script: &Arc<Script>,
    limits: Limits,
    tokens: Arc<Tokens>,
) -> (Client, Arc<Pacer>) {
    let now = clock();
    let pacer = Arc::new(Pacer::new(limits, Arc::clone(&now), &[]));
    let transport: Arc<dyn Transport> = Arc::<Script>::clone(script);
    let jitter = Arc::new(|| 0.5);
    let client = Client::new(
        transport,
        tokens,
        Arc::clone(&pacer),
        Hosts::default(),
        now,
        jitter,
    );
    (client, pacer)
}
