//! Arguments of the commands that look after the data: backup and restore.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct BackUp {
    /// File to write; it must not exist.
    pub(crate) file: PathBuf,
    /// Put the master key into the file: whoever has the file can open all secrets then.
    #[arg(long)]
    pub(crate) include_key: bool,
    /// Print the result as one line of JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The backup.
    pub(crate) file: PathBuf,
    /// Check the file and show where it comes from, without restoring anything.
    #[arg(long)]
    pub(crate) check: bool,
}
