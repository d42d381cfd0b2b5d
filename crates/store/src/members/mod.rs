//! The organisation and those who sign in to Seatwise.

mod api_tokens;
mod manage;
mod sessions;
mod types;

pub use api_tokens::ApiToken;
pub use sessions::Session;
pub use types::{Member, NewMember, Organisation};
