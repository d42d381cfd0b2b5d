//! The mail server and its sealed password.

use model::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::audit::record;
use crate::db::args;
use crate::key::place;
use crate::{Actor, Error, Result, Store, validate};

/// Encryption of the connection to the mail server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmtpSecurity {
    /// No encryption, for a server on the same machine.
    None,
    /// Begins without encryption and must change to TLS.
    StartTls,
    /// TLS from the start.
    Tls,
}

impl SmtpSecurity {
    /// All values, in the order of the form.
    pub const ALL: [Self; 3] = [Self::None, Self::StartTls, Self::Tls];

    /// The word for storage and the API.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::StartTls => "starttls",
            Self::Tls => "tls",
        }
    }

    /// Parses a word from [`Self::value`].
    #[must_use]
    pub fn from_value(value: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|security| security.value() == value)
    }
}

/// Settings of the mail server.
#[derive(Debug, Clone)]
pub struct SmtpSettings {
    /// Host name or IP address.
    pub host: String,
    pub port: u16,
    pub security: SmtpSecurity,
    /// User name; empty when the server needs none.
    pub user: String,
    /// Password; sealed in the database.
    pub password: Option<SecretString>,
    /// E-mail address of the sender.
    pub from: String,
}

impl SmtpSettings {
    fn check(&self) -> Result<()> {
        validate::required_line("host", &self.host, validate::NAME)?;
        if self.host.contains(char::is_whitespace) {
            return Err(Error::field(
                "host",
                format!("is `{}`", self.host),
                "write a name such as mail.example.com",
            ));
        }
        validate::number("port", self.port.into(), 1..=65_535)?;
        validate::line("user", &self.user, validate::NAME)?;
        if let Some(password) = &self.password {
            validate::line("password", password.expose_secret(), validate::REASON)?;
        }
        validate::email("from", &self.from)
    }
}

impl Store {
    /// The mail server; `None` when none is set.
    ///
    /// # Errors
    /// [`Error::Sealed`] when its password cannot be opened.
    #[crate::boxed]
    pub async fn smtp(&self) -> Result<Option<SmtpSettings>> {
        let row = self
            .read()
            .await?
            .optional(
                "SELECT host, port, security, user_name, password, sender FROM smtp
                 WHERE organisation_id = 1",
                args![],
            )
            .await?;
        row.map(|row| {
            let port = row.int("port")?;
            Ok(SmtpSettings {
                host: row.text("host")?,
                port: u16::try_from(port)
                    .map_err(|_| Error::corrupt(format!("port {port} of the mail server")))?,
                security: SmtpSecurity::from_value(row.str("security")?)
                    .ok_or_else(|| Error::corrupt("security of the mail server"))?,
                user: row.text("user_name")?,
                password: row
                    .opt_text("password")?
                    .map(|sealed| self.unseal(&place("smtp", 1, "password"), &sealed))
                    .transpose()?,
                from: row.text("sender")?,
            })
        })
        .transpose()
    }

    /// Sets the mail server; `None` removes it.
    ///
    /// # Errors
    /// [`Error::Field`].
    #[crate::boxed]
    pub async fn set_smtp(
        &self,
        settings: Option<&SmtpSettings>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<()> {
        if let Some(settings) = settings {
            settings.check()?;
        }
        let mut tx = self.begin().await?;
        tx.execute("DELETE FROM smtp WHERE organisation_id = 1", args![])
            .await?;
        let mut detail = json!({});
        if let Some(settings) = settings {
            let password = settings
                .password
                .as_ref()
                .map(|password| self.seal(&place("smtp", 1, "password"), password))
                .transpose()?;
            tx.execute(
                "INSERT INTO smtp (organisation_id, host, port, security, user_name, password, sender)
                 VALUES (1, $1, $2, $3, $4, $5, $6)",
                args![
                    &settings.host,
                    i64::from(settings.port),
                    settings.security.value(),
                    &settings.user,
                    password.as_deref(),
                    &settings.from,
                ],
            )
            .await?;
            detail = json!({
                "host": settings.host,
                "port": settings.port,
                "security": settings.security.value(),
                "from": settings.from,
            });
        }
        let action = if settings.is_some() {
            "smtp.set"
        } else {
            "smtp.remove"
        };
        record(&mut tx, actor, action, "organisation:1", &detail, now).await?;
        tx.commit().await
    }
}
