//! Telling people and programs what has changed: what is worth telling ([`due`]), in words
//! ([`notice`]), and as signed webhooks or messages in chats ([`hook`]) that go out only to where
//! they may ([`address`], [`outside`]). Nothing is told until a channel is switched on.

mod address;
pub(crate) mod due;
pub(crate) mod hook;
mod notice;
mod outreach;
mod outside;

pub use address::{Network, NetworkError};
pub use outside::{Outside, Resolver, SystemResolver};

pub(crate) use notice::{Kind, Notice};
pub(crate) use outreach::Outreach;
pub(crate) use outside::OutsideError;
