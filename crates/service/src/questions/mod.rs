//! Asking people whether they still need a licence: the question by e-mail ([`letter`]), the signed
//! link to its answer ([`link`]), what an answer does ([`answering`]), and what silence means ([`due`]).

pub mod answering;
pub mod due;
pub mod letter;
mod limit;
pub mod link;

use model::Timestamp;
use serde_json::json;
use store::{Actor, Store};

pub use limit::AnswerLimit;

/// Days after an answer in which nobody is asked again, when the organisation says nothing else.
pub const COOL_DOWN_DAYS: i32 = 90;
/// The most days that can be chosen for that.
pub const LONGEST_COOL_DOWN: i32 = 730;
/// Under which name the store remembers the organisation's choice.
const COOL_DOWN: &str = "ask.cool_down_days";

/// Days after an answer in which the person is not asked about the same licence again.
pub async fn cool_down_days(store: &Store) -> store::Result<i32> {
    let chosen = store.job_value(None, COOL_DOWN).await?;
    Ok(chosen
        .and_then(|days| days.parse().ok())
        .unwrap_or(COOL_DOWN_DAYS))
}

/// Sets them.
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
