//! The organisation, its members, their sessions and API tokens.

mod api_tokens;
mod manage;
mod sessions;
mod setup_codes;
mod types;

pub use api_tokens::ApiToken;
pub use sessions::Session;
pub use types::{Member, NewMember, Organisation};
