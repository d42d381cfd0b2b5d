//! Errors of commands: a sentence for people and an exit code for scripts.

use std::fmt;

use model::Application;

/// An error that ends a command.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    message: String,
    /// The next step, if it is not part of the message.
    remedy: Option<String>,
}

impl Failure {
    /// Exit code 1: the command failed for a reason that has no code of its own.
    pub(crate) fn other(message: impl Into<String>) -> Self {
        Self {
            code: 1,
            message: message.into(),
            remedy: None,
        }
    }

    /// Exit code 2: the command line or configuration is wrong. The command-line parser uses it too.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self {
            code: 2,
            message: message.into(),
            remedy: None,
        }
    }

    /// Exit code 3: the database or the master key can't be used.
    pub(crate) fn store(message: impl Into<String>) -> Self {
        Self {
            code: 3,
            message: message.into(),
            remedy: None,
        }
    }

    /// Exit code 4: the integration, contract or user doesn't exist.
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self {
            code: 4,
            message: message.into(),
            remedy: None,
        }
    }

    /// Exit code 5: a sync ended before everything was read.
    pub(crate) fn incomplete(message: impl Into<String>) -> Self {
        Self {
            code: 5,
            message: message.into(),
            remedy: None,
        }
    }

    /// An account that was not connected.
    pub(crate) fn not_connected(error: &sync::ConnectError, application: &Application) -> Self {
        let remedy = error.remedy(application);
        Self::other(format!("{error}\n{remedy}"))
    }

    pub(crate) fn with_remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    pub(crate) fn remedy(&self) -> Option<&str> {
        self.remedy.as_deref()
    }

    pub(crate) fn code(&self) -> u8 {
        self.code
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        use store::Error as E;
        let remedy = match &error {
            E::NotFound { .. } => return Self::not_found(error.to_string()),
            E::Conflict { .. } | E::Backup { .. } => return Self::other(error.to_string()),
            E::NewerSchema { .. } => Some(
                "install the version of Seatwise that wrote this database or a newer one, or restore a backup \
                 that this version made",
            ),
            E::InUse { .. } => {
                Some("stop the other process, or give this one a directory of its own with --data")
            }
            E::File { .. } => Some(
                "make the user that runs Seatwise the owner of the directory and its files, and check that there \
                 is space on the disk",
            ),
            E::Corrupt { .. } => Some("restore the last good backup"),
            other => other.storage_fault().map(store::StorageFault::remedy),
        };
        let failure = Self::store(error.to_string());
        match remedy {
            Some(remedy) => failure.with_remedy(remedy),
            None => failure,
        }
    }
}

impl From<sync::SyncError> for Failure {
    fn from(error: sync::SyncError) -> Self {
        match error {
            sync::SyncError::UnknownIntegration(_) => Self::not_found(error.to_string()),
            sync::SyncError::Store(error) => error.into(),
            error => Self::other(error.to_string()),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::other(error.to_string())
    }
}
