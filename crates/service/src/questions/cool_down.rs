//! The days in which a person is not asked again.

use model::Timestamp;
use serde_json::json;
use store::{Actor, Store};

/// Days after an answer without another question, unless the organisation chooses another number.
pub const COOL_DOWN_DAYS: i32 = 90;
/// The most days that an organisation can choose.
pub const LONGEST_COOL_DOWN: i32 = 730;
/// Name of the stored value with the organisation's choice.
const COOL_DOWN: &str = "ask.cool_down_days";

/// Days after an answer in which the person is not asked about the same licence again.
#[crate::boxed]
pub async fn cool_down_days(store: &Store) -> store::Result<i32> {
    let chosen = store.job_value(None, COOL_DOWN).await?;
    Ok(chosen
        .and_then(|days| days.parse().ok())
        .unwrap_or(COOL_DOWN_DAYS))
}

/// Stores the organisation's choice and records an audit event.
#[crate::boxed]
pub async fn set_cool_down_days(
    store: &Store,
    days: i32,
    actor: &Actor,
    now: Timestamp,
) -> store::Result<()> {
    let detail = json!({ "days": days });
    let target = "organisation:1";
    store
        .record_audit_entry(actor, "ask.cool_down", target, &detail, now)
        .await?;
    store
        .set_job_value(None, COOL_DOWN, Some(&days.to_string()))
        .await
}
