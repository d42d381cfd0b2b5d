//! Pages, REST API, charts, sign-in and exports: the only crate that serves HTTP for Seatwise.
//!
//! [`router`] is the whole application as a service, [`serve()`] answers on a socket with it. A route
//! says whom it is for when it is registered; handlers read a request, ask the store, a roster or
//! the engine, and either fill the view of a page (`ui` draws it) or answer JSON (`api`). Failures
//! are said once and shown as a page, as problem details or as SCIM says them.

mod access;
mod act;
mod api;
mod app;
mod ask;
mod calendar;
mod case;
mod change_list;
mod change_run;
mod checks;
mod chosen;
pub mod contract_rows;
mod downloads;
pub mod duties;
mod events;
mod export;
mod failure;
mod finding_rows;
mod flash;
mod focus;
mod form;
mod frame;
mod mail;
mod notify;
mod outcomes;
mod pages;
mod password;
pub mod people_rows;
mod probe;
mod request_log;
mod roster;
mod routes;
mod scim;
mod security;
mod serve;
mod session;
mod throttle;
pub mod ui;
mod upload;
mod user_rows;

pub use access::{Access, Credentials, Route};
pub use api::{contract_json, finding_json, renewal_json, what_if_json};
pub use app::{App, Config};
pub use case::{Case, Cases, case_of};
pub use finding_rows::{finding_header, finding_record};
pub use notify::{Network, NetworkError, Outside, Resolver, SystemResolver};
pub use password::hash_password;
pub use roster::{Rosters, Snapshot, roster_of};
pub use routes::{openapi, router, routes};
pub use serve::serve;
pub use session::{NewApiToken, new_api_token};
pub use user_rows::{csv_header, csv_record};
