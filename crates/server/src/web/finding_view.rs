//! Findings as pages show them: rows, evidence, and what a person hosted as a drawing. Shared by the
//! list, a finding's own page and the person's page.

use insight::findings::{EvidenceKind, Finding, HoldReason};
use model::{Day, HostedEvent, Licence, Rule, Sums};

use crate::web::integration_status::count;
use service::account_snapshot::AccountSnapshot;
use ui::pages::finding::{FindingDecision, FindingView};
use ui::pages::findings::{FindingPerson, FindingRow};
use ui::parts::chart::{Dot, DotTone, Dots, Mark};
use ui::parts::finding::{Evidence, EvidenceItem, EvidenceRole, Saving};
use ui::parts::text::{counted, number};

/// Days of the drawing of what a person hosted.
pub(crate) const DRAWN_DAYS: i32 = 90;

/// A finding as a row of a list.
pub(crate) fn row(case: &AccountSnapshot, finding: &Finding) -> FindingRow {
    let roster = case.roster();
    let detail = finding
        .user
        .map(|row| roster.key_of(row))
        .and_then(|key| roster.user(key, insight::query::DEFAULT_INACTIVE_DAYS));
    let department = detail
        .as_ref()
        .and_then(|detail| detail.user.value("department"))
        .map(|value| match value {
            model::FieldValue::Text(text) => text.clone(),
            other => format!("{other:?}"),
        });
    FindingRow {
        id: finding.id.clone(),
        rule: finding.rule,
        state: finding.state,
        person: finding.user.map(|row| person(case, row)),
        licence: finding.licence.label(case.application),
        headline: case.findings.headline(roster, finding),
        since: finding.since,
        seats: finding.seats,
        saving: finding.saving.as_ref().map(|saving| Saving {
            amount: saving.amount,
            seat_free_on: saving.seat_free_on,
            invoice_lower_on: saving.invoice_lower_on,
            source: saving.price_source.clone(),
        }),
        assignee: finding.assignee.clone(),
        department: department.unwrap_or_default(),
    }
}

/// The user of a row.
pub(crate) fn person(case: &AccountSnapshot, row: u32) -> FindingPerson {
    let roster = case.roster();
    let (key, name, email) = (
        roster.key_of(row),
        roster.name_of(row),
        roster.email_of(row),
    );
    let called = [name, email].into_iter().find(|text| !text.is_empty());
    FindingPerson {
        key: key.to_owned(),
        called: called.unwrap_or(key).to_owned(),
        email: email.to_owned(),
    }
}

/// A finding with its evidence; `hosted` is what its person hosted lately.
pub(crate) fn found(
    case: &AccountSnapshot,
    finding: &Finding,
    hosted: &[HostedEvent],
) -> FindingView {
    let roster = case.roster();
    let written = case.findings.evidence(roster, finding);
    let decision = case.findings.decision(roster, finding);
    let drawn = matches!(finding.rule, Rule::OverLicensed) && !hosted.is_empty();
    FindingView {
        row: row(case, finding),
        evidence: Evidence {
            headline: written.headline,
            items: written
                .items
                .into_iter()
                .map(|item| EvidenceItem {
                    kind: match item.kind {
                        EvidenceKind::Fact => EvidenceRole::Fact,
                        EvidenceKind::NearMiss => EvidenceRole::NearMiss,
                        EvidenceKind::Counter => EvidenceRole::Counter,
                    },
                    text: item.text,
                    source: source(case, item.stream),
                    from: item.from,
                    to: item.to,
                })
                .collect(),
            unknown: written
                .unknown
                .into_iter()
                .map(|unknown| (unknown.what.to_owned(), unknown.why))
                .collect(),
        },
        hold_reasons: finding
            .hold_reasons
            .iter()
            .map(|why| held(case, *why))
            .collect(),
        chart: drawn.then(|| minutes(case, hosted)),
        reversible: finding.reversible,
        decision: decision.map(|(reason, owner, until)| FindingDecision {
            until,
            reason: reason.to_owned(),
            owner: owner.to_owned(),
        }),
    }
}

/// A source of evidence, as people call it.
fn source(case: &AccountSnapshot, key: &str) -> String {
    match key {
        "contracts" => "contracts".to_owned(),
        "people" if case.roster().is_pushed() => "pushed directory".to_owned(),
        "people" => "imported list of employees".to_owned(),
        "settings" => "rules".to_owned(),
        key => case
            .application
            .stream(key)
            .map_or_else(|| key.to_owned(), |stream| stream.label.to_owned()),
    }
}

fn held(case: &AccountSnapshot, why: HoldReason) -> String {
    match why {
        HoldReason::New => format!(
            "The licence is new: it is left alone for the first {}.",
            counted(i64::from(case.settings.ignore_new_days), "day", "days")
        ),
        HoldReason::Rhythm => {
            "The person needs the licence now and then, and another need is likely.".to_owned()
        }
        HoldReason::Season => "The licence was needed at this time last year.".to_owned(),
        HoldReason::Scheduled => "Something is scheduled that will need the licence.".to_owned(),
        HoldReason::Settling => {
            "No need so far, but the licence has not been held for long enough to tell.".to_owned()
        }
        HoldReason::Active if case.roster().is_pushed() => {
            "The person was there after that: the directory may be wrong.".to_owned()
        }
        HoldReason::Active => {
            "The person was there lately: the list of people may be incomplete.".to_owned()
        }
    }
}

/// The meetings of the last days by their minutes, with a line at what a free user may do.
fn minutes(case: &AccountSnapshot, hosted: &[HostedEvent]) -> Dots {
    let limit = i64::from(case.settings.needs.minutes);
    let (from, to) = (case.today.plus(-DRAWN_DAYS), case.today);
    let mut dots: Vec<Dot> = hosted
        .iter()
        .filter(|event| event.start.day() >= from)
        .map(|event| Dot {
            day: event.start.day(),
            value: i64::from(event.minutes),
            tone: match i64::from(event.minutes) {
                minutes if minutes > limit && event.participants >= 2 => DotTone::Need,
                minutes if minutes * 10 >= limit * 8 && minutes <= limit => DotTone::Near,
                _ => DotTone::Free,
            },
            note: counted(i64::from(event.participants), "person", "people"),
        })
        .collect();
    dots.sort_by_key(|dot| dot.day);
    let longest = dots.iter().map(|dot| dot.value).max().unwrap_or(0);
    Dots {
        id: "hosted-minutes",
        title: "Minutes of each meeting".to_owned(),
        sentence: if dots.is_empty() {
            format!("Nothing hosted since {}.", from.long())
        } else {
            format!(
                "{} since {}; the longest lasted {}.",
                counted(count(dots.len()), "meeting", "meetings"),
                from.long(),
                counted(longest, "minute", "minutes")
            )
        },
        unit: "minutes",
        from,
        to,
        dots,
        mark: Some(Mark {
            value: limit,
            label: format!("{} minutes: a free user’s meeting ends here", number(limit)),
        }),
    }
}

/// The base licences of the application: the families that are held by type.
pub(crate) fn base_licences(case: &AccountSnapshot) -> Vec<Licence> {
    case.application
        .licences
        .iter()
        .filter(|family| matches!(family.holder, model::Holder::Base { .. }))
        .map(|family| Licence::base(family.key))
        .collect()
}

/// The address of the users who hold a licence.
pub(crate) fn holders_href(case: &AccountSnapshot, licence: &Licence) -> String {
    let users = format!("/i/{}/users", case.integration.id);
    let family = case
        .application
        .licences
        .iter()
        .find(|family| family.key == licence.family);
    match family.map(|family| family.holder) {
        Some(model::Holder::Base { field, values }) => {
            let query: Vec<String> = values
                .iter()
                .map(|value| format!("{field}={value}"))
                .collect();
            format!("{users}?{}", query.join("&"))
        }
        Some(model::Holder::AddOn { flag, size, .. }) => match licence.size {
            Some(amount) => format!("{users}?{flag}=yes&{size}={amount}"),
            None => format!("{users}?{flag}=yes"),
        },
        None => users,
    }
}

/// The first day of a contract's next deadline among those that have not ended: its terms and dates.
pub(crate) fn next_deadline(case: &AccountSnapshot) -> Option<(&model::Contract, Day)> {
    case.contracts
        .iter()
        .map(|contract| (contract, insight::renewal::dates(contract, case.today)))
        .filter(|(_, dates)| !dates.ended)
        .min_by_key(|(contract, dates)| (dates.missed_notice, dates.notice_by, contract.id))
        .map(|(contract, dates)| (contract, dates.notice_by))
}

/// The first known day on which an invoice gets smaller among findings.
pub(crate) fn first_invoice(findings: &[Finding]) -> Option<Day> {
    findings
        .iter()
        .filter_map(|finding| finding.saving.as_ref()?.invoice_lower_on)
        .min()
}

/// Sums without those below zero, which cost and do not save.
pub(crate) fn savings(sums: &Sums) -> Sums {
    sums.iter().filter(|sum| sum.minor > 0).collect()
}
