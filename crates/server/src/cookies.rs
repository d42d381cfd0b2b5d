//! Cookies of requests, and cookies that only our pages and no script can read.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use cookie::{Cookie, SameSite};

use crate::app::App;
use crate::failure::Failure;

/// A cookie for all pages. An empty value with no age removes it.
pub(crate) fn set(
    app: &App,
    name: &str,
    value: String,
    max_age_seconds: i64,
) -> Result<HeaderValue, Failure> {
    let cookie = Cookie::build((full_name(app, name), value))
        .path("/")
        .http_only(true)
        .secure(app.is_secure())
        .same_site(SameSite::Lax)
        .max_age(cookie::time::Duration::seconds(max_age_seconds))
        .build();
    HeaderValue::from_str(&cookie.to_string()).map_err(|error| Failure::internal(&error))
}

/// The value of a cookie that [`set`] made; `None` when it is missing or empty.
pub(crate) fn get<'a>(app: &App, name: &str, headers: &'a HeaderMap) -> Option<&'a str> {
    value(headers, &full_name(app, name))
}

/// The value of the cookie with exactly this name; `None` when it is missing or empty.
pub(crate) fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value)| value)
}

/// With https, the prefix `__Host-` makes browsers refuse cookies that another host or path has
/// set.
fn full_name(app: &App, name: &str) -> String {
    let prefix = if app.is_secure() { "__Host-" } else { "" };
    format!("{prefix}{name}")
}
