//! Connected accounts, their credentials, and how they are erased.

mod change_access;
mod connections;
mod erase_integration;
mod manage;
mod oauth;
mod types;

pub use change_access::ChangeAccess;
pub use connections::{Connection, Credentials, Tokens};
pub use oauth::{AuthorisationReturn, OAuthApp, PendingAuthorisation};
pub use types::{IntegrationSettings, NewIntegration};
pub(crate) use types::{integration_columns, read};
