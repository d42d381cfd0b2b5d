//! Counts of requests by operation and status, so that a person who injects faults sees what they did.

use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Requests of one kind with one answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Counted {
    method: String,
    /// The path of the operation, with `{}` for a variable part, or `other`.
    path: String,
    status: u16,
    requests: u64,
}

/// All counts since the start or the last reset.
#[derive(Debug, Default)]
pub(crate) struct RequestLog(Mutex<BTreeMap<(String, String, u16), u64>>);

impl RequestLog {
    pub(crate) fn list(&self) -> Vec<Counted> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let counted = counts
            .iter()
            .map(|((path, method, status), requests)| Counted {
                method: method.clone(),
                path: path.clone(),
                status: *status,
                requests: *requests,
            });
        counted.collect()
    }

    pub(crate) fn add(&self, method: String, path: String, status: u16) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry((path, method, status)).or_default() += 1;
    }

    pub(crate) fn reset(&self) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.clear();
    }
}
