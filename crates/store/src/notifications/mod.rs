//! Messages to people and other systems: channels, the mail server and the outbox.

mod channels;
mod outbox;
mod smtp;

pub use channels::{Channel, ChannelKind, ChannelSettings, Notice};
pub(crate) use outbox::enqueue;
pub use outbox::{Message, MessageState, NewMessage, SentMessage};
pub use smtp::{SmtpSecurity, SmtpSettings};
