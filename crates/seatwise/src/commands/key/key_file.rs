//! The names of key files.

use std::path::Path;

use store::MasterKey;

use crate::exit::Failure;

/// Lets the new key take the name of the old one, which gets a name of its own. Returns that name.
pub(crate) fn put_in_place(next: &Path, file: &Path) -> Result<std::path::PathBuf, Failure> {
    let key = MasterKey::load(file)?.ok_or_else(|| {
        Failure::store(format!(
            "{} is gone: rename {} to it",
            file.display(),
            next.display()
        ))
    })?;
    let old = file.with_extension(format!("key.old-{}", key.fingerprint()));
    match key.save(&old) {
        Err(store::Error::File { source, .. })
            if source.kind() == std::io::ErrorKind::AlreadyExists => {}
        saved => saved?,
    }
    store::crash::point("old key kept");
    std::fs::rename(next, file)?;
    store::crash::point("new key in place");
    store::sync_directory_of(file)?;
    Ok(old)
}
