//! The evidence of findings, as data and as sentences for managers: dated facts with the stream that they
//! come from, near misses, counter-evidence, and facts that are not known. The sentences are made here, so
//! that pages, API, letters and exports all have the same ones.

mod addon;
mod base;
mod counter;
mod listed;
mod subject;
mod types;
mod unknown;
mod words;
mod write;

pub use types::{Evidence, EvidenceItem, EvidenceKind, EvidenceValue, FindingWithEvidence};
