//! Notices of integrations that no longer bring data: one that has to be authorised again, one whose
//! syncs fail, and one whose data is old. Each is sent once, and again when the trouble has ended and
//! come back.

use model::words::{counted, sentence};
use model::{Integration, IntegrationState, RunState, Timestamp};
use serde_json::json;

use super::audience::Audience;
use super::pending_notice::{PendingNotice, notice};
use crate::account_snapshot::application_name;
use crate::context::Context;
use crate::error::Error;
use crate::notify::NoticeKind;

/// Failed runs in a row after which a notice is sent. One failure is often over by the next run.
const FAILURES: usize = 3;
/// How many runs are looked at.
const RUNS: u32 = 10;
/// The age at which data counts as old: this many intervals, but not less than a day.
const STALE_INTERVALS: i64 = 3;
const STALE_MS: i64 = 24 * 60 * 60 * 1000;

/// The kinds of trouble, the most important first: only the first that is present is announced,
/// because the others follow from it.
const KINDS: [NoticeKind; 3] = [NoticeKind::Broken, NoticeKind::Failing, NoticeKind::Stale];

/// Name of the stored value with the time since which there is trouble of this kind.
fn since_name(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Failing => "news.failing_since",
        NoticeKind::Stale => "news.stale_since",
        _ => "news.broken_since",
    }
}

/// The present trouble of an integration.
struct Trouble {
    kind: NoticeKind,
    title: String,
    lines: Vec<String>,
    reason: Option<String>,
}

pub(super) async fn of_integration(
    context: &Context,
    audience: &Audience,
    integration: &Integration,
    now: Timestamp,
) -> Result<Option<PendingNotice>, Error> {
    let (id, store) = (integration.id, &context.store);
    let present = present(context, integration, now).await?;
    let mut pending = None;
    for kind in KINDS {
        let name = since_name(kind);
        let before = store.job_value(Some(id), name).await?;
        let Some(trouble) = present.as_ref().filter(|trouble| trouble.kind == kind) else {
            if before.is_some() {
                store.set_job_value(Some(id), name, None).await?;
            }
            continue;
        };
        let since = if let Some(since) = before {
            since
        } else {
            let since = now.to_string();
            store.set_job_value(Some(id), name, Some(&since)).await?;
            since
        };
        let path = format!("/i/{id}/integration");
        let mut notice = notice(context, audience, kind, trouble.title.clone(), &path);
        notice.lines.clone_from(&trouble.lines);
        notice.data = json!({
            "integration": id.to_string(),
            "name": integration.name,
            "since": since,
            "reason": trouble.reason,
        });
        pending = Some(PendingNotice {
            key: format!("{}:{id}:{since}", kind_key(kind)),
            integration: Some(id),
            notice,
            saving: None,
        });
    }
    Ok(pending)
}

fn kind_key(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Failing => "failing",
        NoticeKind::Stale => "stale",
        _ => "broken",
    }
}

async fn present(
    context: &Context,
    integration: &Integration,
    now: Timestamp,
) -> Result<Option<Trouble>, Error> {
    let name = &integration.name;
    let application = application_name(&context.engine, &integration.application);
    match integration.state {
        IntegrationState::Paused | IntegrationState::Disconnected => return Ok(None),
        IntegrationState::ReconnectNeeded => {
            let reason = integration.state_reason.clone();
            let mut lines: Vec<String> = reason.as_deref().map(sentence).into_iter().collect();
            lines.push("Until then the data stay as they are, and nothing new is read.".to_owned());
            return Ok(Some(Trouble {
                kind: NoticeKind::Broken,
                title: format!("{application} {name} has to be authorised again"),
                lines,
                reason,
            }));
        }
        IntegrationState::Active => {}
    }
    let runs = context.store.runs(integration.id, RUNS, None).await?;
    let failed: Vec<_> = runs
        .iter()
        .filter(|run| run.state != RunState::Running)
        .take_while(|run| run.state == RunState::Failed)
        .collect();
    if failed.len() >= FAILURES {
        let reason = failed.first().and_then(|run| run.reason.clone());
        let mut lines: Vec<String> = reason.as_deref().map(sentence).into_iter().collect();
        lines.push(last_complete(integration));
        return Ok(Some(Trouble {
            kind: NoticeKind::Failing,
            title: format!(
                "{application} {name}: the last {} failed",
                counted(
                    i64::try_from(failed.len()).unwrap_or(i64::MAX),
                    "sync",
                    "syncs"
                )
            ),
            lines,
            reason,
        }));
    }
    let limit = (i64::from(integration.interval_minutes) * 60_000 * STALE_INTERVALS).max(STALE_MS);
    let since = integration
        .last_complete_at
        .unwrap_or(integration.created_at);
    if now.since(since) > limit {
        let reason = runs.first().and_then(|run| run.reason.clone());
        let mut lines = vec![last_complete(integration)];
        lines.extend(reason.as_deref().map(sentence));
        return Ok(Some(Trouble {
            kind: NoticeKind::Stale,
            title: format!("{application} {name}: the data are out of date"),
            lines,
            reason,
        }));
    }
    Ok(None)
}

fn last_complete(integration: &Integration) -> String {
    match integration.last_complete_at {
        Some(at) => format!("The last complete sync ended on {}.", at.readable()),
        None => "No sync has been complete yet.".to_owned(),
    }
}
