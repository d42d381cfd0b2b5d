//! The lock that keeps a second process away from the files of a store.

use std::path::Path;

use crate::{Error, Result};

const LOCK_FILE: &str = "seatwise.lock";

/// A lock on a file, held until it is dropped.
pub(crate) struct FileLock(std::fs::File);

impl Drop for FileLock {
    fn drop(&mut self) {
        // Closing the file alone is not enough, because a child process that is just being started
        // has it open too for a moment. If unlocking fails, the lock lasts for that moment.
        let _ = self.0.unlock();
    }
}

pub(crate) fn lock_directory(directory: &Path) -> Result<FileLock> {
    let failed = |source| Error::File {
        path: directory.to_owned(),
        source,
    };
    let path = directory.join(LOCK_FILE);
    make_file_private(&path).map_err(failed)?;
    let file = std::fs::File::options()
        .write(true)
        .open(path)
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(FileLock(file)),
        Err(std::fs::TryLockError::WouldBlock) => Err(Error::InUse {
            path: directory.to_owned(),
        }),
        Err(std::fs::TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// Creates the database file, or restricts an existing one, for its owner only. The engine gives
/// its other files the same mode.
pub(crate) fn make_file_private(file: &Path) -> std::io::Result<()> {
    let mut options = std::fs::File::options();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let opened = options.open(file)?;
    #[cfg(unix)]
    opened.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    drop(opened);
    Ok(())
}
