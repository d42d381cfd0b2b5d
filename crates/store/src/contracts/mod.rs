//! Contracts, their attachments, and the price book.

mod attachments;
mod contract;
mod prices;

pub use attachments::{ATTACHMENT_BYTES, Attachment};
pub use contract::faults_of_terms;
