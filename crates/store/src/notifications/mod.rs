//! Messages to people and other systems: channels, the mail server and the outbox.

mod channels;
mod outbox;
mod smtp;

pub use channels::{Channel, ChannelKind, ChannelSettings, NotificationKind};
pub(crate) use outbox::enqueue;
pub use outbox::{MessageState, MessageSummary, NewMessage, OutboxMessage};
pub use smtp::{SmtpSecurity, SmtpSettings};
