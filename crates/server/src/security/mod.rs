//! What every request and response must satisfy, whatever its route: response headers, the
//! same-origin rule for requests that change something, and addresses that are safe to return to.

pub(crate) mod headers;
pub(crate) mod origin;
pub(crate) mod return_path;
