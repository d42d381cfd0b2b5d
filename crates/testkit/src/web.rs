//! A browser without JavaScript: stores cookies, follows redirects, fills in forms.

mod form;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use reqwest::header::{
    CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, HeaderValue, LOCATION, SET_COOKIE,
};
use reqwest::{Client, Method, StatusCode};
use url::Url;

use form::forms;
pub use form::{Form, text_of, unescape};

/// The most redirects in a row that are followed.
const REDIRECTS: usize = 10;

/// A browser with its own cookies.
#[derive(Debug)]
pub struct Visitor {
    client: Client,
    /// By host and port. Real browsers ignore the port, but tests run several servers on loopback.
    cookies: Mutex<BTreeMap<String, BTreeMap<String, String>>>,
    bearer: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Seen {
    /// The address after all redirects.
    pub url: Url,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Default for Visitor {
    fn default() -> Self {
        Self::new()
    }
}

impl Visitor {
    /// A browser without cookies.
    ///
    /// # Panics
    /// When the HTTP client cannot be created.
    #[must_use]
    pub fn new() -> Self {
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .expect("an HTTP client");
        Self {
            client,
            cookies: Mutex::default(),
            bearer: None,
        }
    }

    /// A client with an API token.
    #[must_use]
    pub fn with_token(token: &str) -> Self {
        Self {
            bearer: Some(token.to_owned()),
            ..Self::new()
        }
    }

    fn host(url: &Url) -> String {
        format!(
            "{}:{}",
            url.host_str().unwrap_or_default(),
            url.port_or_known_default().unwrap_or(0)
        )
    }

    /// The cookies for this address, as a browser would send them.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn cookies(&self, url: &Url) -> String {
        let jar = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        let cookies = jar.get(&Self::host(url)).into_iter().flatten();
        cookies
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("; ")
    }

    fn keep(&self, url: &Url, headers: &HeaderMap) {
        let mut jar = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        let jar = jar.entry(Self::host(url)).or_default();
        for cookie in headers
            .get_all(SET_COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
        {
            let mut parts = cookie.split(';').map(str::trim);
            let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else {
                continue;
            };
            let over = parts.any(|part| part.eq_ignore_ascii_case("max-age=0")) || value.is_empty();
            if over {
                jar.remove(name);
            } else {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// Sends one request without following redirects.
    ///
    /// # Panics
    /// When there is no response.
    pub async fn send(
        &self,
        method: Method,
        url: &Url,
        headers: &[(&str, &str)],
        body: Option<String>,
    ) -> Seen {
        let mut request = self.client.request(method, url.clone());
        let cookies = self.cookies(url);
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies);
        }
        if let Some(token) = &self.bearer {
            request = request.bearer_auth(token);
        }
        let mut extra = HeaderMap::new();
        for (name, value) in headers {
            let name: HeaderName = name.parse().expect("a header name");
            extra.insert(name, HeaderValue::from_str(value).expect("a header value"));
        }
        request = request.headers(extra);
        if let Some(body) = body {
            request = request.body(body);
        }
        let response = request
            .send()
            .await
            .unwrap_or_else(|error| panic!("{url}: {error:?}"));
        let (status, headers) = (response.status(), response.headers().clone());
        self.keep(url, &headers);
        let body = response
            .text()
            .await
            .unwrap_or_else(|error| panic!("{url}: {error:?}"));
        Seen {
            url: url.clone(),
            status,
            headers,
            body,
        }
    }

    /// Opens an address and follows redirects.
    pub async fn open(&self, url: &Url) -> Seen {
        let seen = self
            .send(Method::GET, url, &[("accept", "text/html")], None)
            .await;
        self.follow(seen).await
    }

    /// Follows redirects.
    ///
    /// # Panics
    /// When there are too many.
    pub async fn follow(&self, mut seen: Seen) -> Seen {
        for _ in 0..REDIRECTS {
            let Some(next) = seen.redirect() else {
                return seen;
            };
            seen = self
                .send(Method::GET, &next, &[("accept", "text/html")], None)
                .await;
        }
        panic!("redirected without end: {}", seen.url)
    }

    /// Sends a form from its page without following redirects.
    ///
    /// # Panics
    /// When there is no response.
    pub async fn submit(&self, page: &Seen, form: &Form) -> Seen {
        let mut target = page.url.join(&form.action).expect("where the form goes");
        let encoded = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&form.fields)
            .finish();
        if !form.post {
            target.set_query(Some(&encoded));
            return self
                .send(Method::GET, &target, &[("accept", "text/html")], None)
                .await;
        }
        let origin = page.url.origin().ascii_serialization();
        let site = if page.url.origin() == target.origin() {
            "same-origin"
        } else {
            "cross-site"
        };
        let headers = [
            (CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded"),
            ("accept", "text/html"),
            ("origin", origin.as_str()),
            ("sec-fetch-site", site),
        ];
        self.send(Method::POST, &target, &headers, Some(encoded))
            .await
    }
}

impl Seen {
    /// The target of a redirect.
    #[must_use]
    pub fn redirect(&self) -> Option<Url> {
        let location = self
            .headers
            .get(LOCATION)
            .filter(|_| self.status.is_redirection())?;
        self.url.join(location.to_str().ok()?).ok()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is not JSON.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{} {}: {error}: {}", self.status, self.url, self.body))
    }

    /// All forms of the page.
    #[must_use]
    pub fn forms(&self) -> Vec<Form> {
        forms(&self.body)
    }

    /// The form whose action contains this text.
    ///
    /// # Panics
    /// When the page has none.
    #[must_use]
    pub fn form(&self, action: &str) -> Form {
        let forms = self.forms();
        forms
            .iter()
            .find(|form| form.action.contains(action))
            .cloned()
            .unwrap_or_else(|| {
                panic!(
                    "{} {}: no form for {action} among {forms:?}: {}",
                    self.status, self.url, self.body
                )
            })
    }

    /// The form with a button of this label, with the button pressed.
    ///
    /// # Panics
    /// When the page has none.
    #[must_use]
    pub fn form_with(&self, button: &str) -> Form {
        let forms = self.forms();
        let found = forms.iter().find_map(|form| {
            let (name, value, _) = form
                .buttons
                .iter()
                .find(|(_, _, text)| text.contains(button))?;
            let mut form = form.clone();
            if !name.is_empty() {
                form.fields.push((name.clone(), value.clone()));
            }
            Some(form)
        });
        found.unwrap_or_else(|| {
            panic!(
                "{} {}: no button {button} in {forms:?}: {}",
                self.status, self.url, self.body
            )
        })
    }
}
