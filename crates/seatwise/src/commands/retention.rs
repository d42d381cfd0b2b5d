//! `retention`: for how long each kind of data is kept.

use clap::Args;
use model::{Clock as _, KEPT_DATA, KeptData};
use store::{Actor, StoreAccess};

use super::table::Table;
use crate::cli::Common;
use crate::exit::Failure;
use crate::output::print;
use crate::system::SystemClock;

#[derive(Debug, Args)]
pub(crate) struct Keep {
    /// Kinds of data and days to set, such as `sign_ins=180`; `forever` deletes nothing. Without any, the
    /// present setting is shown.
    #[arg(value_name = "KIND=DAYS")]
    pub(crate) set: Vec<String>,
    /// Print the setting as JSON, as the API does.
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) async fn run(common: Common, keep: Keep) -> Result<(), Failure> {
    let changes = keep
        .set
        .iter()
        .map(|text| change(text))
        .collect::<Result<Vec<_>, _>>()
        .map_err(Failure::usage)?;
    let access = if changes.is_empty() {
        StoreAccess::Look
    } else {
        StoreAccess::Change
    };
    let store = common.existing_store(access).await?;
    let mut retention = store.retention().await?;
    if !changes.is_empty() {
        for (data, days) in changes {
            retention.set(data, days);
        }
        store
            .set_retention(retention, &Actor::Cli, SystemClock.now())
            .await?;
    }
    store.close().await;
    if keep.json {
        return print(&serde_json::json!(retention).to_string());
    }
    let words = |days: Option<i32>| days.map_or("forever".to_owned(), |days| days.to_string());
    let mut table = Table::new(&["kind", "days", "usual", "data"]);
    for info in &KEPT_DATA {
        table.row([
            info.data.value().to_owned(),
            words(retention.days(info.data)),
            words(info.default),
            info.label.to_owned(),
        ]);
    }
    print(&table.text())
}

fn change(text: &str) -> Result<(KeptData, Option<i32>), String> {
    let (kind, days) = text.split_once('=').unwrap_or((text, ""));
    let Some(data) = KeptData::from_value(kind.trim()) else {
        let known = KeptData::ALL.map(KeptData::value).join(", ");
        return Err(format!(
            "`{kind}` is not a kind of data: give one of {known}"
        ));
    };
    if days.trim().is_empty() {
        return Err(format!(
            "`{text}` has no number of days: write for example `{kind}=400` or `{kind}=forever`"
        ));
    }
    let days = data
        .parse_days(days)
        .map_err(|objection| format!("{kind}: {objection}"))?;
    Ok((data, days))
}
