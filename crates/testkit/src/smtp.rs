//! A mail server on loopback: accepts messages by SMTP (RFC 5321) with `AUTH PLAIN`, stores them for
//! the test, and refuses, delays or disconnects on demand. No TLS.

mod mail;
mod session;
mod state;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

pub use mail::Mail;
use session::Session;
pub use state::{Stage, Trouble};
use state::{State, lock};

use crate::wait;

/// A mail server that accepts all messages by default.
#[derive(Debug)]
pub struct Smtp {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    _stop: DropGuard,
}

impl Smtp {
    /// Starts a server that needs no login.
    ///
    /// # Panics
    /// When it cannot listen.
    pub async fn start() -> Self {
        Self::with(None).await
    }

    /// Starts a server that needs this name and password.
    pub async fn with_login(user: &str, password: &str) -> Self {
        Self::with(Some((user.to_owned(), password.to_owned()))).await
    }

    async fn with(login: Option<(String, String)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port on loopback");
        let address = listener.local_addr().expect("it listens");
        let state = Arc::new(Mutex::new(State {
            login,
            ..State::default()
        }));
        let stop = CancellationToken::new();
        let (kept, until) = (Arc::clone(&state), stop.clone());
        tokio::spawn(async move {
            loop {
                let accepted = tokio::select! {
                    accepted = listener.accept() => accepted,
                    () = until.cancelled() => return,
                };
                let Ok((socket, _)) = accepted else { return };
                let (state, until) = (Arc::clone(&kept), until.clone());
                tokio::spawn(async move {
                    lock(&state).sessions += 1;
                    tokio::select! {
                        _ = Session::new(state, socket).serve() => {}
                        () = until.cancelled() => {}
                    }
                });
            }
        });
        Self {
            address,
            state,
            _stop: stop.drop_guard(),
        }
    }

    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// All accepted messages in order.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        lock(&self.state).mails.clone()
    }

    /// The accepted messages to this address.
    #[must_use]
    pub fn to(&self, address: &str) -> Vec<Mail> {
        let mails = self.mails().into_iter();
        mails
            .filter(|mail| mail.to.iter().any(|to| to == address))
            .collect()
    }

    /// Number of connections so far.
    #[must_use]
    pub fn sessions(&self) -> usize {
        lock(&self.state).sessions
    }

    /// Injects a fault into the next session that reaches this stage, once.
    pub fn trouble(&self, stage: Stage, trouble: Trouble) {
        lock(&self.state).troubles.push_back((stage, trouble));
    }

    /// Waits until so many messages were accepted.
    ///
    /// # Panics
    /// When they do not arrive in time.
    pub async fn wait_for(&self, count: usize) -> Vec<Mail> {
        wait::until("mail", async || {
            Some(self.mails()).filter(|mails| mails.len() >= count)
        })
        .await
    }
}
