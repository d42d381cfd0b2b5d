//! How requests travel. The rest of the crate builds a [`HttpRequest`] and reads a [`HttpResponse`];
//! [`ReqwestTransport`] carries them over the network, tests answer them from a script.

use std::fmt;

use async_trait::async_trait;
use bytes::Bytes;
use url::Url;

mod network;

pub use network::ReqwestTransport;

/// The methods that this client uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Token requests.
    Post,
    /// Changes.
    Patch,
}

/// A request. Its `Debug` form shows neither header values, nor query, nor body.
#[derive(Clone)]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// The full address.
    pub url: Url,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// Text to send.
    pub body: Option<String>,
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // User information, query and fragment can hold secrets; host and path are what helps.
        let place = format!(
            "{}{}",
            self.url.origin().ascii_serialization(),
            self.url.path()
        );
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("url", &place)
            .field("headers", &names)
            .field("body", &self.body.as_ref().map(|_| "[redacted]"))
            .finish()
    }
}

/// An answer. Its `Debug` form does not show the body, which may hold tokens or personal data.
#[derive(Clone)]
pub struct HttpResponse {
    /// The HTTP status.
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// The whole body, decompressed.
    pub body: Bytes,
}

impl HttpResponse {
    /// The first header of this name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(have, _)| have.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Why there is no answer. The texts never hold an address with a query, a header or a body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No complete answer in time.
    #[error("no answer in time")]
    Timeout,
    /// No connection: name, address, certificate.
    #[error("no connection: {0}")]
    Connect(String),
    /// The connection ended before the answer was complete.
    #[error("connection interrupted: {0}")]
    Interrupted(String),
    /// The answer is larger than is reasonable; the rest was not read.
    #[error("the answer exceeds {limit} bytes")]
    TooLarge {
        /// The most that is accepted, in bytes after decompression.
        limit: usize,
    },
    /// The body can't be decompressed.
    #[error("the answer could not be decoded: {0}")]
    Decode(String),
    /// The HTTP client could not be set up or the request could not be written.
    #[error("HTTP client: {0}")]
    Setup(String),
}

/// Carries one request and brings back its answer, whatever its status. Follows no redirect.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends the request and reads the answer to its end.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError>;
}
