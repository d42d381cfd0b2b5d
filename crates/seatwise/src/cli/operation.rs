//! Arguments of the commands that look after the data: backup, restore, master key.

use std::path::PathBuf;

use clap::{Args, Subcommand};

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

#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Seal all secrets with a new master key, while no server runs.
    #[command(
        after_help = "The new key takes the place of the old one, which is kept beside it for older backups. A rotation that was\n\
                            interrupted goes on when the command is run again; a server that is started in between uses both keys.\n\n\
                            Example:\n  seatwise key rotate --data /var/lib/seatwise"
    )]
    Rotate,
}
