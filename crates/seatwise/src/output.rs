//! Standard output, and notices on standard error.

use std::io::Write as _;

use crate::exit::Failure;

/// Writes a line to standard output. A reader that has closed the pipe (`| head`) is not an error.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Writes a notice for the person who started the program to standard error. It is no entry of the log,
/// because logs are collected and read by others.
pub(crate) fn notice(text: &str) {
    // A console that is closed has no reader.
    let _ = writeln!(std::io::stderr(), "{text}");
}
