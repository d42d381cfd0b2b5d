//! The sealed data of the forms and of the authorisation code.

use serde::{Deserialize, Serialize};

/// The request of an app for authorisation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ConsentRequest {
    pub(super) redirect_uri: String,
    pub(super) state: Option<String>,
    /// Method and challenge of the proof key (RFC 7636).
    pub(super) challenge: Option<(String, String)>,
    pub(super) required: Vec<String>,
    pub(super) optional: Vec<String>,
    pub(super) until: i64,
}

/// A request for authorisation and the user that signed in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Signed {
    pub(super) ask: ConsentRequest,
    pub(super) account: usize,
    pub(super) user: u32,
}

/// The content of an authorisation code.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Code {
    pub(super) account: usize,
    pub(super) user: u32,
    pub(super) scopes: Vec<String>,
    pub(super) redirect_uri: String,
    pub(super) challenge: Option<(String, String)>,
    pub(super) expires: i64,
    pub(super) serial: u64,
}
