//! A simulated Zoom for development and tests: OAuth, the REST API, and people with habits.
//!
//! It is written from Zoom's API documents and from reports of integrations, independently of the
//! client, because shared code would hide shared mistakes. Nothing is stored: two companies are
//! generated from a seed, a page at a time, for any time of the given clock.
//!
//! Modules: `company` contains people and their habits, `api` answers `/v2`, `oauth` answers `/oauth`,
//! `injection` changes answers on request, `control` is the handle for tests and `control_server` the
//! one over HTTP.

#![warn(missing_docs)]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "numbers are drawn from bounded ranges and hashes; days and seconds fit either sign"
)]

mod api;
mod calendar;
mod company;
mod config;
mod control;
mod control_server;
mod counting;
mod dice;
mod effect;
mod injection;
mod oauth;
mod request_log;
mod rights;
mod seal;
mod sim;
mod spoil;
mod state;

pub use api::bought::{Bought, Seats};
pub use api::limits::Category;
pub use api::permission::Permission;
pub use company::history::{HistoryHosted, PersonHistory, TruthRow};
pub use config::{
    AccountInfo, Config, Credentials, Faults, LimitHeaders, OauthApp, Plan, RangeMode, RefreshMode,
    ScopeStyle, SharedNow, SignIn,
};
pub use control::{Control, Stats};
pub use control_server::serve_control;
pub use effect::Effect;
pub use injection::Injection;
pub use sim::serve;
pub use state::Sim;

pub(crate) use state::SimState;
