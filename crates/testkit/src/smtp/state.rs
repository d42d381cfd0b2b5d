//! The state that the server and its sessions share, with the faults that are to be injected.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Semaphore;

use super::mail::Mail;

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) mails: Vec<Mail>,
    pub(super) troubles: VecDeque<(Stage, Trouble)>,
    pub(super) login: Option<(String, String)>,
    pub(super) sessions: usize,
}

/// The stages of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Connect,
    Auth,
    From,
    To,
    /// After the whole message; a disconnection at this stage comes after the message was accepted.
    Data,
}

/// Faults that can be injected.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// This response, such as `450 4.2.1 mailbox busy`.
    Answer(&'static str),
    Break,
    /// Waits for a permit before the response.
    Hold(Arc<Semaphore>),
}

pub(super) fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
