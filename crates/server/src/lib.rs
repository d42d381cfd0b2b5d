//! Pages, REST API, charts, sign-in and exports: the only crate that serves HTTP for Seatwise.
//!
//! [`router`] is the whole application as a service, [`serve()`] answers on a socket with it. A route
//! says whom it is for when it is registered; handlers read a request, ask the store, a roster or
//! the engine, and either fill the view of a page (`ui` draws it) or answer JSON (`api`). Failures
//! are said once and shown as a page, as problem details or as SCIM says them.

mod access;
mod api;
mod app;
mod chosen;
mod download;
mod error_pages;
mod failure;
mod flash;
mod form;
mod frame;
mod outcomes;
mod request_log;
mod response;
mod router;
mod routes;
mod scim;
mod security;
mod serve;
mod session;
mod throttle;
mod upload;
mod web;

pub use access::{Access, Credentials, Route};
pub use app::{App, Config};
pub use router::{openapi, router, routes};
pub use serve::serve;
pub use web::{contract_json, finding_json, renewal_json, what_if_json};
