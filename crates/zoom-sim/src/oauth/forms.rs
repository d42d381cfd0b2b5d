//! What the forms of the flow and the authorisation code carry, sealed.

use serde::{Deserialize, Serialize};

/// What an app asks for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Ask {
    pub(super) redirect_uri: String,
    pub(super) state: Option<String>,
    /// Method and challenge.
    pub(super) challenge: Option<(String, String)>,
    pub(super) required: Vec<String>,
    pub(super) optional: Vec<String>,
    pub(super) until: i64,
}

/// An ask, and who is about to answer it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Signed {
    pub(super) ask: Ask,
    pub(super) account: usize,
    pub(super) user: u32,
}

/// What an authorisation code stands for.
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
