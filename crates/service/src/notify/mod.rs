//! Notices to people and programs: when they are sent ([`due`]), their content (`notice`), and
//! their form as signed webhooks or chat messages ([`webhook`]), which are sent to allowed addresses
//! only (`address`, `webhook_client`). No notice is sent until a channel is switched on.

mod address;
pub mod due;
mod notice;
mod outgoing;
pub mod webhook;
mod webhook_client;

pub use address::{Network, NetworkError};
pub use webhook_client::{Resolver, SystemResolver, WebhookClient};

pub use notice::{Notice, NoticeKind};
pub use outgoing::Outgoing;
pub use webhook_client::WebhookError;
