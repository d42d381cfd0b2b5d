//! Sends letters to a mail server by SMTP, and decides by its response whether to retry.

use std::time::Duration;

use lettre::transport::smtp::AsyncSmtpTransport;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncTransport as _, Tokio1Executor};
use model::Timestamp;
use secrecy::ExposeSecret as _;
use store::{SmtpSecurity, SmtpSettings};

use super::error::MailError;
use super::letter::{Letter, one_line};

/// Timeout of one step of the exchange.
const STEP_TIMEOUT: Duration = Duration::from_secs(20);
/// Timeout of a whole message.
const TIMEOUT: Duration = Duration::from_mins(1);

/// Sends a letter. `key` identifies the message across attempts; `from_name` is shown as its sender.
///
/// # Errors
///
/// When the server did not confirm the letter. If the connection broke at the end, the server may
/// have accepted it all the same; a second attempt with the same key is the same message.
#[crate::boxed]
pub async fn deliver(
    server: &SmtpSettings,
    from_name: &str,
    letter: &Letter,
    key: &str,
    now: Timestamp,
) -> Result<(), MailError> {
    let message = letter.message(&server.from, from_name, key, now)?;
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)
        .port(server.port)
        .timeout(Some(STEP_TIMEOUT))
        .tls(tls(server)?);
    if let Some((_, domain)) = server.from.rsplit_once('@') {
        builder = builder.hello_name(ClientId::Domain(domain.to_owned()));
    }
    if !server.user.is_empty() {
        builder = builder
            .credentials(Credentials::new(
                server.user.clone(),
                server
                    .password
                    .as_ref()
                    .map(|password| password.expose_secret().to_owned())
                    .unwrap_or_default(),
            ))
            .authentication(vec![Mechanism::Plain, Mechanism::Login]);
    }
    let transport = builder.build::<Tokio1Executor>();
    match tokio::time::timeout(TIMEOUT, transport.send(message)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(classify(server, &error)),
        Err(_) => Err(MailError::Later(format!(
            "{} did not take the message within {} seconds",
            server_name(server),
            TIMEOUT.as_secs()
        ))),
    }
}

fn tls(server: &SmtpSettings) -> Result<Tls, MailError> {
    let parameters = || {
        TlsParameters::new(server.host.clone()).map_err(|error| {
            MailError::Later(format!(
                "TLS with {} can't be set up: {error}",
                server_name(server)
            ))
        })
    };
    Ok(match server.security {
        SmtpSecurity::None => Tls::None,
        SmtpSecurity::StartTls => Tls::Required(parameters()?),
        SmtpSecurity::Tls => Tls::Wrapper(parameters()?),
    })
}

fn server_name(server: &SmtpSettings) -> String {
    format!("the mail server {}:{}", one_line(&server.host), server.port)
}

fn classify(server: &SmtpSettings, error: &lettre::transport::smtp::Error) -> MailError {
    let place = server_name(server);
    let code = error.status().map(u16::from);
    let mut cause = String::new();
    let mut next = std::error::Error::source(error);
    while let Some(inner) = next {
        cause = inner.to_string();
        next = inner.source();
    }
    let response = one_line(if cause.is_empty() {
        "no more is known"
    } else {
        &cause
    });
    match code {
        // The login failed, so the settings are wrong and not the letter.
        Some(code @ (530 | 534 | 535 | 538)) => MailError::Later(format!(
            "{place} does not accept the name and password ({code}: {response})"
        )),
        Some(code) if error.is_permanent() => {
            MailError::Never(format!("{place} refuses the message ({code}: {response})"))
        }
        Some(code) => {
            MailError::Later(format!("{place} does not take it now ({code}: {response})"))
        }
        None if error.is_timeout() => MailError::Later(format!("{place} does not answer in time")),
        // A TLS error after STARTTLS is reported as an error of the connection.
        None if error.is_tls() || response.contains("certificate") => {
            MailError::Later(format!("no protected connection to {place}: {response}"))
        }
        None => MailError::Later(format!(
            "{place} can't be reached or the connection broke: {response}"
        )),
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;
    use testkit::smtp::{Smtp, Stage, Trouble};

    use super::*;

    fn server(smtp: &Smtp) -> SmtpSettings {
        SmtpSettings {
            host: smtp.address().ip().to_string(),
            port: smtp.address().port(),
            security: SmtpSecurity::None,
            user: String::new(),
            password: None,
            from: "licences@acme.example".to_owned(),
        }
    }

    fn letter() -> Letter {
        Letter {
            to: "ada@acme.example".to_owned(),
            to_name: "Ada \u{202e}Lovelace, \"née\" Byron <x>".to_owned(),
            subject: "Brauchen Sie „Webinar 500“ noch? 🙂".to_owned(),
            text: format!("Hello Ada,\n.\n.. dots\n{}\nÄnd", "long ".repeat(400)),
            html: "<p>Hello <b>Ada</b></p>".to_owned(),
        }
    }

    const NOW: Timestamp = Timestamp(1_795_000_000_000);

    #[tokio::test]
    async fn a_letter_arrives_as_it_was_written() {
        let smtp = Smtp::start().await;
        deliver(&server(&smtp), "Acme – IT", &letter(), "k1", NOW)
            .await
            .unwrap();
        let mail = &smtp.mails()[0];
        assert_eq!(mail.from, "licences@acme.example");
        assert_eq!(mail.to, ["ada@acme.example"]);
        assert_eq!(mail.subject(), letter().subject);
        assert_eq!(mail.text().trim_end(), letter().text);
        assert!(mail.html().contains("<b>Ada</b>"));
        assert_eq!(mail.header("Auto-Submitted").unwrap(), "auto-generated");
        assert!(mail.raw.lines().all(|line| line.len() <= 998));
    }

    #[tokio::test]
    async fn signing_in_works_and_a_wrong_password_is_said_and_not_shown() {
        let smtp = Smtp::with_login("seatwise", "s3cret-canary").await;
        let mut server = server(&smtp);
        let refused = deliver(&server, "", &letter(), "k", NOW).await.unwrap_err();
        assert!(refused.to_string().contains("530"), "{refused}");
        server.user = "seatwise".to_owned();
        server.password = Some(SecretString::from("wr0ng-canary"));
        let refused = deliver(&server, "", &letter(), "k", NOW).await.unwrap_err();
        assert!(matches!(refused, MailError::Later(_)));
        assert!(
            refused.to_string().contains("name and password"),
            "{refused}"
        );
        assert!(!format!("{refused} {server:?}").contains("canary"), "S20");
        server.password = Some(SecretString::from("s3cret-canary"));
        deliver(&server, "", &letter(), "k", NOW).await.unwrap();
        assert_eq!(smtp.mails()[0].user.as_deref(), Some("seatwise"));
    }

    #[tokio::test]
    async fn what_the_server_answers_decides_whether_to_try_again() {
        let smtp = Smtp::start().await;
        let server = server(&smtp);
        let go = async || deliver(&server, "", &letter(), "k", NOW).await;
        for (stage, text, again) in [
            (Stage::Connect, "421 4.3.2 too many", true),
            (Stage::From, "451 4.3.0 later", true),
            (Stage::To, "550 5.1.1 no such person", false),
            (Stage::To, "450 4.2.1 greylisted", true),
            (Stage::Data, "554 5.7.1 not wanted", false),
        ] {
            smtp.trouble(stage, Trouble::Answer(text));
            let refused = go().await.unwrap_err();
            assert_eq!(matches!(refused, MailError::Later(_)), again, "{refused}");
            assert!(refused.to_string().contains(&text[..3]), "{refused}");
        }
        for stage in [Stage::Connect, Stage::From, Stage::To, Stage::Data] {
            smtp.trouble(stage, Trouble::Break);
            assert!(matches!(go().await, Err(MailError::Later(_))), "{stage:?}");
        }
        // The server accepted the message, but its response was lost. The second copy is the same
        // message.
        go().await.unwrap();
        let ids: Vec<_> = smtp
            .mails()
            .iter()
            .map(|m| m.header("Message-ID"))
            .collect();
        assert_eq!(ids.len(), 2);
        assert_eq!(ids[0], ids[1]);
    }

    #[tokio::test]
    async fn tls_is_never_left_out_silently() {
        let smtp = Smtp::start().await;
        for security in [SmtpSecurity::StartTls, SmtpSecurity::Tls] {
            let server = SmtpSettings {
                security,
                ..server(&smtp)
            };
            let refused = deliver(&server, "", &letter(), "k", NOW).await;
            assert!(matches!(refused, Err(MailError::Later(_))), "{refused:?}");
        }
        assert!(smtp.mails().is_empty());
    }
}
