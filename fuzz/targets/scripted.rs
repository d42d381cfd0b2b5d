//! A Zoom client without a network, under paused time: it receives one given answer, and after it an
//! answer that ends every call.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use tokio::runtime::{Builder, Runtime};
use tokio::time::Instant;
use url::Url;
use zoom::pacer::{Limits, Pacer};
use zoom::transport::{HttpRequest, HttpResponse, Transport, TransportError};
use zoom::{AccessToken, Client, Hosts, SharedNow, TokenError, TokenSource};

/// The time at which every case begins: 2026-11-23 12:00 UTC in seconds since 1970.
const START: u64 = 1_795_435_200;

/// The answer that follows the fuzzed one; it ends every call, because the client never retries it.
const LAST: (u16, &str) = (404, r#"{"code":1001,"message":"User does not exist."}"#);

struct Script {
    answer: HttpResponse,
    sent: AtomicBool,
}

#[async_trait]
impl Transport for Script {
    async fn send(&self, _: HttpRequest) -> Result<HttpResponse, TransportError> {
        if self.sent.swap(true, Ordering::Relaxed) {
            let (status, body) = LAST;
            return Ok(HttpResponse {
                status,
                headers: Vec::new(),
                body: body.into(),
            });
        }
        Ok(self.answer.clone())
    }
}

struct Tokens;

fn token(generation: u64) -> AccessToken {
    static API_URL: LazyLock<Url> = LazyLock::new(|| {
        // A constant address that parses.
        "https://api-us.zoom.us/".parse().expect("a valid address")
    });
    AccessToken {
        secret: "token".to_owned().into(),
        api_url: API_URL.clone(),
        generation,
    }
}

#[async_trait]
impl TokenSource for Tokens {
    async fn token(&self) -> Result<AccessToken, TokenError> {
        Ok(token(1))
    }

    async fn renew(&self, stale: u64) -> Result<AccessToken, TokenError> {
        Ok(token(stale + 1))
    }
}

/// Runs a call with a client that receives this answer first. Returns its result, the time at which it
/// began, and how long it took.
pub fn call<T>(
    answer: HttpResponse,
    call: impl AsyncFnOnce(Client) -> T,
) -> (T, SystemTime, Duration) {
    let runtime: Runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime without I/O needs nothing from the system");
    runtime.block_on(async {
        let began = Instant::now();
        let start = UNIX_EPOCH + Duration::from_secs(START);
        let now: SharedNow = Arc::new(move || start + began.elapsed());
        let pacer = Arc::new(Pacer::new(Limits::unlimited(), Arc::clone(&now), &[]));
        let transport = Arc::new(Script {
            answer,
            sent: AtomicBool::new(false),
        });
        let client = Client::new(
            transport,
            Arc::new(Tokens),
            pacer,
            Hosts::default(),
            now,
            Arc::new(|| 0.5),
        );
        let result = call(client).await;
        (result, start, began.elapsed())
    })
}
