//! Programs from npm that tests use, installed by `./test` at the versions of the lock file.

use std::path::{Path, PathBuf};

/// The path of a file of an npm package.
///
/// # Panics
/// When the packages are not installed.
#[must_use]
pub fn file(path: &str) -> PathBuf {
    let found = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("node/node_modules")
        .join(path);
    assert!(
        found.exists(),
        "{} is not there: run ./test, or `npm ci` in crates/testkit/node",
        found.display()
    );
    found
}

/// The root of the workspace.
#[must_use]
pub fn workspace() -> PathBuf {
    // This crate is two levels below it.
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
