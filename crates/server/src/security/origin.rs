//! Protection against cross-site request forgery: a state-changing request must come from a page of
//! this origin. Browsers state the origin in `Sec-Fetch-Site` or, in older browsers, in `Origin`. A
//! request with neither header is refused, because nothing proves its origin.

use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};
use url::Url;

/// Whether the headers prove that the request came from a page of this origin.
pub(crate) fn is_same(headers: &HeaderMap, public: &Url) -> bool {
    if !names_us(headers, public) {
        return false;
    }
    let mut sites = headers.get_all("sec-fetch-site").iter();
    if let Some(site) = sites.next() {
        return site == "same-origin" && sites.next().is_none();
    }
    let mut origins = headers.get_all(ORIGIN).iter();
    let (Some(origin), None) = (origins.next(), origins.next()) else {
        return false;
    };
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    if origin == public.origin().ascii_serialization() {
        return true;
    }
    let Some(authority) = origin
        .strip_prefix("http://")
        .or_else(|| origin.strip_prefix("https://"))
    else {
        return false;
    };
    headers
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .is_some_and(|host| !host.is_empty() && host.eq_ignore_ascii_case(authority))
}

/// Whether the `Host` header is the public name, `localhost` or an IP address. Other names are
/// refused because an attacker can let a domain of theirs resolve to this server (DNS rebinding),
/// and its pages would then be of the same origin.
fn names_us(headers: &HeaderMap, public: &Url) -> bool {
    let Some(host) = headers.get(HOST).and_then(|host| host.to_str().ok()) else {
        return true;
    };
    let Ok(url) = Url::parse(&format!("http://{host}/")) else {
        return false;
    };
    match url.host() {
        Some(url::Host::Domain(name)) => {
            name == "localhost" || public.host_str().is_some_and(|ours| ours == name)
        }
        Some(_) => true,
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(*name, value.parse().unwrap());
        }
        map
    }

    #[test]
    fn s06_only_same_origin_requests_may_change_something() {
        let public: Url = "https://seats.example".parse().unwrap();
        let table: [(&[(&str, &str)], bool); 14] = [
            (&[], false),
            (&[("host", "seats.example")], false),
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "none")], false),
            (
                &[
                    ("sec-fetch-site", "cross-site"),
                    ("origin", "https://seats.example"),
                ],
                false,
            ),
            (
                &[
                    ("sec-fetch-site", "same-origin"),
                    ("sec-fetch-site", "cross-site"),
                ],
                false,
            ),
            (&[("origin", "https://seats.example")], true),
            (
                &[
                    ("origin", "http://10.0.0.1:8080"),
                    ("host", "10.0.0.1:8080"),
                ],
                true,
            ),
            (
                &[
                    ("origin", "https://evil.example"),
                    ("host", "seats.example"),
                ],
                false,
            ),
            (&[("origin", "null"), ("host", "null")], false),
            (
                &[
                    ("origin", "https://seats.example.evil.example"),
                    ("host", "seats.example"),
                ],
                false,
            ),
            (&[("origin", "https://"), ("host", "")], false),
        ];
        for (given, expected) in table {
            assert_eq!(is_same(&headers(given), &public), expected, "{given:?}");
        }
    }
}
