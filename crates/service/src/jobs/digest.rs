//! The week in a few lines, on Mondays.

use std::collections::HashSet;

use insight::findings::FindingQuery;
use model::{Day, FindingState, Integration, IntegrationState, Sums, Timestamp};
use serde_json::{Value, json};
use store::{QuestionFilter, QuestionState};

use super::notifications::{Audience, News, page};
use crate::context::Context;
use crate::error::Error;
use crate::notify::{Kind, Notice, due};
use model::words::counted;

/// Deadlines that are told ahead, in days.
const AHEAD: i32 = 90;
/// Under which name the store remembers the Monday of the last digest.
const MADE: &str = "digest.made";
const WEEK_MS: i64 = 7 * model::time::DAY_MS;

/// This week's digest when it is to be made now; its Monday alone when there is nothing to tell.
pub(super) async fn weekly(
    context: &Context,
    audience: &Audience,
    now: Timestamp,
) -> Result<Option<(Day, Option<News>)>, Error> {
    let Some(monday) = due::digest(now).filter(|_| audience.wants(Kind::Digest)) else {
        return Ok(None);
    };
    // Only the first round of the week has to work it out.
    let memo = context.store.job_value(None, MADE).await?;
    if memo.as_deref() == Some(&monday.to_string()) {
        return Ok(None);
    }
    let (mut lines, mut data) = (Vec::new(), Vec::new());
    for integration in context.store.integrations().await? {
        let (mut some, what) = of_integration(context, &integration, now).await?;
        lines.append(&mut some);
        data.push(what);
    }
    if lines.is_empty() {
        return Ok(Some((monday, None)));
    }
    let notice = Notice {
        kind: Kind::Digest,
        at: now,
        organisation: audience.organisation.clone(),
        title: format!("Licences in the week of {}", monday.long()),
        lines,
        link: page(context, "/"),
        data: json!({ "week_of": monday, "integrations": data }),
    };
    let news = News {
        key: format!("digest:{monday}"),
        integration: None,
        notice,
        saving: None,
    };
    Ok(Some((monday, Some(news))))
}

/// Notes that this week's digest is in the outbox.
pub(super) async fn made(context: &Context, monday: Day) -> Result<(), Error> {
    context
        .store
        .set_job_value(None, MADE, Some(&monday.to_string()))
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
    let case = context.accounts.of(integration).await?;
    let open = FindingQuery {
        states: vec![FindingState::Open],
        ..FindingQuery::everything(case.application)
    };
    let totals = case.findings.totals(case.roster(), &open);
    let noted = context.store.recorded_findings(id).await?;
    let noted: HashSet<&str> = noted
        .iter()
        .filter(|(_, at)| *at >= since)
        .map(|(finding, _)| finding.as_str())
        .collect();
    let open = case.findings.all(case.roster(), &open);
    let new = open
        .iter()
        .filter(|finding| noted.contains(finding.id.as_str()))
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
    let realised: Vec<_> = ledger
        .iter()
        .filter(|entry| entry.realised_on.is_some_and(|on| on >= since.day()))
        .filter(|entry| entry.lost_on.is_none())
        .collect();
    let saved: Sums = realised.iter().filter_map(|entry| entry.promised).collect();
    if !realised.is_empty() {
        let seats = realised.iter().map(|entry| entry.seats).sum();
        let money = if saved.is_empty() {
            String::new()
        } else {
            format!(" ({saved} a year)")
        };
        lines.push(format!(
            "{name}: {} given back this week{money}.",
            counted(seats, "seat", "seats")
        ));
    }
    for contract in &case.contracts {
        let dates = insight::renewal::dates(contract, today);
        let left = dates.notice_by.since(today);
        if (0..=AHEAD).contains(&left) {
            lines.push(format!(
                "{name}: notice for {} by {} ({}).",
                contract.terms.name,
                dates.notice_by.long(),
                counted(i64::from(left), "day left", "days left")
            ));
        }
    }
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
