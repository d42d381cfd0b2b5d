//! The locks on the files of a store: one process serves them, and a process that opens them finds
//! out whether it is the only one.

use std::fs::{File, TryLockError};
use std::path::Path;

use crate::options::StoreAccess;
use crate::{Error, Result};

/// Locked by the process that serves the files.
const SERVING: &str = "seatwise.lock";
/// Shared by all processes that may write to the files.
const OPEN: &str = "seatwise.open.lock";

/// A lock on a file, released when it is dropped.
struct FileLock(File);

impl Drop for FileLock {
    fn drop(&mut self) {
        // Closing the file alone is not enough, because a child process that is just being started
        // has it open too for a moment. If unlocking fails, the lock lasts for that moment.
        let _ = self.0.unlock();
    }
}

/// The locks of a process on the directory of a store.
pub(crate) struct DirectoryLock {
    _serving: Option<FileLock>,
    _open: FileLock,
    /// Whether no other process had the files open for writing when the locks were taken.
    pub(crate) alone: bool,
}

impl DirectoryLock {
    /// # Errors
    /// [`Error::InUse`] when this process wants to serve and another one serves, or wants to be alone
    /// and is not.
    pub(crate) fn take(directory: &Path, access: StoreAccess) -> Result<Self> {
        let failed = |source| Error::File {
            path: directory.to_owned(),
            source,
        };
        let lock_alone = |name: &str| {
            let file = lock_file(&directory.join(name)).map_err(failed)?;
            match file.try_lock() {
                Ok(()) => Ok(FileLock(file)),
                Err(TryLockError::WouldBlock) => Err(Error::InUse {
                    path: directory.to_owned(),
                }),
                Err(TryLockError::Error(source)) => Err(failed(source)),
            }
        };
        let serving = match access {
            StoreAccess::Serve | StoreAccess::Alone => Some(lock_alone(SERVING)?),
            StoreAccess::Change | StoreAccess::Look => None,
        };
        if access == StoreAccess::Alone {
            return Ok(Self {
                _serving: serving,
                _open: lock_alone(OPEN)?,
                alone: true,
            });
        }
        let open = lock_file(&directory.join(OPEN)).map_err(failed)?;
        let alone = open.try_lock().is_ok();
        if alone {
            // Another process may come in between, which is alone then too: it has taken no lease.
            open.unlock().map_err(failed)?;
        }
        open.lock_shared().map_err(failed)?;
        Ok(Self {
            _serving: serving,
            _open: FileLock(open),
            alone,
        })
    }
}

fn lock_file(path: &Path) -> std::io::Result<File> {
    make_file_private(path)?;
    File::options().write(true).open(path)
}

/// Creates the database file, or restricts an existing one, for its owner only. The engine gives
/// its other files the same mode.
pub(crate) fn make_file_private(file: &Path) -> std::io::Result<()> {
    let mut options = File::options();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let opened = options.open(file)?;
    #[cfg(unix)]
    opened.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    drop(opened);
    Ok(())
}
