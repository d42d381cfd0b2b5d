//! The weekly digest, made on Mondays.

use std::collections::HashSet;

use insight::findings::FindingQuery;
use model::{Contract, Day, FindingState, Integration, IntegrationState, Sums, Timestamp};
use serde_json::{Value, json};
use store::{LedgerEntry, QuestionFilter, QuestionState};

use super::audience::Audience;
use super::pending_notice::{PendingNotice, page};
use crate::context::Context;
use crate::error::Error;
use crate::notify::{Notice, NoticeKind, due};
use model::words::counted;

/// Deadlines within this number of days are contained in the digest.
const DEADLINE_DAYS: i32 = 90;
/// Name of the stored value with the Monday of the last digest.
const LAST_MONDAY: &str = "digest.made";
const WEEK_MS: i64 = 7 * model::time::DAY_MS;

/// The digest of this week, if it is due now and not in the outbox; the Monday alone if there is
/// nothing to report.
pub(super) async fn weekly(
    context: &Context,
    audience: &Audience,
    now: Timestamp,
) -> Result<Option<(Day, Option<PendingNotice>)>, Error> {
    let Some(monday) = due::digest(now).filter(|_| audience.wants(NoticeKind::Digest)) else {
        return Ok(None);
    };
    // Computing the digest is expensive, so it is done once a week only.
    let job_value = context.store.job_value(None, LAST_MONDAY).await?;
    if job_value.as_deref() == Some(&monday.to_string()) {
        return Ok(None);
    }
    let (mut lines, mut data) = (Vec::new(), Vec::new());
    for integration in context.store.integrations().await? {
        let (mut of_one, data_of_one) = of_integration(context, &integration, now).await?;
        lines.append(&mut of_one);
        data.push(data_of_one);
    }
    if lines.is_empty() {
        return Ok(Some((monday, None)));
    }
    let notice = Notice {
        kind: NoticeKind::Digest,
        at: now,
        organisation: audience.organisation.clone(),
        title: format!("Licences in the week of {}", monday.long()),
        lines,
        link: page(context, "/"),
        data: json!({ "week_of": monday, "integrations": data }),
    };
    let pending = PendingNotice {
        key: format!("digest:{monday}"),
        integration: None,
        notice,
        saving: None,
    };
    Ok(Some((monday, Some(pending))))
}

/// Records that this week's digest is in the outbox.
pub(super) async fn record(context: &Context, monday: Day) -> Result<(), Error> {
    context
        .store
        .set_job_value(None, LAST_MONDAY, Some(&monday.to_string()))
        .await?;
    Ok(())
}

async fn of_integration(
    context: &Context,
    integration: &Integration,
    now: Timestamp,
) -> Result<(Vec<String>, Value), Error> {
    let (id, name) = (integration.id, &integration.name);
    let (today, since) = (now.day(), now.plus_ms(-WEEK_MS));
    if integration.first_complete_at.is_none() {
        return Ok((Vec::new(), Value::Null));
    }
    let account = context.accounts.of(integration).await?;
    let open = FindingQuery {
        states: vec![FindingState::Open],
        ..FindingQuery::everything(account.application)
    };
    let totals = account.findings.totals(account.roster(), &open);
    let new_ids = context.store.recorded_findings(id).await?;
    let new_ids: HashSet<&str> = new_ids
        .iter()
        .filter(|(_, at)| *at >= since)
        .map(|(finding, _)| finding.as_str())
        .collect();
    let open = account.findings.all(account.roster(), &open);
    let new = open
        .iter()
        .filter(|finding| new_ids.contains(finding.id.as_str()))
        .count();
    let mut lines = Vec::new();
    let money = if totals.saving.is_empty() {
        String::new()
    } else {
        format!(", {} a year", totals.saving)
    };
    lines.push(format!(
        "{name}: {} open ({}{money}), {new} of them new this week.",
        counted(totals.findings, "finding", "findings"),
        counted(totals.seats, "seat", "seats"),
    ));
    let requests = context
        .store
        .questions(Some(id), &QuestionFilter::default())
        .await?;
    let waiting = requests
        .iter()
        .filter(|request| matches!(request.state, QuestionState::Waiting | QuestionState::Sent))
        .count();
    let answered = requests
        .iter()
        .filter(|request| request.state == QuestionState::Answered)
        .filter(|request| request.ended_at.is_some_and(|at| at >= since))
        .count();
    if waiting + answered > 0 {
        lines.push(format!(
            "{name}: {answered} answered this week, {waiting} still to answer."
        ));
    }
    let ledger = context.store.ledger(id).await?;
    lines.extend(given_back(name, &ledger, since.day()));
    lines.extend(deadlines(name, &account.contracts, today));
    let broken = integration.state == IntegrationState::ReconnectNeeded;
    if broken {
        lines.push(format!(
            "{name} has to be authorised again: nothing new is read."
        ));
    }
    let data = json!({
        "integration": id.to_string(),
        "name": name,
        "open": totals.findings,
        "seats": totals.seats,
        "new": new,
        "waiting": waiting,
        "answered": answered,
        "broken": broken,
    });
    Ok((lines, data))
}

/// The line about the seats that were given back since a day.
fn given_back(name: &str, ledger: &[LedgerEntry], since: Day) -> Option<String> {
    let realised: Vec<_> = ledger
        .iter()
        .filter(|entry| entry.realised_on.is_some_and(|on| on >= since))
        .filter(|entry| entry.lost_on.is_none())
        .collect();
    let saved: Sums = realised.iter().filter_map(|entry| entry.promised).collect();
    if realised.is_empty() {
        return None;
    }
    let seats = realised.iter().map(|entry| entry.seats).sum();
    let money = if saved.is_empty() {
        String::new()
    } else {
        format!(" ({saved} a year)")
    };
    Some(format!(
        "{name}: {} given back this week{money}.",
        counted(seats, "seat", "seats")
    ))
}

/// A line for each contract whose deadline for notice is near.
fn deadlines(name: &str, contracts: &[Contract], today: Day) -> Vec<String> {
    let mut lines = Vec::new();
    for contract in contracts {
        let dates = insight::renewal::dates(contract, today);
        let left = dates.notice_by.since(today);
        if (0..=DEADLINE_DAYS).contains(&left) {
            lines.push(format!(
                "{name}: notice for {} by {} ({}).",
                contract.terms.name,
                dates.notice_by.long(),
                counted(i64::from(left), "day left", "days left")
            ));
        }
    }
    lines
}
