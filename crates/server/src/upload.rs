//! Forms with a file. Sizes are limited before data is stored. File name and type come from the
//! browser and are never trusted.

use axum::body::Bytes;
use axum::extract::multipart::MultipartError;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;

use crate::failure::Failure;
use service::{FieldError, Pairs};

/// The largest form with a file, in bytes: the largest file that may be stored, and some space for
/// the other fields.
const LARGEST: usize = store::ATTACHMENT_BYTES + 256 * 1024;
/// The maximum number of fields of a form.
const FIELDS: usize = 64;

/// An uploaded file of a form.
#[derive(Debug, Clone)]
pub(crate) struct File {
    /// File name from the browser, without directories.
    pub(crate) name: String,
    /// Media type as the browser states it.
    pub(crate) media_type: String,
    pub(crate) bytes: Bytes,
}

/// A form that may contain a file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Upload {
    /// The file; `None` when none was selected.
    pub(crate) file: Option<File>,
    /// The other fields of the form.
    pub(crate) fields: Pairs,
}

impl Upload {
    /// The content and name of a CSV file, or the rows that were pasted into `text`.
    pub(crate) fn rows(&self) -> Result<(Bytes, String), Vec<FieldError>> {
        if let Some(file) = &self.file {
            return Ok((file.bytes.clone(), file.name.clone()));
        }
        self.fields.read_with(|reader| {
            let Some(text) = reader.text("text") else {
                reader.error("file", "Choose a CSV file, or paste its rows below.");
                return None;
            };
            Some((Bytes::from(text.to_owned()), "pasted rows".to_owned()))
        })
    }

    /// The file of a form that is about nothing else.
    pub(crate) fn selected(&self) -> Result<&File, Vec<FieldError>> {
        self.file
            .as_ref()
            .ok_or_else(|| vec![FieldError::new("file", "Choose a file.")])
    }
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Failure;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, Failure> {
        DefaultBodyLimit::max(LARGEST).apply(&mut request);
        let kind = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or_default();
        let essence = kind
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        if essence == "multipart/form-data" {
            return parts(request, state).await;
        }
        if !essence.is_empty() && essence != "application/x-www-form-urlencoded" {
            return Err(Failure::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "not_a_form",
                "This is not a form",
                "The body has to be `multipart/form-data`.",
            ));
        }
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| too_large(rejection.status()))?;
        let fields = url::form_urlencoded::parse(&body)
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        Ok(Self {
            file: None,
            fields: Pairs(fields),
        })
    }
}

async fn parts<S: Send + Sync>(request: Request, state: &S) -> Result<Upload, Failure> {
    let broken = |error: MultipartError| too_large(error.status());
    let mut parts = Multipart::from_request(request, state)
        .await
        .map_err(|rejection| too_large(rejection.status()))?;
    let mut upload = Upload::default();
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        let Some(file) = part.file_name().map(str::to_owned) else {
            let text = part.text().await.map_err(broken)?;
            if upload.fields.0.len() < FIELDS {
                upload.fields.0.push((name, text));
            }
            continue;
        };
        let media_type = part.content_type().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(broken)?;
        // Browsers send an empty part when no file was selected.
        if (!file.is_empty() || !bytes.is_empty()) && upload.file.is_none() {
            let plain = file.rsplit(['/', '\\']).next().unwrap_or_default();
            upload.file = Some(File {
                name: plain.trim().to_owned(),
                media_type,
                bytes,
            });
        }
    }
    Ok(upload)
}

fn too_large(status: StatusCode) -> Failure {
    if status != StatusCode::PAYLOAD_TOO_LARGE {
        return Failure::from_status(status);
    }
    Failure::new(
        status,
        "too_large",
        "That is too much at once",
        "A file may have at most 5 MB. Nothing was stored.",
    )
    .remedy("Send a smaller file, or the part of it that matters.")
}
