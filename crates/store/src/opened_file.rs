//! The database file that is open, to notice when somebody deletes or replaces it: the engine would
//! go on writing into a file that no longer has a name, and all of that would be lost at the end of
//! the process.

use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// Path and identity of the file that was opened.
#[derive(Debug, Clone)]
pub(crate) struct OpenedFile {
    path: PathBuf,
    identity: Option<(u64, u64)>,
}

impl OpenedFile {
    /// Remembers the file that is at this path now.
    pub(crate) fn at(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            identity: std::fs::metadata(path)
                .ok()
                .and_then(|metadata| identity(&metadata)),
        }
    }

    /// Checks that the file is still at its path.
    ///
    /// # Errors
    /// [`Error::FileReplaced`] when it is not.
    pub(crate) fn check(&self) -> Result<()> {
        let there = match std::fs::metadata(&self.path) {
            Ok(metadata) => identity(&metadata) == self.identity,
            // Other errors say nothing about the file; a write finds out more.
            Err(error) => error.kind() != std::io::ErrorKind::NotFound,
        };
        if there {
            return Ok(());
        }
        Err(Error::FileReplaced {
            path: self.path.clone(),
        })
    }
}

/// The numbers of device and file.
#[cfg(unix)]
#[expect(
    clippy::unnecessary_wraps,
    reason = "other systems do not have these numbers"
)]
fn identity(metadata: &std::fs::Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn identity(_: &std::fs::Metadata) -> Option<(u64, u64)> {
    None
}
