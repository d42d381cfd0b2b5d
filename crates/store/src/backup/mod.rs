//! Backups: one file with every row that must outlive the machine, written while others write, and read
//! back into an empty place of either engine.

mod file;
mod format;
mod read;
mod restore;
mod shape;
mod write;

pub use file::sync_directory_of;
pub use read::Backup;
pub use restore::{Restored, restore};
pub use write::{BackupRequest, back_up};
