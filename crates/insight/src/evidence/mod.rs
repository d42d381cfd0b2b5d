//! What a finding rests on, as data and in words that a manager understands: dated facts with the
//! stream that told them, near misses, what speaks against it, and what is not known.

mod addon;
mod base;
mod held;
mod listed;
mod subject;
mod types;
mod unknown;
mod words;
mod write;

pub use types::{Evidence, EvidenceItem, EvidenceKind, EvidenceValue, FindingWithEvidence};
