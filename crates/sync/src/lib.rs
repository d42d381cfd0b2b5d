//! The sync engine: connecting accounts, the life of tokens, preflight, schedules, leases, plans,
//! checkpoints, coverage, and changes of licences with their journal.
//!
//! It knows no application. An application implements [`connector::Connector`], and the binary gives
//! the list of connectors to [`Engine::new`]. Rows go to the store; requests go through a connector's
//! session.

mod aftermath;
mod authorise;
mod change;
mod config;
mod connect;
mod connectors;
mod engine;
mod error;
mod idle;
mod lease;
mod plan;
mod preflight;
mod run;
mod schedule;
mod streams;
mod tokens;
mod turn;
mod worker;

// Why public async functions are boxed is written in `store`.
pub(crate) use async_recursion::async_recursion as boxed;

pub use authorise::{BeginAuthorisation, Callback, state_hash};
pub use change::{ChangeError, ChangeOutcome, ChangeReport, OutcomeKind, Recheck};
pub use config::Config;
pub use connect::{Connected, ServerToServer};
pub use connector::Random;
pub use connectors::Connectors;
pub use engine::Engine;
pub use error::{ConnectError, Ended, NotConnected, SyncError};
pub use preflight::{CheckOutcome, PermissionCheck, Preflight, StreamCheck};
