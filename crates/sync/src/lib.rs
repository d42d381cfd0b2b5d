//! When to pull what from an application, and how it becomes ours: connecting accounts, tokens,
//! preflight, schedules, leases, plans, checkpoints and coverage. [`zoom`] maps Zoom's records.
//! Pages, API and command line use [`Engine`]; rows go to the store, requests through the Zoom client.

mod aftermath;
mod change;
mod config;
mod connect;
mod engine;
mod error;
pub mod plan;
mod preflight;
mod random;
mod run;
mod streams;
mod tokens;
pub mod zoom;

pub use self::zoom::ZOOM;
pub use change::{ChangeError, ChangeOutcome, ChangeReport, OutcomeKind, Recheck};
pub use config::Config;
pub use connect::{BeginAuthorisation, Callback, Connected, ServerToServer, state_hash};
pub use engine::{Engine, zoom_plan};
pub use error::{ConnectError, Ended, NotConnected, SyncError};
pub use preflight::{CheckOutcome, PermissionCheck, Preflight, StreamCheck};
pub use random::Random;

/// Every application that can be connected.
#[must_use]
pub fn applications() -> &'static [&'static model::Application] {
    static ALL: [&model::Application; 1] = [&ZOOM];
    &ALL
}

/// The application with this key.
#[must_use]
pub fn application(key: &str) -> Option<&'static model::Application> {
    applications()
        .iter()
        .copied()
        .find(|application| application.key == key)
}
