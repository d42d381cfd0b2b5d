//! Faults of the disk or the database server, recognised from the error codes of both engines.

/// Why the database cannot work at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StorageFault {
    /// There is no space left.
    Full,
    /// The disk or the file system reported an error.
    InputOutput,
    /// Nothing may be written: the file system or the server is read-only, or a permission is
    /// missing.
    ReadOnly,
    /// The server does not answer, refuses connections or is being restarted.
    Unreachable,
    /// The database file is not the one that was opened.
    Replaced,
    /// The content of the database is damaged.
    Damaged,
}

impl StorageFault {
    /// The fault as a clause for people.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Full => "the disk of the database is full",
            Self::InputOutput => "the disk of the database reports errors",
            Self::ReadOnly => "the database may be read but not written",
            Self::Unreachable => "the database server does not answer",
            Self::Replaced => {
                "the database file was deleted or replaced while Seatwise was running"
            }
            Self::Damaged => "the database is damaged",
        }
    }

    /// The next step for the operator.
    #[must_use]
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Full => "free space on the disk of the database; Seatwise goes on by itself then",
            Self::InputOutput => {
                "look for disk errors in the log of the operating system, and move the data to a \
                 disk that works; Seatwise goes on by itself when writing works again"
            }
            Self::ReadOnly => {
                "make the user that runs Seatwise the owner of the data directory, and check that \
                 its file system is not mounted read-only"
            }
            Self::Unreachable => {
                "check that PostgreSQL runs and accepts connections from this machine, and \
                 --database-url (SEATWISE_DATABASE_URL)"
            }
            Self::Replaced => {
                "stop Seatwise, put the database file back from where it went or from a backup, and \
                 start again"
            }
            Self::Damaged => "stop Seatwise and restore the last good backup",
        }
    }

    pub(crate) fn of(error: &sqlx::Error) -> Option<Self> {
        match error {
            sqlx::Error::Database(error) => Self::of_code(&error.code()?),
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::WorkerCrashed => Some(Self::Unreachable),
            _ => None,
        }
    }

    /// Codes of PostgreSQL have five characters (SQLSTATE); those of `SQLite` are numbers with fewer
    /// digits, whose last byte is the primary code.
    fn of_code(code: &str) -> Option<Self> {
        if code.len() == 5 {
            return match code {
                "53100" => Some(Self::Full),
                "58030" => Some(Self::InputOutput),
                "25006" | "42501" => Some(Self::ReadOnly),
                "XX001" | "XX002" => Some(Self::Damaged),
                // Too many connections, shutdowns, an idle transaction or session that was ended.
                "53300" | "57P01" | "57P02" | "57P03" | "57P05" | "25P03" => {
                    Some(Self::Unreachable)
                }
                _ if code.starts_with("08") => Some(Self::Unreachable),
                _ => None,
            };
        }
        match code.parse::<u32>().ok()? & 0xff {
            13 => Some(Self::Full),
            10 => Some(Self::InputOutput),
            // Read-only; cannot open, which a missing permission causes too.
            8 | 14 => Some(Self::ReadOnly),
            // Corrupt; not a database.
            11 | 26 => Some(Self::Damaged),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r22_a_full_disk_is_recognised_by_both_codes_of_sqlite() {
        // SQLITE_FULL, SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC.
        assert_eq!(StorageFault::of_code("13"), Some(StorageFault::Full));
        for code in ["10", "778", "1034"] {
            assert_eq!(
                StorageFault::of_code(code),
                Some(StorageFault::InputOutput),
                "{code}"
            );
        }
        assert_eq!(StorageFault::of_code("53100"), Some(StorageFault::Full));
    }

    #[test]
    fn faults_of_statements_are_no_faults_of_the_storage() {
        // A unique key, a serialization failure; SQLite: busy, constraint.
        for code in ["23505", "40001", "5", "2067"] {
            assert_eq!(StorageFault::of_code(code), None, "{code}");
        }
    }
}
