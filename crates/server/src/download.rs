//! Files as responses: names by RFC 6266, never stored in a cache.

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use service::export::{File, FileBody};

/// A response that makes a browser save the file.
pub(crate) fn download(file: File) -> Response {
    let body = match file.body {
        FileBody::Whole(bytes) => Body::from(bytes),
        FileBody::Stream(mut receiver) => {
            Body::from_stream(futures_util::stream::poll_fn(move |context| {
                receiver.poll_recv(context)
            }))
        }
    };
    (
        [
            (CONTENT_TYPE, HeaderValue::from_static(file.media_type)),
            (CONTENT_DISPOSITION, attachment(&file.name)),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ],
        body,
    )
        .into_response()
}

/// `Content-Disposition` for a file to save. The plain name has only safe ASCII characters; the
/// extended one has every character that file systems allow.
pub(crate) fn attachment(name: &str) -> HeaderValue {
    const KEEP: &AsciiSet = &CONTROLS
        .add(b' ')
        .add(b'"')
        .add(b'%')
        .add(b'\'')
        .add(b'(')
        .add(b')')
        .add(b'*')
        .add(b',')
        .add(b'/')
        .add(b':')
        .add(b';')
        .add(b'<')
        .add(b'=')
        .add(b'>')
        .add(b'?')
        .add(b'@')
        .add(b'[')
        .add(b'\\')
        .add(b']')
        .add(b'{')
        .add(b'}');
    let safe: String = name
        .chars()
        .map(|c| match c {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '-',
            c if c.is_control() => '-',
            c => c,
        })
        .take(120)
        .collect();
    let safe = safe.trim_matches(['.', ' ', '-']);
    let plain: String = safe
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') {
                c
            } else {
                '-'
            }
        })
        .collect();
    let extended = utf8_percent_encode(safe, KEEP);
    HeaderValue::from_str(&format!(
        "attachment; filename=\"{plain}\"; filename*=UTF-8''{extended}"
    ))
    .unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s30_names_of_files_cannot_lead_anywhere() {
        for (name, plain) in [
            ("zoom-users.csv", "zoom-users.csv"),
            ("../../etc/passwd", "etc-passwd"),
            ("..\\..\\boot.ini", "boot.ini"),
            ("a\"; filename=\"b.exe", "a---filename--b.exe"),
            ("a\r\nSet-Cookie: x=1.csv", "a--Set-Cookie--x-1.csv"),
            ("Größe.csv", "Gr--e.csv"),
        ] {
            let header = attachment(name);
            let text = header.to_str().unwrap();
            assert!(
                text.starts_with(&format!("attachment; filename=\"{plain}\";")),
                "{text}"
            );
        }
        assert!(
            attachment("Größe.csv")
                .to_str()
                .unwrap()
                .ends_with("filename*=UTF-8''Gr%C3%B6%C3%9Fe.csv")
        );
    }
}
