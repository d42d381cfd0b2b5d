//! A mail server on loopback: accepts messages by SMTP (RFC 5321) with `AUTH PLAIN`, stores them for
//! the test, and refuses, delays or disconnects on demand. No TLS.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mail_parser::MessageParser;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::wait;

/// The longest accepted line or message, in bytes.
const MOST: usize = 4 * 1024 * 1024;

/// A mail server that accepts all messages by default.
#[derive(Debug)]
pub struct Smtp {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    _stop: DropGuard,
}

#[derive(Debug, Default)]
struct State {
    mails: Vec<Mail>,
    troubles: VecDeque<(Stage, Trouble)>,
    login: Option<(String, String)>,
    sessions: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Address of `MAIL FROM`.
    pub from: String,
    /// Addresses of `RCPT TO`.
    pub to: Vec<String>,
    /// The message as it was sent, with dots unstuffed.
    pub raw: String,
    /// The user who had signed in.
    pub user: Option<String>,
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

impl Mail {
    fn parsed(&self) -> mail_parser::Message<'_> {
        MessageParser::default()
            .parse(self.raw.as_bytes())
            .expect("a message")
    }

    #[must_use]
    pub fn subject(&self) -> String {
        self.parsed().subject().unwrap_or_default().to_owned()
    }

    /// The body as plain text.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn text(&self) -> String {
        let message = self.parsed();
        let text = message.body_text(0).expect("a plain text");
        text.replace("\r\n", "\n")
    }

    /// The body as HTML.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn html(&self) -> String {
        self.parsed().body_html(0).expect("HTML").into_owned()
    }

    /// Names of all header fields at the top, in order.
    #[must_use]
    pub fn header_names(&self) -> Vec<String> {
        let message = self.parsed();
        message
            .headers()
            .iter()
            .map(|header| header.name().to_owned())
            .collect()
    }

    /// The text of a header field at the top; `None` if it is missing.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        let message = self.parsed();
        let raw = message.header_raw(name.to_owned())?;
        Some(raw.trim().to_owned())
    }

    /// The first word of the plain text that begins with `start`.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn word(&self, start: &str) -> String {
        let text = self.text();
        let word = text.split_whitespace().find(|word| word.starts_with(start));
        word.unwrap_or_else(|| panic!("nothing begins with {start}: {text}"))
            .to_owned()
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Session {
    state: Arc<Mutex<State>>,
    socket: BufReader<TcpStream>,
    user: Option<String>,
    from: Option<String>,
    to: Vec<String>,
}

impl Session {
    fn new(state: Arc<Mutex<State>>, socket: TcpStream) -> Self {
        Self {
            state,
            socket: BufReader::new(socket),
            user: None,
            from: None,
            to: Vec::new(),
        }
    }

    async fn serve(mut self) -> io::Result<()> {
        if !self
            .answer(Stage::Connect, "220 mail.example ESMTP")
            .await?
        {
            return Ok(());
        }
        while let Some(line) = self.line().await? {
            let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
            let going_on = match verb.to_ascii_uppercase().as_str() {
                "EHLO" => {
                    self.say("250-mail.example\r\n250-AUTH PLAIN\r\n250-8BITMIME\r\n250 SMTPUTF8")
                        .await?;
                    true
                }
                "HELO" | "NOOP" => {
                    self.say("250 mail.example").await?;
                    true
                }
                "RSET" => {
                    (self.from, self.to) = (None, Vec::new());
                    self.say("250 2.0.0 forgotten").await?;
                    true
                }
                "AUTH" => self.sign_in(rest).await?,
                "MAIL" => self.sender(rest).await?,
                "RCPT" => self.recipient(rest).await?,
                "DATA" => self.message().await?,
                "QUIT" => {
                    self.say("221 2.0.0 bye").await?;
                    false
                }
                _ => {
                    self.say("502 5.5.2 not known").await?;
                    true
                }
            };
            if !going_on {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn sign_in(&mut self, rest: &str) -> io::Result<bool> {
        let mut words = rest.split(' ');
        let plain = words
            .next()
            .is_some_and(|m| m.eq_ignore_ascii_case("PLAIN"));
        let given = words.next().and_then(|text| STANDARD.decode(text).ok());
        let given = given.and_then(|bytes| String::from_utf8(bytes).ok());
        let parts: Vec<&str> = given.as_deref().unwrap_or_default().split('\0').collect();
        let wanted = lock(&self.state).login.clone();
        let fits = match (&wanted, parts.as_slice()) {
            (Some((user, password)), [_, name, secret]) => user == name && password == secret,
            (None, [_, _, _]) => true,
            _ => false,
        };
        if !plain || !fits {
            self.say("535 5.7.8 wrong name or password").await?;
            return Ok(true);
        }
        self.user = parts.get(1).map(|&name| name.to_owned());
        self.answer(Stage::Auth, "235 2.7.0 welcome").await
    }

    async fn sender(&mut self, rest: &str) -> io::Result<bool> {
        if lock(&self.state).login.is_some() && self.user.is_none() {
            self.say("530 5.7.0 sign in first").await?;
            return Ok(true);
        }
        self.from = Some(path(rest));
        self.to.clear();
        self.answer(Stage::From, "250 2.1.0 good").await
    }

    async fn recipient(&mut self, rest: &str) -> io::Result<bool> {
        if self.from.is_none() {
            self.say("503 5.5.1 who sends it?").await?;
            return Ok(true);
        }
        let troubled = self.is_troubled(Stage::To);
        let going_on = self.answer(Stage::To, "250 2.1.5 good").await?;
        if !troubled {
            self.to.push(path(rest));
        }
        Ok(going_on)
    }

    async fn message(&mut self) -> io::Result<bool> {
        if self.to.is_empty() {
            self.say("503 5.5.1 to whom?").await?;
            return Ok(true);
        }
        self.say("354 go on").await?;
        let mut raw = String::new();
        loop {
            let Some(line) = self.line().await? else {
                return Ok(false);
            };
            if line == "." {
                break;
            }
            raw.push_str(line.strip_prefix('.').unwrap_or(&line));
            raw.push_str("\r\n");
            if raw.len() > MOST {
                return Ok(false);
            }
        }
        let mail = Mail {
            from: self.from.take().unwrap_or_default(),
            to: std::mem::take(&mut self.to),
            raw,
            user: self.user.clone(),
        };
        {
            let mut state = lock(&self.state);
            let refused = state
                .troubles
                .iter()
                .find(|(stage, _)| *stage == Stage::Data);
            if !matches!(refused, Some((_, Trouble::Answer(_)))) {
                state.mails.push(mail);
            }
        }
        self.answer(Stage::Data, "250 2.0.0 taken").await
    }

    fn is_troubled(&self, stage: Stage) -> bool {
        let kept = lock(&self.state);
        kept.troubles.iter().any(|(have, _)| *have == stage)
    }

    /// Responds, or injects a fault. Returns whether the session continues.
    async fn answer(&mut self, stage: Stage, usual: &str) -> io::Result<bool> {
        let trouble = {
            let mut kept = lock(&self.state);
            let at = kept.troubles.iter().position(|(have, _)| *have == stage);
            at.and_then(|at| kept.troubles.remove(at))
        };
        match trouble.map(|(_, trouble)| trouble) {
            None => self.say(usual).await?,
            Some(Trouble::Answer(text)) => self.say(text).await?,
            Some(Trouble::Break) => return Ok(false),
            Some(Trouble::Hold(gate)) => {
                if let Ok(permit) = gate.acquire().await {
                    permit.forget();
                }
                self.say(usual).await?;
            }
        }
        Ok(true)
    }

    async fn say(&mut self, text: &str) -> io::Result<()> {
        let socket = self.socket.get_mut();
        socket.write_all(text.as_bytes()).await?;
        socket.write_all(b"\r\n").await
    }

    /// Reads a line without its end, which must be CR LF; `None` if the client has disconnected.
    async fn line(&mut self) -> io::Result<Option<String>> {
        let mut bytes = Vec::new();
        loop {
            let count = self.socket.read_until(b'\n', &mut bytes).await?;
            if count == 0 || bytes.len() > MOST {
                return Ok(None);
            }
            if bytes.ends_with(b"\r\n") {
                bytes.truncate(bytes.len() - 2);
                return Ok(Some(String::from_utf8_lossy(&bytes).into_owned()));
            }
        }
    }
}

/// The address in `FROM:<a@example.com> BODY=8BITMIME`.
fn path(rest: &str) -> String {
    let inside = rest.split_once('<').map_or(rest, |(_, inside)| inside);
    inside
        .split_once('>')
        .map_or(inside, |(address, _)| address)
        .to_owned()
}
