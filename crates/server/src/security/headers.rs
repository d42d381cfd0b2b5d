//! The headers of every response: pages, API responses, errors and files.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::middleware::Next;
use axum::response::Response;
use url::Url;

/// Header values that depend only on the configuration.
#[derive(Debug, Clone)]
pub(crate) struct SecurityHeaders {
    content: HeaderValue,
    secure: bool,
}

impl SecurityHeaders {
    /// `permission_hosts` are the addresses to which the form that connects an account redirects. They
    /// have to be allowed because browsers check the redirect target of a form too.
    pub(crate) fn new(public: &Url, permission_hosts: &[Url]) -> Self {
        let mut targets = "'self'".to_owned();
        for address in permission_hosts {
            targets.push(' ');
            targets.push_str(&address.origin().ascii_serialization());
            if let Some(host) = address.host_str()
                && address.scheme() == "https"
                && host.contains('.')
                && matches!(address.host(), Some(url::Host::Domain(_)))
            {
                // The application may redirect the browser to one of its regional hosts.
                targets.push_str(" https://*.");
                targets.push_str(host);
            }
        }
        let content = format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
             font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action {targets}; \
             base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
        );
        Self {
            content: HeaderValue::from_str(&content)
                .unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'")),
            secure: public.scheme() == "https",
        }
    }
    /// The headers of every response. `confidential` keeps the address from the `Referer` of links.
    fn all(&self, confidential: bool) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
        let referrer = if confidential {
            "no-referrer"
        } else {
            "same-origin"
        };
        let fixed = [
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (X_FRAME_OPTIONS, "DENY"),
            (REFERRER_POLICY, referrer),
            (
                HeaderName::from_static("permissions-policy"),
                "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
                 magnetometer=(), microphone=(), midi=(), payment=(), usb=()",
            ),
            (
                HeaderName::from_static("cross-origin-opener-policy"),
                "same-origin",
            ),
            (
                HeaderName::from_static("cross-origin-resource-policy"),
                "same-origin",
            ),
        ];
        let secure = self.secure.then_some((
            STRICT_TRANSPORT_SECURITY,
            "max-age=31536000; includeSubDomains",
        ));
        fixed
            .into_iter()
            .chain(secure)
            .map(|(name, value)| (name, HeaderValue::from_static(value)))
            .chain([(CONTENT_SECURITY_POLICY, self.content.clone())])
    }

    /// The headers as text, for an answer without our code.
    pub(crate) fn lines(&self) -> Arc<[u8]> {
        let mut lines = Vec::new();
        let no_store = (CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for (name, value) in self.all(false).chain([no_store]) {
            lines.extend_from_slice(name.as_str().as_bytes());
            lines.extend_from_slice(b": ");
            lines.extend_from_slice(value.as_bytes());
            lines.extend_from_slice(b"\r\n");
        }
        lines.into()
    }
}

/// Adds the headers. `Cache-Control` of the handler is kept.
pub(crate) async fn add(
    State(values): State<SecurityHeaders>,
    request: Request,
    next: Next,
) -> Response {
    // The address to which an application sends the browser back contains a code.
    let confidential = request.uri().path().starts_with("/oauth/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in values.all(confidential) {
        headers.insert(name, value);
    }
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}
