//! Preflight: one cheap request per stream shows whether the connection may read it.

use model::Timestamp;

use crate::error::Error;

/// A request for a preflight.
#[derive(Debug, Clone, Copy)]
pub struct PreflightRequest<'a> {
    /// The application's id of the authorising user, for the list of their permissions.
    pub authorised_user: Option<&'a str>,
    /// The current time, for requests with days.
    pub now: Timestamp,
}

/// Answers to the requests of a preflight.
#[derive(Debug, Clone, Default)]
pub struct PreflightAnswers {
    /// By key of the stream: whether a request for it was answered.
    pub streams: Vec<(&'static str, Result<(), Error>)>,
    /// Codes of the authorising user's permissions: see [`model::RolePermission::codes`]. `None` when
    /// the application does not give them out.
    pub permission_codes: Option<Vec<String>>,
}
