//! Files that get their final name when they are whole.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// A path in the same directory whose name has a suffix.
pub(crate) fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    file.with_file_name(name)
}

/// Gives a file another name. Its old name may remain as a second one.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`] when there is a file of that name: unlike renaming, this never replaces one.
pub(crate) fn give_name(file: &Path, name: &Path) -> std::io::Result<()> {
    match std::fs::hard_link(file, name) {
        Err(_) if name.symlink_metadata().is_ok() => Err(ErrorKind::AlreadyExists.into()),
        // Some file systems have no second names.
        Err(_) => std::fs::rename(file, name),
        linked => linked,
    }
}

/// Removes a file, if there is one.
pub(crate) fn remove(file: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}
