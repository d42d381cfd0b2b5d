//! Printing results.

use std::io::Write as _;

/// An error that ends a benchmark; its text is all that is shown.
pub(crate) type Error = Box<dyn std::error::Error + Send + Sync>;

/// Result of a benchmark or of a step of one.
pub(crate) type Result<T> = std::result::Result<T, Error>;

/// Writes a line to standard output. A reader that has closed the pipe (`| head`) is not an error.
pub(crate) fn print(text: &str) -> Result<()> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
