//! Rules for all requests and responses: response headers, the same-origin rule for state-changing
//! requests, and safe addresses to return to.

pub(crate) mod headers;
pub(crate) mod origin;
pub(crate) mod return_path;
