//! The transport of requests. The rest of the crate builds a [`HttpRequest`] and reads a
//! [`HttpResponse`]; `ReqwestTransport` (feature `network`) sends them over the network, tests answer
//! them from a script.

use std::fmt;

use async_trait::async_trait;
use bytes::Bytes;
use url::Url;

#[cfg(feature = "network")]
mod network;

#[cfg(feature = "network")]
pub use network::ReqwestTransport;

/// The HTTP methods that this client uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// For reading from the API.
    Get,
    /// For requests to the token endpoint.
    Post,
    /// For changes through the API.
    Patch,
}

/// A request. Its `Debug` form shows neither header values, nor query, nor body, because all of them
/// can contain secrets.
#[derive(Clone)]
pub struct HttpRequest {
    /// HTTP method of the request.
    pub method: Method,
    /// Full address including the query.
    pub url: Url,
    /// Names and values of the headers.
    pub headers: Vec<(String, String)>,
    /// Text to send as body, if any.
    pub body: Option<String>,
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without user information, query and fragment, because they can contain secrets.
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

/// An answer. Its `Debug` form does not show the body, because it can contain tokens or personal data.
#[derive(Clone)]
pub struct HttpResponse {
    /// HTTP status of the answer.
    pub status: u16,
    /// Names and values of the headers.
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

/// The reason why there is no answer. The texts never contain a query, a header or a body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// There was no complete answer within the time limit.
    #[error("no answer in time")]
    Timeout,
    /// There was no connection, because of the name, the address or the certificate.
    #[error("no connection: {0}")]
    Connect(String),
    /// The connection ended before the answer was complete.
    #[error("connection interrupted: {0}")]
    Interrupted(String),
    /// The answer is larger than the limit; the rest was not read.
    #[error("the answer exceeds {limit} bytes")]
    TooLarge {
        /// Largest accepted body in bytes after decompression.
        limit: usize,
    },
    /// The body can't be decompressed.
    #[error("the answer could not be decoded: {0}")]
    Decode(String),
    /// The HTTP client could not be created, or the request is not valid HTTP.
    #[error("HTTP client: {0}")]
    Setup(String),
}

/// Sends one request and returns its answer, whatever its status. Must not follow redirects.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends the request and reads the whole answer.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError>;
}
