//! Notices of deadlines, expired exemptions and new findings, and of trouble with integrations.

use std::collections::{BTreeSet, HashSet};

use insight::findings::Finding;
use insight::renewal::dates;
use model::{FindingState, Integration, IntegrationId, Sums, Timestamp};
use serde_json::json;

use super::audience::Audience;
use super::pending_notice::{PendingNotice, notice};
use super::trouble;
use crate::account_snapshot::AccountSnapshot;
use crate::context::Context;
use crate::error::Error;
use crate::notify::{NoticeKind, due};
use model::words::counted;

/// Name of the stored value with the last day on which findings were checked.
const CHECKED_ON: &str = "news.looked_on";
/// The most single items that a notice lists.
const LINES: usize = 5;

/// Notices of contract deadlines.
pub(super) async fn of_deadlines(
    context: &Context,
    audience: &Audience,
    now: Timestamp,
) -> Result<Vec<PendingNotice>, Error> {
    if !audience.wants(NoticeKind::Deadline) {
        return Ok(Vec::new());
    }
    let today = now.day();
    let mut all = Vec::new();
    for contract in context.store.all_contracts().await? {
        let dates = dates(&contract, today);
        let terms = &contract.terms;
        // A contract that does not renew itself needs no notice, but a decision before it ends.
        let (day, due) = if terms.auto_renews {
            (dates.notice_by, "notice has to be given")
        } else {
            (dates.ends_on, "the contract ends")
        };
        let Some(step) = due::step(&terms.reminders(), day, today) else {
            continue;
        };
        let left = day.since(today);
        let when = match left {
            0 => "today".to_owned(),
            1 => "tomorrow".to_owned(),
            left => format!("in {left} days, on {}", day.long()),
        };
        let title = format!("{}: {due} {when}", terms.name);
        let path = format!("/i/{}/renewals/{}", contract.integration, contract.id);
        let mut notice = notice(context, audience, NoticeKind::Deadline, title, &path);
        notice.lines = vec![
            counted(terms.quantity, "seat", "seats"),
            format!("The term ends on {}.", dates.ends_on.long()),
            if terms.auto_renews {
                "Without notice it renews for another term.".to_owned()
            } else {
                "It ends by itself.".to_owned()
            },
        ];
        notice.data = json!({
            "integration": contract.integration.to_string(),
            "contract": contract.id.to_string(),
            "name": terms.name,
            "licence": terms.licence,
            "seats": terms.quantity,
            "notice_by": dates.notice_by,
            "ends_on": dates.ends_on,
            "days_left": left,
        });
        all.push(PendingNotice {
            key: format!(
                "deadline:{}:{}:{}:{step}",
                contract.integration, contract.id, dates.notice_by
            ),
            integration: Some(contract.integration),
            notice,
            saving: None,
        });
    }
    Ok(all)
}

/// The result of a check for new findings. It is recorded only after the notice is in the outbox, so
/// that no notice is lost if the process ends in between.
pub(super) struct FindingsCheck {
    integration: IntegrationId,
    findings: Vec<String>,
    on: String,
}

impl FindingsCheck {
    pub(super) async fn record(&self, context: &Context, now: Timestamp) -> Result<(), Error> {
        let id = self.integration;
        let store = &context.store;
        store.record_findings(id, &self.findings, now).await?;
        store
            .set_job_value(Some(id), CHECKED_ON, Some(&self.on))
            .await?;
        Ok(())
    }
}

/// Notices of one integration, and the check for new findings if one was made.
pub(super) async fn of_integration(
    context: &Context,
    audience: &Audience,
    integration: &Integration,
    now: Timestamp,
) -> Result<(Vec<PendingNotice>, Option<FindingsCheck>), Error> {
    let (mut all, mut check) = (Vec::new(), None);
    all.extend(trouble::of_integration(context, audience, integration, now).await?);
    if integration
        .last_complete_at
        .is_some_and(|at| at.day() == now.day())
        && let Some((pending, made)) = findings(context, audience, integration, now).await?
    {
        all.extend(pending);
        check = Some(made);
    }
    if audience.wants(NoticeKind::Exemption) {
        all.extend(exemptions(context, audience, integration, now).await?);
    }
    Ok((all, check))
}

/// Compares the findings with those of the last check, once a day after a sync. Returns `None` if
/// that was done today.
async fn findings(
    context: &Context,
    audience: &Audience,
    integration: &Integration,
    now: Timestamp,
) -> Result<Option<(Option<PendingNotice>, FindingsCheck)>, Error> {
    let (id, on) = (integration.id, now.day().to_string());
    let before = context.store.job_value(Some(id), CHECKED_ON).await?;
    if before.as_deref() == Some(&on) {
        return Ok(None);
    }
    let account = context.accounts.of(integration).await?;
    let present: Vec<Finding> = account.findings.iter(account.roster()).collect();
    let check = FindingsCheck {
        integration: id,
        findings: present.iter().map(|finding| finding.id.clone()).collect(),
        on,
    };
    if before.is_none() || !audience.wants(NoticeKind::NewFindings) {
        // No finding is new in the first check, because still_found is nothing to compare with.
        return Ok(Some((None, check)));
    }
    let known = context.store.recorded_findings(id).await?;
    let known: HashSet<&str> = known.iter().map(|(finding, _)| finding.as_str()).collect();
    let new: Vec<Finding> = present
        .into_iter()
        .filter(|finding| finding.state == FindingState::Open)
        .filter(|finding| !known.contains(finding.id.as_str()))
        .collect();
    let pending = (!new.is_empty()).then(|| new_findings(context, audience, &account, &new));
    Ok(Some((pending, check)))
}

fn new_findings(
    context: &Context,
    audience: &Audience,
    account: &AccountSnapshot,
    new: &[Finding],
) -> PendingNotice {
    let id = account.integration.id;
    let saving: Sums = new
        .iter()
        .filter_map(|finding| finding.saving.as_ref())
        .map(|saving| saving.amount)
        .collect();
    let without_price = new
        .iter()
        .filter(|finding| finding.saving.is_none())
        .count();
    let count = i64::try_from(new.len()).unwrap_or(i64::MAX);
    let title = format!(
        "{} in {}",
        counted(count, "new finding", "new findings"),
        account.integration.name
    );
    let path = format!("/i/{id}/findings?sort=-since");
    let mut notice = notice(context, audience, NoticeKind::NewFindings, title, &path);
    if !saving.is_empty() {
        notice
            .lines
            .push(format!("Together they come to {saving} a year."));
    }
    if without_price > 0 {
        let count = i64::try_from(without_price).unwrap_or(i64::MAX);
        notice.lines.push(format!(
            "{} no price, so their saving is not known.",
            counted(count, "has", "have")
        ));
    }
    let mut rules: Vec<(model::Rule, i64)> = Vec::new();
    for finding in new {
        match rules.iter_mut().find(|(rule, _)| *rule == finding.rule) {
            Some((_, count)) => *count += 1,
            None => rules.push((finding.rule, 1)),
        }
    }
    rules.sort_by_key(|(_, count)| -count);
    notice.lines.extend(
        rules
            .iter()
            .take(LINES)
            .map(|(rule, count)| format!("{}: {count}", rule.label())),
    );
    notice.data = json!({
        "integration": id.to_string(),
        "findings": count,
        "saving": saving.iter().map(|sum| json!({
            "amount": sum.decimal(), "currency": sum.currency, "per": "year",
        })).collect::<Vec<_>>(),
        "without_price": without_price,
        "by_rule": rules.iter().map(|(rule, count)| json!({
            "rule": rule, "findings": count,
        })).collect::<Vec<_>>(),
    });
    PendingNotice {
        key: format!("findings:{id}:{}", account.today),
        integration: Some(id),
        notice,
        saving: Some(saving),
    }
}

async fn exemptions(
    context: &Context,
    audience: &Audience,
    integration: &Integration,
    now: Timestamp,
) -> Result<Vec<PendingNotice>, Error> {
    let (id, today) = (integration.id, now.day());
    let decisions = context.store.decisions(id).await?;
    let ended: Vec<_> = decisions
        .iter()
        .filter(|decision| decision.state == FindingState::Exempt)
        .filter_map(|decision| Some((decision.until?, decision)))
        .filter(|(until, _)| due::has_run_out(*until, today))
        .collect();
    if ended.is_empty() {
        return Ok(Vec::new());
    }
    let account = context.accounts.of(integration).await?;
    let days: BTreeSet<model::Day> = ended.iter().map(|(until, _)| *until).collect();
    let mut all = Vec::new();
    for day in days {
        let still_found: Vec<_> = ended
            .iter()
            .filter(|(until, decision)| {
                *until == day && account.finding(&decision.finding).is_some()
            })
            .map(|(_, decision)| *decision)
            .collect();
        if still_found.is_empty() {
            continue;
        }
        let count = i64::try_from(still_found.len()).unwrap_or(i64::MAX);
        let title = format!(
            "{} in {} ran out on {}",
            counted(count, "exemption", "exemptions"),
            integration.name,
            day.long()
        );
        let path = format!("/i/{id}/findings?state=open");
        let mut notice = notice(context, audience, NoticeKind::Exemption, title, &path);
        for decision in still_found.iter().take(LINES) {
            notice.lines.push(format!(
                "{}, {}: {}",
                decision.rule.label(),
                decision.licence.label(account.application),
                decision.reason
            ));
        }
        notice.data = json!({
            "integration": id.to_string(),
            "until": day,
            "findings": still_found.iter().map(|decision| &decision.finding).collect::<Vec<_>>(),
        });
        all.push(PendingNotice {
            key: format!("exemption:{id}:{day}"),
            integration: Some(id),
            notice,
            saving: None,
        });
    }
    Ok(all)
}
