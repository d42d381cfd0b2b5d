//! Telling people and programs what has changed: what is worth telling ([`due`]), in words
//! ([`notice`]), and as signed webhooks or messages in chats ([`hook`]) that go out only to where
//! they may ([`address`], [`outside`]). Nothing is told until a channel is switched on.

mod address;
pub mod due;
pub mod hook;
mod notice;
mod outreach;
mod outside;

pub use address::{Network, NetworkError};
pub use outside::{Outside, Resolver, SystemResolver};

pub use notice::{Kind, Notice};
pub use outreach::Outreach;
pub use outside::OutsideError;
