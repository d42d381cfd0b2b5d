//! A message that the server accepted.

use mail_parser::MessageParser;

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
