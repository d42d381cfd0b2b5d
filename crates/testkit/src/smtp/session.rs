//! A session of SMTP: reads commands and answers them.

use std::io;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use super::mail::Mail;
use super::state::{Stage, State, Trouble, lock};

/// The longest accepted line or message, in bytes.
const MOST: usize = 4 * 1024 * 1024;

/// One connection of a client.
pub(super) struct Session {
    state: Arc<Mutex<State>>,
    socket: BufReader<TcpStream>,
    user: Option<String>,
    from: Option<String>,
    to: Vec<String>,
}

impl Session {
    pub(super) fn new(state: Arc<Mutex<State>>, socket: TcpStream) -> Self {
        Self {
            state,
            socket: BufReader::new(socket),
            user: None,
            from: None,
            to: Vec::new(),
        }
    }

    pub(super) async fn serve(mut self) -> io::Result<()> {
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
