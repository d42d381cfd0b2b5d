//! `backup`: writes all data into one file.

use std::path::PathBuf;

use clap::Args;
use model::Clock as _;
use serde_json::json;
use store::BackupRequest;

use crate::cli::Common;
use crate::exit::Failure;
use crate::output::print;
use crate::system::SystemClock;

#[derive(Debug, Args)]
pub(crate) struct BackUp {
    /// File to write; it must not exist.
    pub(crate) file: PathBuf,
    /// Put the master key into the file: whoever has the file can open all secrets then.
    #[arg(long)]
    pub(crate) include_key: bool,
    /// Print the result as one line of JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) async fn run(common: Common, wanted: BackUp) -> Result<(), Failure> {
    common.require_database()?;
    let key = if wanted.include_key {
        Some(common.master_key()?)
    } else {
        None
    };
    let backup = store::back_up(&BackupRequest {
        location: &common.location(),
        file: &wanted.file,
        key: key.as_ref(),
        version: env!("CARGO_PKG_VERSION"),
        now: SystemClock.now(),
    })
    .await?;
    let rows: u64 = backup.rows().values().sum();
    if wanted.json {
        let result = json!({
            "file": wanted.file,
            "bytes": backup.size(),
            "created_at": backup.created_at(),
            "schema": backup.schema(),
            "engine": backup.engine(),
            "key_id": backup.key_id(),
            "key_included": wanted.include_key,
            "rows": backup.rows(),
        });
        return print(&result.to_string());
    }
    print(&format!(
        "Backed up {rows} rows into {} ({} bytes), and read them back.",
        wanted.file.display(),
        backup.size()
    ))?;
    let id = backup.key_id().unwrap_or("of no secrets");
    if wanted.include_key {
        return print(&format!(
            "The master key {id} is in the file: whoever has the file can open all tokens and secrets."
        ));
    }
    print(&format!(
        "The master key {id} is not in the file: keep a copy of {} in another place. Without it, tokens and secrets \
         of the backup can't be opened.",
        common.key_source()
    ))
}
