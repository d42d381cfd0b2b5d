//! Contracts, their attachments, and the price book.

mod attachments;
mod contract;
mod fields;
mod prices;

pub use attachments::{ATTACHMENT_BYTES, Attachment};
pub(crate) use fields::contract_columns;
pub use fields::faults_of_terms;
