//! What is new: deadlines, broken connections, exemptions that ran out, findings.

use std::collections::{BTreeSet, HashSet};

use insight::findings::Finding;
use insight::renewal::dates;
use model::{FindingState, Integration, IntegrationId, IntegrationState, Sums, Timestamp};
use serde_json::json;

use super::notifications::{Audience, News, page};
use crate::account_snapshot::AccountSnapshot;
use crate::context::Context;
use crate::error::Error;
use model::words::sentence;

use crate::notify::{Kind, Notice, due};
use model::words::counted;

/// Since when a connection has been broken.
const BROKEN: &str = "news.broken_since";
/// The last day whose findings were looked at.
const LOOKED: &str = "news.looked_on";
/// Lines of a notice that name single things.
const LINES: usize = 5;

fn notice(context: &Context, audience: &Audience, kind: Kind, title: String, path: &str) -> Notice {
    Notice {
        kind,
        at: context.clock.now(),
        organisation: audience.organisation.clone(),
        title,
        lines: Vec::new(),
        link: page(context, path),
        data: json!({}),
    }
}

/// What follows from contracts alone.
pub(super) async fn standing(
    context: &Context,
    audience: &Audience,
    now: Timestamp,
) -> Result<Vec<News>, Error> {
    if !audience.wants(Kind::Deadline) {
        return Ok(Vec::new());
    }
    let today = now.day();
    let mut all = Vec::new();
    for contract in context.store.all_contracts().await? {
        let dates = dates(&contract, today);
        let Some(step) = due::step(dates.notice_by, today) else {
            continue;
        };
        let (terms, left) = (&contract.terms, dates.notice_by.since(today));
        let when = match left {
            0 => "today".to_owned(),
            1 => "tomorrow".to_owned(),
            left => format!("in {left} days, on {}", dates.notice_by.long()),
        };
        let title = format!("{}: notice has to be given {when}", terms.name);
        let path = format!("/i/{}/renewals/{}", contract.integration, contract.id);
        let mut notice = notice(context, audience, Kind::Deadline, title, &path);
        notice.lines = vec![
            counted(terms.quantity, "seat", "seats"),
            format!("The term ends on {}.", dates.ends_on.long()),
            if terms.auto_renews {
                "Without notice it goes on for another term.".to_owned()
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
        all.push(News {
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

/// Findings that were looked at; noted once what is new of them is in the outbox, so that nothing
/// is lost in between.
pub(super) struct Looked {
    integration: IntegrationId,
    findings: Vec<String>,
    on: String,
}

impl Looked {
    pub(super) async fn note(&self, context: &Context, now: Timestamp) -> Result<(), Error> {
        let id = self.integration;
        context.store.note_findings(id, &self.findings, now).await?;
        context
            .store
            .set_memo(Some(id), LOOKED, Some(&self.on))
            .await?;
        Ok(())
    }
}

/// What happened to one integration.
pub(super) async fn of_integration(
    context: &Context,
    audience: &Audience,
    integration: &Integration,
    now: Timestamp,
) -> Result<(Vec<News>, Option<Looked>), Error> {
    let (mut all, mut looked) = (Vec::new(), None);
    all.extend(broken(context, audience, integration, now).await?);
    if integration
        .last_complete_at
        .is_some_and(|at| at.day() == now.day())
        && let Some((news, now_looked)) = findings(context, audience, integration, now).await?
    {
        all.extend(news);
        looked = Some(now_looked);
    }
    if audience.wants(Kind::Exemption) {
        all.extend(exemptions(context, audience, integration, now).await?);
    }
    Ok((all, looked))
}

async fn broken(
    context: &Context,
    audience: &Audience,
    integration: &Integration,
    now: Timestamp,
) -> Result<Option<News>, Error> {
    let id = integration.id;
    let since = context.store.memo(Some(id), BROKEN).await?;
    if integration.state != IntegrationState::ReconnectNeeded {
        if since.is_some() {
            context.store.set_memo(Some(id), BROKEN, None).await?;
        }
        return Ok(None);
    }
    let since = if let Some(since) = since {
        since
    } else {
        let since = now.to_string();
        context
            .store
            .set_memo(Some(id), BROKEN, Some(&since))
            .await?;
        since
    };
    let title = format!(
        "{} {} has to be authorised again",
        crate::account_snapshot::application_name(&context.engine, &integration.application),
        integration.name
    );
    let mut notice = notice(
        context,
        audience,
        Kind::Broken,
        title,
        &format!("/i/{id}/integration"),
    );
    notice
        .lines
        .extend(integration.state_reason.as_deref().map(sentence));
    notice
        .lines
        .push("Until then the data stay as they are, and nothing new is read.".to_owned());
    notice.data = json!({
        "integration": id.to_string(),
        "name": integration.name,
        "since": since,
        "reason": integration.state_reason,
    });
    Ok(Some(News {
        key: format!("broken:{id}:{since}"),
        integration: Some(id),
        notice,
        saving: None,
    }))
}

/// Findings that were not there when they were last looked at, once a day after a sync. Nothing when
/// they were looked at today.
async fn findings(
    context: &Context,
    audience: &Audience,
    integration: &Integration,
    now: Timestamp,
) -> Result<Option<(Option<News>, Looked)>, Error> {
    let (id, on) = (integration.id, now.day().to_string());
    let before = context.store.memo(Some(id), LOOKED).await?;
    if before.as_deref() == Some(&on) {
        return Ok(None);
    }
    let case = context.accounts.of(integration).await?;
    let present: Vec<Finding> = case.findings.iter(case.roster()).collect();
    let looked = Looked {
        integration: id,
        findings: present.iter().map(|finding| finding.id.clone()).collect(),
        on,
    };
    if before.is_none() || !audience.wants(Kind::NewFindings) {
        // The first look tells what there is, and nothing of it is new.
        return Ok(Some((None, looked)));
    }
    let noted = context.store.noted_findings(id).await?;
    let noted: HashSet<&str> = noted.iter().map(|(finding, _)| finding.as_str()).collect();
    let new: Vec<Finding> = present
        .into_iter()
        .filter(|finding| finding.state == FindingState::Open)
        .filter(|finding| !noted.contains(finding.id.as_str()))
        .collect();
    let news = (!new.is_empty()).then(|| new_findings(context, audience, &case, &new));
    Ok(Some((news, looked)))
}

fn new_findings(
    context: &Context,
    audience: &Audience,
    case: &AccountSnapshot,
    new: &[Finding],
) -> News {
    let id = case.integration.id;
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
        case.integration.name
    );
    let path = format!("/i/{id}/findings?sort=-since");
    let mut notice = notice(context, audience, Kind::NewFindings, title, &path);
    if !saving.is_empty() {
        notice
            .lines
            .push(format!("Together they come to {saving} a year."));
    }
    if without_price > 0 {
        let count = i64::try_from(without_price).unwrap_or(i64::MAX);
        notice.lines.push(format!(
            "{} no price, so what they save is not known.",
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
    News {
        key: format!("findings:{id}:{}", case.today),
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
) -> Result<Vec<News>, Error> {
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
    let case = context.accounts.of(integration).await?;
    let days: BTreeSet<model::Day> = ended.iter().map(|(until, _)| *until).collect();
    let mut all = Vec::new();
    for day in days {
        let there: Vec<_> = ended
            .iter()
            .filter(|(until, decision)| *until == day && case.finding(&decision.finding).is_some())
            .map(|(_, decision)| *decision)
            .collect();
        if there.is_empty() {
            continue;
        }
        let count = i64::try_from(there.len()).unwrap_or(i64::MAX);
        let title = format!(
            "{} in {} ran out on {}",
            counted(count, "exemption", "exemptions"),
            integration.name,
            day.long()
        );
        let path = format!("/i/{id}/findings?state=open");
        let mut notice = notice(context, audience, Kind::Exemption, title, &path);
        for decision in there.iter().take(LINES) {
            notice.lines.push(format!(
                "{}, {}: {}",
                decision.rule.label(),
                decision.licence.label(case.application),
                decision.reason
            ));
        }
        notice.data = json!({
            "integration": id.to_string(),
            "until": day,
            "findings": there.iter().map(|decision| &decision.finding).collect::<Vec<_>>(),
        });
        all.push(News {
            key: format!("exemption:{id}:{day}"),
            integration: Some(id),
            notice,
            saving: None,
        });
    }
    Ok(all)
}
