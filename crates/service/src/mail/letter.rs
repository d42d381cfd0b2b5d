//! One message to one recipient. A name or a subject cannot add a header field, because line ends
//! and other control characters are removed before the message is built.

use std::time::{Duration, UNIX_EPOCH};

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};
use model::Timestamp;

use super::error::MailError;

/// The longest text of a header field, in characters.
const LONGEST_LINE: usize = 200;

/// The content of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// E-mail address of the recipient.
    pub to: String,
    /// Name of the recipient; may be empty.
    pub to_name: String,
    pub subject: String,
    pub text: String,
    /// A whole HTML document.
    pub html: String,
}

impl Letter {
    /// The message as it is sent. `key` identifies the message: a second attempt with the same key
    /// has the same `Message-ID`, so mail programs show the message once.
    pub fn message(
        &self,
        from: &str,
        from_name: &str,
        key: &str,
        now: Timestamp,
    ) -> Result<Message, MailError> {
        let sender = address(from)?;
        let id = format!("<{}@{}>", crate::secret::digest(key), sender.domain());
        let date = UNIX_EPOCH + Duration::from_millis(u64::try_from(now.0).unwrap_or(0));
        Message::builder()
            .from(Mailbox::new(name(from_name), sender))
            .to(Mailbox::new(name(&self.to_name), address(&self.to)?))
            .subject(one_line(&self.subject))
            .date(date)
            .message_id(Some(id))
            // Prevents automatic answers such as out-of-office messages (RFC 3834).
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .multipart(MultiPart::alternative_plain_html(
                self.text.clone(),
                self.html.clone(),
            ))
            .map_err(|error| MailError::Never(error.to_string()))
    }
}

fn name(text: &str) -> Option<String> {
    Some(one_line(text)).filter(|name| !name.is_empty())
}

fn address(text: &str) -> Result<Address, MailError> {
    let text = text.trim();
    if !plausible_address(text) {
        return Err(MailError::Never(format!(
            "`{}` is not an e-mail address",
            one_line(text)
        )));
    }
    text.parse()
        .map_err(|_| MailError::Never(format!("`{}` is not an e-mail address", one_line(text))))
}

/// Whether a text could be an e-mail address: one `@` with something on both sides, no spaces and
/// no control characters, at most 254 bytes.
pub fn plausible_address(text: &str) -> bool {
    let sides = text
        .rsplit_once('@')
        .is_some_and(|(local, host)| !local.is_empty() && !host.is_empty());
    sides
        && text.len() <= 254
        && !text
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';'))
}

/// Makes text fit a header field: replaces control characters and line separators by spaces and cuts
/// it to 200 characters.
pub fn one_line(text: &str) -> String {
    let clean: String = text
        .chars()
        .map(|c| {
            if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
                ' '
            } else {
                c
            }
        })
        .collect();
    let clean = clean.trim();
    if clean.chars().count() <= LONGEST_LINE {
        return clean.to_owned();
    }
    let cut: String = clean.chars().take(LONGEST_LINE - 1).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(to_name: &str, subject: &str) -> Letter {
        Letter {
            to: "ada@acme.example".to_owned(),
            to_name: to_name.to_owned(),
            subject: subject.to_owned(),
            text: "Hello.".to_owned(),
            html: "<p>Hello.</p>".to_owned(),
        }
    }

    #[test]
    fn s08_no_name_and_no_subject_becomes_a_header() {
        for evil in [
            "Ada\r\nBcc: eve@evil.example",
            "Ada\nBcc: eve@evil.example",
            "Ada\rBcc: eve@evil.example",
            "Ada\u{85}Bcc: eve@evil.example",
            "Ada\u{2028}Bcc: eve@evil.example",
            "Ada\0\u{b}\u{c}Bcc: eve@evil.example",
            "Ada\" <eve@evil.example>, \"",
            "=?utf-8?Q?=0D=0ABcc:_eve@evil.example?=",
        ] {
            let message = letter(evil, evil)
                .message("it@acme.example", evil, "k", Timestamp(0))
                .unwrap();
            let raw = String::from_utf8(message.formatted()).unwrap();
            let (head, _) = raw.split_once("\r\n\r\n").unwrap();
            assert!(
                !head.lines().any(|line| {
                    let line = line.to_ascii_lowercase();
                    line.starts_with("bcc:") || line.starts_with("cc:")
                }),
                "{head}"
            );
            let envelope = message.envelope();
            assert_eq!(envelope.to().len(), 1, "{evil:?}");
            assert_eq!(envelope.to()[0].to_string(), "ada@acme.example");
        }
    }

    #[test]
    fn s08_an_address_is_an_address_or_nothing_is_sent() {
        for evil in [
            "",
            "ada",
            "@acme.example",
            "ada@",
            "ada@acme.example\r\nBcc: eve@evil.example",
            "ada@acme.example, eve@evil.example",
            "<ada@acme.example>",
            "ada @acme.example",
        ] {
            let letter = Letter {
                to: evil.to_owned(),
                ..letter("Ada", "Hello")
            };
            let refused = letter.message("it@acme.example", "", "k", Timestamp(0));
            assert!(matches!(refused, Err(MailError::Never(_))), "{evil:?}");
        }
    }

    #[test]
    fn the_same_message_has_the_same_number() {
        let number = |key| {
            let message =
                letter("Ada", "Hello").message("it@acme.example", "IT", key, Timestamp(0));
            let raw = String::from_utf8(message.unwrap().formatted()).unwrap();
            let line = raw.lines().find(|line| line.starts_with("Message-ID:"));
            line.unwrap().to_owned()
        };
        assert_eq!(number("a"), number("a"));
        assert_ne!(number("a"), number("b"));
        assert!(number("a").ends_with("@acme.example>"));
    }
}
