//! The file of a backup while it is written: under another name in the same directory, so that a file with
//! the final name is always whole.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::file_names::{beside, give_name, remove};
use crate::{Error, Result, crash};

/// Removed when dropped before [`PartFile::finish`].
pub(super) struct PartFile {
    path: PathBuf,
    to: PathBuf,
    /// Locked as long as it is open, so that two processes do not write one backup.
    pub(super) file: File,
    finished: bool,
}

impl PartFile {
    /// Creates the file with the part that is written, for its owner only.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the final file exists or another process writes it.
    pub(super) fn create(to: &Path) -> Result<Self> {
        if to.symlink_metadata().is_ok() {
            return Err(exists(to));
        }
        if to.file_name().is_none() {
            let message = format!("{} is no name of a file", to.display());
            return Err(Error::conflict(message));
        }
        let path = beside(to, ".part");
        let failed = |source| file_error(&path, source);
        match File::options().write(true).open(&path) {
            // Left by a process that died. It is deleted and not overwritten, because it may be a second
            // name of a finished backup.
            Ok(left) => match left.try_lock() {
                Ok(()) => std::fs::remove_file(&path).map_err(failed)?,
                Err(_) => {
                    return Err(Error::conflict(format!(
                        "another process is writing {}",
                        path.display()
                    )));
                }
            },
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(source) => return Err(failed(source)),
        }
        let mut options = File::options();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(failed)?;
        file.lock().map_err(failed)?;
        Ok(Self {
            path,
            to: to.to_owned(),
            file,
            finished: false,
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Gives the file its final name.
    ///
    /// # Errors
    /// [`Error::Conflict`] when another process made a file of that name meanwhile.
    pub(super) fn finish(mut self) -> Result<()> {
        let failed = |source| file_error(&self.to, source);
        match give_name(&self.path, &self.to) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(exists(&self.to)),
            named => named.map_err(failed)?,
        }
        crash::point("backup: linked");
        remove(&self.path).map_err(failed)?;
        self.finished = true;
        sync_directory_of(&self.to)
    }
}

impl Drop for PartFile {
    fn drop(&mut self) {
        if !self.finished {
            // A failure is ignored, because the next backup of this name removes the file.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

fn exists(to: &Path) -> Error {
    Error::conflict(format!(
        "{} exists already, and backups are never overwritten: choose another name",
        to.display()
    ))
}

pub(super) fn file_error(path: &Path, source: std::io::Error) -> Error {
    Error::File {
        path: path.to_owned(),
        source,
    }
}

/// Makes the name of a file durable.
///
/// # Errors
/// [`Error::File`] when the directory cannot be synced.
pub fn sync_directory_of(file: &Path) -> Result<()> {
    let directory = match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    // Only Unix can open a directory as a file.
    if cfg!(unix) {
        File::open(directory)
            .and_then(|directory| directory.sync_all())
            .map_err(|source| file_error(directory, source))?;
    }
    Ok(())
}
