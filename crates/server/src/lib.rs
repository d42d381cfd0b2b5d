//! Pages, REST API, charts, sign-in and exports: the only crate that serves HTTP for Seatwise.
//!
//! [`router()`] builds the whole application as a service, [`serve()`] runs it on a socket. Every
//! route is registered with its access rule. Handlers read a request, call the store, the engine or
//! a use case, and return a page (`ui` renders it) or JSON (`api`). Failures are rendered as a
//! page, as problem details or in the SCIM error format.

mod access;
mod api;
mod app;
mod authorisation_outcomes;
mod cookies;
mod download;
mod error_pages;
mod failure;
mod flash;
mod form;
mod integration_from_path;
mod page_context;
mod readiness;
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
pub use serve::{ConnectionLimits, serve, serve_within};
pub use web::{contract_json, finding_json, renewal_json, what_if_json};
