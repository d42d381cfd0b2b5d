//! Messages to people and other systems: channels, the mail server and the outbox.

mod channels;
mod lag;
mod outbox;
mod smtp;

pub use channels::{Channel, ChannelKind, ChannelSettings, NotificationKind};
pub use lag::OutboxLag;
pub(crate) use outbox::enqueue;
pub use outbox::{MessageState, MessageSummary, NewMessage, OutboxMessage};
pub use smtp::{SmtpSecurity, SmtpSettings};
