//! Telling people and programs what has changed: what is worth telling ([`due`]), in words
//! ([`notice`]), and as signed webhooks or messages in chats ([`webhook`]) that go out only to where
//! they may ([`address`], [`webhook_client`]). Nothing is told until a channel is switched on.

mod address;
pub mod due;
mod notice;
mod outgoing;
pub mod webhook;
mod webhook_client;

pub use address::{Network, NetworkError};
pub use webhook_client::{Resolver, SystemResolver, WebhookClient};

pub use notice::{Kind, Notice};
pub use outgoing::Outgoing;
pub use webhook_client::WebhookError;
