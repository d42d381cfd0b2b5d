//! HTTP over the network with reqwest and rustls. Redirects are not followed, because the one who
//! redirects could choose who receives the token.

use std::error::Error as _;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};

use super::{HttpRequest, HttpResponse, Method, Transport, TransportError};

/// Whole request, from the first byte sent to the last byte read.
const TOTAL: Duration = Duration::from_secs(30);
/// Name look-up, TCP and TLS.
const CONNECT: Duration = Duration::from_secs(10);
/// Longest silence while an answer is read.
const IDLE: Duration = Duration::from_secs(15);
/// Largest page seen is below 1 MiB; this leaves room and still bounds memory.
const LIMIT: usize = 32 * 1024 * 1024;

/// The transport of a running server. Connections are pooled; clones share the pool.
#[derive(Debug, Clone)]
pub struct ReqwestTransport {
    client: reqwest::Client,
    limit: usize,
}

impl ReqwestTransport {
    /// With the time-outs and the size limit of a server: 30 s in all, 10 s to connect, 32 MiB.
    ///
    /// # Errors
    /// [`TransportError::Setup`] if TLS can't be set up, for example without root certificates.
    pub fn new() -> Result<Self, TransportError> {
        Self::with(TOTAL, IDLE, LIMIT)
    }

    /// With other bounds: total time, longest silence, largest body in bytes.
    ///
    /// # Errors
    /// As [`ReqwestTransport::new`].
    pub fn with(total: Duration, idle: Duration, limit: usize) -> Result<Self, TransportError> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(CONNECT.min(total))
            .timeout(total)
            .read_timeout(idle)
            .gzip(true)
            .user_agent(concat!("seatwise-zoom/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| TransportError::Setup(told(error)))?;
        Ok(Self { client, limit })
    }

    async fn body(&self, mut response: reqwest::Response) -> Result<Bytes, TransportError> {
        let announced = response.content_length().unwrap_or(0);
        if announced > self.limit as u64 {
            return Err(TransportError::TooLarge { limit: self.limit });
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > self.limit {
                return Err(TransportError::TooLarge { limit: self.limit });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }
}

#[async_trait]
impl Transport for ReqwestTransport {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Patch => reqwest::Method::PATCH,
        };
        let mut builder = self.client.request(method, request.url);
        for (name, value) in request.headers {
            let mut value = http::HeaderValue::try_from(value)
                .map_err(|_| TransportError::Setup(format!("header {name} has no valid value")))?;
            value.set_sensitive(name.eq_ignore_ascii_case("authorization"));
            builder = builder.header(name, value);
        }
        if let Some(body) = request.body {
            builder = builder.body(body);
        }
        let response = builder.send().await.map_err(failed)?;
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| {
                (
                    name.as_str().to_owned(),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            })
            .collect();
        let body = self.body(response).await?;
        Ok(HttpResponse {
            status,
            headers,
            body,
        })
    }
}

fn failed(error: reqwest::Error) -> TransportError {
    if error.is_timeout() {
        TransportError::Timeout
    } else if error.is_connect() {
        TransportError::Connect(told(error))
    } else if error.is_decode() {
        TransportError::Decode(told(error))
    } else if error.is_builder() {
        TransportError::Setup(told(error))
    } else {
        TransportError::Interrupted(told(error))
    }
}

/// The innermost cause, which is the one that helps; without the address, which may hold a query.
fn told(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut cause = error.source();
    let mut text = error.to_string();
    while let Some(inner) = cause {
        text = inner.to_string();
        cause = inner.source();
    }
    text
}
