//! Evidence from lists, for rules that do not depend on the use of a licence: leavers, deactivated users,
//! open invitations, second accounts; and free users whose meetings are cut off.

use model::{Day, Timestamp};

use super::subject::{Subject, day, item, number, stream};
use super::types::{EvidenceItem, EvidenceKind, EvidenceValue};
use super::words::count;
use crate::findings::double::other_accounts;
use crate::findings::holders::{LicenceHolders, Status};
use crate::findings::included::{Inclusion, inclusion};
use crate::judge::Reader;
use crate::needs::Family;
use crate::roster::details::{Employees, Source};
use crate::roster::{Departure, Gone};

/// The number of cut-off meetings that are listed one by one.
const SHOWN: usize = 5;

/// The sentence for a finding that is no longer about a user of the roster.
fn name_only(subject: &Subject<'_>) -> String {
    subject.finding.rule.label().to_owned()
}

pub(super) fn leaver(subject: &Subject<'_>, row: Option<u32>) -> String {
    let Some(row) = row else {
        return name_only(subject);
    };
    let licence = subject.licence();
    match subject.roster.left(row) {
        Some(Gone::LeftOn(left)) => {
            format!("Left on {}, and still holds {licence}.", subject.date(left))
        }
        Some(Gone::Departed(departure)) => format!(
            "{} in the directory on {}, and still holds {licence}.",
            how(departure),
            subject.date(departure.day())
        ),
        Some(Gone::NotListed) | None => {
            let list = subject.roster.details.employees.as_ref();
            let read = list.and_then(Employees::listed_at);
            format!(
                "Not in the list of people that was imported on {}, and still holds {licence}.",
                subject.date(read.map_or(subject.today, Timestamp::day))
            )
        }
    }
}

pub(super) fn deactivated(subject: &Subject<'_>, row: Option<u32>) -> String {
    let licence = subject.licence();
    if row.is_some() {
        return format!("Deactivated, and still holds {licence}.");
    }
    let (are, them) = match subject.finding.seats {
        1 => ("is", "it"),
        _ => ("are", "them"),
    };
    format!(
        "{} of {licence} {are} counted as given, but no active or invited user holds {them}: \
         deactivated users seem to be counted.",
        count(subject.finding.seats, "seat", "seats"),
    )
}

pub(super) fn pending(subject: &Subject<'_>, row: Option<u32>) -> String {
    row.map_or_else(
        || name_only(subject),
        |row| {
            format!(
                "Invited on {} and has not accepted; holds {} meanwhile.",
                subject.date(subject.roster.user_since(row)),
                subject.licence()
            )
        },
    )
}

pub(super) fn double(subject: &Subject<'_>, row: Option<u32>) -> String {
    match row {
        Some(row) if subject.family == Family::Base => format!(
            "Seems to be a second account of the same person: {} is licensed too, and used more.",
            others(subject, row).join(", ")
        ),
        Some(_) | None => inclusion_of(subject).map_or_else(
            || name_only(subject),
            |included| {
                format!(
                    "{} already includes {}; {} beside it seems to be one too many.",
                    included.suite,
                    included.carried.label(subject.roster.app()),
                    subject.licence()
                )
            },
        ),
    }
}

pub(super) fn under_licensed(subject: &Subject<'_>) -> String {
    let from = subject.window(subject.rules.under_licensed.days);
    format!(
        "Cut off after {} minutes {} since {}; each time another meeting began at once. A \
         licence would cost money here.",
        subject.findings.settings.needs.minutes,
        count(cut_offs(subject), "time", "times"),
        subject.date(from)
    )
}

/// How a person left the directory.
fn how(departure: Departure) -> &'static str {
    match departure {
        Departure::Deactivated(_) => "Deactivated",
        Departure::Removed(_) => "Deleted",
    }
}

/// The size that the holder's suite includes in place of the add-on.
pub(super) fn inclusion_of(subject: &Subject<'_>) -> Option<Inclusion> {
    let row = subject.finding.user? as usize;
    let settings = &subject.findings.settings;
    inclusion(subject.roster, settings, row, &subject.finding.licence)
}

/// The other licensed accounts of the same person.
fn other_rows(subject: &Subject<'_>, row: u32) -> Vec<u32> {
    let holders = LicenceHolders::of(subject.roster, std::iter::empty());
    other_accounts(subject.roster, &holders, row)
}

fn others(subject: &Subject<'_>, row: u32) -> Vec<String> {
    other_rows(subject, row)
        .into_iter()
        .map(|other| subject.roster.email_of(other).to_owned())
        .collect()
}

/// The recent use of an account as a sentence, with the number of hosted events.
fn used(subject: &Subject<'_>, row: u32) -> (String, u32) {
    let roster = subject.roster;
    let from = subject.window(subject.rules.over_licensed.days);
    let mut reader = Reader::new(roster, &subject.findings.settings.needs, false);
    reader.read(row as usize);
    let recent = reader.hosted.iter();
    let recent = recent.take_while(|hosting| roster.day(hosting.day) >= from);
    let hosted: u32 = recent
        .map(|hosting| hosting.meetings + hosting.webinars)
        .sum();
    let needs = reader.needs(Family::Base).iter();
    let needs = needs.take_while(|day| **day >= from).count();
    let last = roster.facts(row as usize).last_sign_in();
    let last = last.map_or_else(
        || "no sign-in is known".to_owned(),
        |last| format!("last known sign-in on {}", subject.date(last.day())),
    );
    let text = format!(
        "{} hosted {} since {}, and needed a licence on {}; {last}.",
        roster.email_of(row),
        count(hosted, "meeting", "meetings"),
        subject.date(from),
        count(needs, "day", "days"),
    );
    (text, hosted)
}

fn cut_offs(subject: &Subject<'_>) -> usize {
    let from = subject.window(subject.rules.under_licensed.days);
    let row = subject.finding.user.unwrap_or(u32::MAX) as usize;
    let cuts = subject.roster.details.cut_offs_of(row).iter();
    cuts.filter(|cut| cut.day() >= from).count()
}

fn fact(
    subject: &Subject<'_>,
    stream: &'static str,
    from: Day,
    text: String,
    value: Option<EvidenceValue>,
) -> EvidenceItem {
    item(
        EvidenceKind::Fact,
        stream,
        (from, subject.today),
        text,
        value,
    )
}

pub(super) fn leaver_items(subject: &Subject<'_>, row: Option<u32>, out: &mut Vec<EvidenceItem>) {
    let Some(row) = row else {
        return;
    };
    if let Some(employees) = &subject.roster.details.employees {
        let people = employees.people;
        let (on, text) = match employees.source {
            Source::List { read_at } => (
                read_at.day(),
                format!(
                    "The list of {} was imported on {}.",
                    count(people, "person", "people"),
                    subject.date(read_at.day())
                ),
            ),
            Source::Directory { changed_at, .. } => (
                changed_at.day(),
                format!(
                    "The pushed directory has {}; it last changed on {}.",
                    count(people, "active person", "active people"),
                    subject.date(changed_at.day())
                ),
            ),
        };
        out.push(fact(subject, stream::PEOPLE, on, text, number(people)));
    }
    match subject.roster.left(row) {
        Some(Gone::LeftOn(left)) => {
            let text = format!("Last day of work: {}.", subject.date(left));
            out.push(fact(subject, stream::PEOPLE, left, text, day(left)));
        }
        Some(Gone::Departed(departure)) => {
            let on = departure.day();
            let text = format!(
                "{} in the directory on {}.",
                how(departure),
                subject.date(on)
            );
            out.push(fact(subject, stream::PEOPLE, on, text, day(on)));
        }
        Some(Gone::NotListed) | None => {}
    }
}

pub(super) fn deactivated_items(subject: &Subject<'_>, out: &mut Vec<EvidenceItem>) {
    let (roster, today) = (subject.roster, subject.today);
    let mut purchased = roster.purchased().iter();
    if let Some(plan) = purchased.find(|plan| plan.licence == subject.finding.licence) {
        let text = format!(
            "{} bought, {} counted as given.",
            count(plan.bought, "seat is", "seats are"),
            plan.assigned
        );
        let value = number(plan.assigned);
        out.push(fact(subject, stream::PLAN, today, text, value));
    }
    let holders = LicenceHolders::of(roster, std::iter::empty());
    let inactive = (0..roster.rows)
        .filter(|row| holders.status(*row) == Status::Inactive)
        .count();
    let text = format!("{} deactivated.", count(inactive, "user is", "users are"));
    let value = number(inactive);
    out.push(fact(subject, stream::USERS, today, text, value));
}

pub(super) fn pending_items(subject: &Subject<'_>, row: Option<u32>, out: &mut Vec<EvidenceItem>) {
    let Some(row) = row else {
        return;
    };
    let invited = subject.roster.user_since(row);
    let text = format!(
        "The invitation has been open for {}.",
        count(subject.today.since(invited), "day", "days")
    );
    out.push(fact(subject, stream::USERS, invited, text, day(invited)));
}

pub(super) fn double_items(subject: &Subject<'_>, row: Option<u32>, out: &mut Vec<EvidenceItem>) {
    let Some(row) = row else {
        return;
    };
    let today = subject.today;
    if subject.family != Family::Base {
        if let Some(included) = inclusion_of(subject) {
            let text = format!("Is on {}.", included.suite);
            let value = Some(EvidenceValue::Text(included.suite));
            out.push(fact(subject, stream::USERS, today, text, value));
        }
        return;
    }
    let from = subject.window(subject.rules.over_licensed.days);
    for account in std::iter::once(row).chain(other_rows(subject, row)) {
        let (text, meetings) = used(subject, account);
        out.push(fact(subject, stream::HOSTED, from, text, number(meetings)));
    }
    for other in others(subject, row) {
        let text = format!("{other} has the same name and the same first part of the address.");
        let value = Some(EvidenceValue::Text(other));
        out.push(fact(subject, stream::USERS, today, text, value));
    }
}

/// The last cut-off meetings one by one, the earlier ones in one line, and the cost of a seat.
pub(super) fn under_licensed_items(
    subject: &Subject<'_>,
    row: Option<u32>,
    out: &mut Vec<EvidenceItem>,
) {
    let Some(row) = row else {
        return;
    };
    let fact = EvidenceKind::Fact;
    let today = subject.today;
    let from = subject.window(subject.rules.under_licensed.days);
    let cuts = subject.roster.details.cut_offs_of(row as usize);
    let cuts = &cuts[cuts.partition_point(|cut| cut.day() < from)..];
    let (earlier, last) = cuts.split_at(cuts.len().saturating_sub(SHOWN));
    for cut in last.iter().rev() {
        let at = cut.start().to_string();
        // "2026-11-17T12:00:00Z": the hour and minute.
        let clock = at.get(11..16).unwrap_or_default();
        out.push(item(
            fact,
            stream::HOSTED,
            (cut.day(), cut.day()),
            format!(
                "Cut off on {}: started at {clock} UTC, ended after {}, and started again at \
                 once.",
                subject.date(cut.day()),
                count(cut.minutes, "minute", "minutes")
            ),
            day(cut.day()),
        ));
    }
    if let Some(first) = earlier.first() {
        out.push(item(
            fact,
            stream::HOSTED,
            (first.day(), today),
            format!(
                "Cut off {} more before that, first on {}.",
                count(earlier.len(), "time", "times"),
                subject.date(first.day())
            ),
            number(earlier.len()),
        ));
    }
    let licence = subject.entry.licence;
    let free = subject.findings.free_seats(licence);
    let prices = subject.findings.prices[usize::from(licence)].as_ref();
    let added = prices.and_then(|prices| prices.buy().added);
    let text = match (free, added) {
        (1.., _) => Some(format!(
            "{} bought and free: giving one costs nothing until the renewal.",
            count(free, "seat is", "seats are")
        )),
        (_, Some((cost, ends_on))) => Some(format!(
            "No bought seat is known to be free: one more costs {cost} until the term ends on {}.",
            subject.date(ends_on)
        )),
        _ => None,
    };
    if let Some(text) = text {
        let span = (today, today);
        out.push(item(fact, stream::CONTRACTS, span, text, number(free)));
    }
}
