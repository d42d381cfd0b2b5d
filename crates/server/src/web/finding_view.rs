//! Findings in the form that pages show: rows, evidence, and a chart of hosted meetings. Shared by
//! the list, the page of a finding and the page of a user.

use insight::findings::{EvidenceKind, Finding, HoldReason, LicenceTotal};
use model::{Day, HostedEvent, Licence, OnSuite, Rule, Sums};

use crate::web::integration_status::count;
use service::account_snapshot::AccountSnapshot;
use ui::pages::finding::{FindingDecision, FindingView};
use ui::pages::findings::{FindingPerson, FindingRow};
use ui::parts::chart::{Dot, DotTone, Dots, Mark};
use ui::parts::finding::{Evidence, EvidenceItem, EvidenceRole, Saving};
use ui::parts::text::{counted, number};

/// Days of the chart of hosted meetings.
pub(crate) const DRAWN_DAYS: i32 = 90;

/// A finding as a row of a list.
pub(crate) fn row(account: &AccountSnapshot, finding: &Finding) -> FindingRow {
    let roster = account.roster();
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
        person: finding.user.map(|row| person(account, row)),
        licence: finding.licence.label(account.application),
        headline: account.findings.headline(roster, finding),
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

/// The user of a row of the roster.
pub(crate) fn person(account: &AccountSnapshot, row: u32) -> FindingPerson {
    let roster = account.roster();
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

/// A finding with its evidence; `hosted` contains the events that its user hosted in the last days.
pub(crate) fn finding_view(
    account: &AccountSnapshot,
    finding: &Finding,
    hosted: &[HostedEvent],
) -> FindingView {
    let roster = account.roster();
    let evidence = account.findings.evidence(roster, finding);
    let decision = account.findings.decision(roster, finding);
    let drawn = matches!(finding.rule, Rule::OverLicensed) && !hosted.is_empty();
    FindingView {
        row: row(account, finding),
        evidence: Evidence {
            headline: evidence.headline,
            items: evidence
                .items
                .into_iter()
                .map(|item| EvidenceItem {
                    kind: match item.kind {
                        EvidenceKind::Fact => EvidenceRole::Fact,
                        EvidenceKind::NearMiss => EvidenceRole::NearMiss,
                        EvidenceKind::Counter => EvidenceRole::Counter,
                    },
                    text: item.text,
                    source: source(account, item.stream),
                    from: item.from,
                    to: item.to,
                })
                .collect(),
            unknown: evidence
                .unknown
                .into_iter()
                .map(|unknown| (unknown.what.to_owned(), unknown.why))
                .collect(),
        },
        hold_reasons: finding
            .hold_reasons
            .iter()
            .map(|why| hold_reason_text(account, *why))
            .collect(),
        chart: drawn.then(|| minutes(account, hosted)),
        reversible: finding.reversible,
        decision: decision.map(|(reason, owner, until)| FindingDecision {
            until,
            reason: reason.to_owned(),
            owner: owner.to_owned(),
        }),
    }
}

/// The name of an evidence source for people.
fn source(account: &AccountSnapshot, key: &str) -> String {
    match key {
        "contracts" => "contracts".to_owned(),
        "people" if account.roster().is_pushed() => "pushed directory".to_owned(),
        "people" => "imported list of employees".to_owned(),
        "settings" => "rules".to_owned(),
        key => account
            .application
            .stream(key)
            .map_or_else(|| key.to_owned(), |stream| stream.label.to_owned()),
    }
}

fn hold_reason_text(account: &AccountSnapshot, why: HoldReason) -> String {
    match why {
        HoldReason::New => format!(
            "The licence is new: it is left alone for the first {}.",
            counted(i64::from(account.settings.ignore_new_days), "day", "days")
        ),
        HoldReason::Rhythm => {
            "The person needs the licence now and then, and another need is likely.".to_owned()
        }
        HoldReason::Season => "The licence was needed at this time last year.".to_owned(),
        HoldReason::Scheduled => "Something is scheduled that will need the licence.".to_owned(),
        HoldReason::Settling => {
            "No need so far, but the licence was assigned too recently for a conclusion.".to_owned()
        }
        HoldReason::Active if account.roster().is_pushed() => {
            "The person was there after that: the directory may be wrong.".to_owned()
        }
        HoldReason::Active => {
            "The person was active recently: the list of people may be incomplete.".to_owned()
        }
        HoldReason::Unreadable => {
            "Some records of these days could not be read, and may have been about this person."
                .to_owned()
        }
        HoldReason::Contradicted => {
            "The application's monthly report has more meetings than its history.".to_owned()
        }
    }
}

/// The hosted meetings of the last days by their minutes, with a line at the limit of free users.
fn minutes(account: &AccountSnapshot, hosted: &[HostedEvent]) -> Dots {
    let limit = i64::from(account.settings.needs.minutes);
    let (from, to) = (account.today.plus(-DRAWN_DAYS), account.today);
    let mut dots: Vec<Dot> = hosted
        .iter()
        .filter(|event| event.start.day() >= from)
        .map(|event| Dot {
            day: event.start.day(),
            value: i64::from(event.minutes),
            tone: match i64::from(event.minutes) {
                minutes if minutes > limit && event.participants.is_none_or(|it| it >= 2) => {
                    DotTone::Need
                }
                minutes if minutes * 10 >= limit * 8 && minutes <= limit => DotTone::Near,
                _ => DotTone::Free,
            },
            note: event.participants.map_or_else(
                || "number of people not known".to_owned(),
                |people| counted(i64::from(people), "person", "people"),
            ),
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

/// The base licences of the application: those that are assigned by user type.
pub(crate) fn base_licences(account: &AccountSnapshot) -> Vec<Licence> {
    account
        .application
        .licences
        .iter()
        .filter(|family| family.is_base())
        .map(|family| Licence::base(family.key))
        .collect()
}

/// The key in addresses that stands for all base licences together.
pub(crate) const ALL_BASES: &str = "base";

/// The totals of base licences that somebody holds or that were bought. Suites are goods of their own, so an
/// account may have several.
pub(crate) fn base_totals(account: &AccountSnapshot) -> Vec<LicenceTotal> {
    let bases = base_licences(account);
    let mut totals = account.findings.licences();
    totals.retain(|total| bases.contains(&total.licence));
    totals
}

/// The address of the list of holders of a licence.
pub(crate) fn holders_href(account: &AccountSnapshot, licence: &Licence) -> String {
    let users = format!("/i/{}/users", account.integration.id);
    let family = account
        .application
        .licences
        .iter()
        .find(|family| family.key == licence.family);
    match family.map(|family| family.holder) {
        Some(model::Holder::Base {
            field,
            values,
            suite,
        }) => {
            let mut query: Vec<String> = values
                .iter()
                .map(|value| format!("{field}={value}"))
                .collect();
            match suite {
                OnSuite::NotSold => {}
                OnSuite::Without(suite) => {
                    query.extend(["none", "unknown"].map(|value| format!("{suite}={value}")));
                }
                OnSuite::With { field, suite } => query.push(format!("{field}={suite}")),
                // There is no filter for “none of these”.
                OnSuite::Unlisted { .. } => {
                    return format!("/i/{}/licences/{licence}", account.integration.id);
                }
            }
            format!("{users}?{}", query.join("&"))
        }
        Some(model::Holder::AddOn { flag, size, .. }) => match licence.size {
            Some(amount) => format!("{users}?{flag}=yes&{size}={amount}"),
            None => format!("{users}?{flag}=yes"),
        },
        None => users,
    }
}

/// The next deadline among contracts that have not ended: terms and dates of the contract.
pub(crate) fn next_deadline(account: &AccountSnapshot) -> Option<(&model::Contract, Day)> {
    account
        .contracts
        .iter()
        .map(|contract| (contract, insight::renewal::dates(contract, account.today)))
        .filter(|(_, dates)| !dates.ended)
        .min_by_key(|(contract, dates)| (dates.missed_notice, dates.notice_by, contract.id))
        .map(|(contract, dates)| (contract, dates.notice_by))
}

/// The first known day on which an invoice decreases among findings.
pub(crate) fn first_invoice(findings: &[Finding]) -> Option<Day> {
    findings
        .iter()
        .filter_map(|finding| finding.saving.as_ref()?.invoice_lower_on)
        .min()
}

/// Sums without the negative ones, which are costs and not savings.
pub(crate) fn savings(sums: &Sums) -> Sums {
    sums.iter().filter(|sum| sum.minor > 0).collect()
}
