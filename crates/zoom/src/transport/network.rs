//! HTTP over the network with reqwest and rustls. Redirects are not followed, because the redirecting
//! server could choose the receiver of the token.

use std::error::Error as _;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};

use super::{HttpRequest, HttpResponse, Method, Transport, TransportError};

/// Time limit of the whole request, from the first byte sent to the last byte read.
const TOTAL: Duration = Duration::from_secs(30);
/// Time limit of name look-up, TCP and TLS together.
const CONNECT: Duration = Duration::from_secs(10);
/// Longest time without a byte while an answer is read.
const IDLE: Duration = Duration::from_secs(15);
/// Largest accepted body in bytes. The largest page that Zoom sends is below 1 MiB; the limit bounds
/// memory.
const LIMIT: usize = 32 * 1024 * 1024;

/// The transport for real networks. Connections are pooled; clones share the pool.
#[derive(Debug, Clone)]
pub struct ReqwestTransport {
    client: reqwest::Client,
    limit: usize,
}

impl ReqwestTransport {
    /// Creates a transport with the limits of a server: 30 s per request, 10 s to connect, 32 MiB.
    ///
    /// # Errors
    /// [`TransportError::Setup`] if TLS can't be set up, for example without root certificates.
    pub fn new() -> Result<Self, TransportError> {
        Self::with(TOTAL, IDLE, LIMIT)
    }

    /// Creates a transport with other limits: total time, longest time without a byte, largest body in
    /// bytes.
    ///
    /// # Errors
    /// The same as of [`ReqwestTransport::new`].
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
            .map_err(|error| TransportError::Setup(reason_text(error)))?;
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
        TransportError::Connect(reason_text(error))
    } else if error.is_decode() {
        TransportError::Decode(reason_text(error))
    } else if error.is_builder() {
        TransportError::Setup(reason_text(error))
    } else {
        TransportError::Interrupted(reason_text(error))
    }
}

/// The text of the innermost cause, because the outer ones only repeat that the request failed.
/// Without the address, which can contain a query.
fn reason_text(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut cause = error.source();
    let mut text = error.to_string();
    while let Some(inner) = cause {
        text = inner.to_string();
        cause = inner.source();
    }
    text
}
