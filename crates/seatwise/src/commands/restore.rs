//! `restore`: fills an empty place from a backup.

use std::path::{Path, PathBuf};

use clap::Args;
use model::Clock as _;
use store::{Backup, MasterKey, StoreLocation};

use crate::cli::Common;
use crate::exit::Failure;
use crate::output::print;
use crate::system::SystemClock;

#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The backup.
    pub(crate) file: PathBuf,
    /// Check the file and show where it comes from, without restoring anything.
    #[arg(long)]
    pub(crate) check: bool,
}

pub(crate) async fn run(common: Common, wanted: Restore) -> Result<(), Failure> {
    common.check_database_url()?;
    let mut backup = Backup::open(&wanted.file)?;
    backup.check()?;
    let has_key = backup.key()?.is_some();
    if wanted.check {
        return describe(&backup, has_key);
    }
    let file = common.key_file();
    let (key, made) = match (common.known_key()?, backup.key()?) {
        (Some(key), _) => (key, None),
        (None, Some(key)) => {
            let new = common.new_key_file();
            save(&key, &new)?;
            (key, Some(new))
        }
        (None, None) => {
            return Err(Failure::store(format!(
                "the backup does not hold the master key {} that its secrets were sealed with: put that key into {} \
                 (mode 600), or give its path with --master-key-file",
                backup.key_id().unwrap_or_default(),
                file.display()
            )));
        }
    };
    let restored = store::restore(&backup, &common.location(), &key, SystemClock.now()).await;
    if let Some(new) = made {
        match &restored {
            // The key gets its name after the database, as at the first start: `serve` continues from here.
            Ok(()) => {
                store::crash::point("restore: key without its name");
                std::fs::rename(&new, &file)?;
            }
            Err(_) => std::fs::remove_file(&new)?,
        }
    }
    restored?;
    let place = match common.location() {
        StoreLocation::Postgres(_) => "the PostgreSQL database".to_owned(),
        _ => common
            .data_dir()
            .join(store::DATABASE_FILE)
            .display()
            .to_string(),
    };
    let rows: u64 = backup.rows().values().sum();
    print(&format!(
        "Restored {rows} rows of {} into {place}.",
        backup.created_at().readable()
    ))?;
    if has_key && file.exists() {
        print(&format!("Its master key is in {}.", file.display()))?;
    }
    print(
        "Members sign in again. Start `seatwise serve`: accounts read what happened since; an account whose token was \
         renewed since the backup has to be authorised again.",
    )
}

fn describe(backup: &Backup, has_key: bool) -> Result<(), Failure> {
    print(&format!(
        "The backup is complete: {} rows of {}, written by Seatwise {} from {} with schema version {}.",
        backup.rows().values().sum::<u64>(),
        backup.created_at().readable(),
        backup.version(),
        backup.engine(),
        backup.schema()
    ))?;
    let id = backup.key_id().unwrap_or("of no secrets");
    print(&if has_key {
        format!("The master key {id} is in it.")
    } else {
        format!("Its secrets were sealed with the master key {id}, which is not in it.")
    })
}

/// Writes the key beside its final name.
fn save(key: &MasterKey, new: &Path) -> Result<(), Failure> {
    match MasterKey::load(new)? {
        // Left by a restore of the same backup that was interrupted.
        Some(left) if left.fingerprint() == key.fingerprint() => Ok(()),
        Some(_) => Err(Failure::store(format!(
            "{} is left over from a first start that was interrupted: move it away first",
            new.display()
        ))),
        None => {
            if let Some(directory) = new.parent() {
                store::make_private(directory)?;
            }
            Ok(key.save(new)?)
        }
    }
}
