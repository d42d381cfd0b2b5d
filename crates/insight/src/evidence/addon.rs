//! Add-ons: their events, the largest of them, and how many were on at once.

use model::{Day, Rule};

use super::subject::{Subject, day, item, number, stream};
use super::types::{EvidenceItem, EvidenceKind};
use super::words::count;
use crate::findings::account::{HAND_OVER_MINUTES, at_once};
use crate::findings::census::Census;
use crate::findings::store::NO_LICENCE;
use crate::needs::Family;
use crate::roster::Gathering;

/// One event and several, in words.
fn event(subject: &Subject<'_>) -> (&'static str, &'static str) {
    match subject.family {
        Family::Webinar => ("webinar", "webinars"),
        _ => ("large meeting", "large meetings"),
    }
}

fn events<'a>(subject: &'a Subject<'_>, from: Day) -> impl Iterator<Item = &'a Gathering> {
    let webinar = subject.family == Family::Webinar;
    let all = subject
        .finding
        .user
        .map_or(&[][..], |row| subject.roster.gatherings(row));
    all.iter()
        .filter(move |event| event.webinar == webinar && event.start().day() >= from)
}

/// How many hold the licence, how many of its events were on at once, and when.
fn shared(subject: &Subject<'_>, from: Day) -> (i64, usize, Option<Day>) {
    let census = Census::of(
        subject.roster,
        std::iter::once(subject.finding.licence.clone()),
    );
    let at = census
        .licences
        .iter()
        .position(|known| *known == subject.finding.licence);
    let Some(at) = at else {
        return (0, 0, None);
    };
    let (holders, most) = at_once(subject.roster, &census, at, from);
    (holders, most.most, most.at.map(model::Timestamp::day))
}

/// The sentence for a finding about an add-on.
pub(super) fn headline(subject: &Subject<'_>) -> String {
    let (one, many) = event(subject);
    let licence = subject.licence();
    match subject.finding.rule {
        Rule::AddonOversized => {
            let from = subject.window(subject.rules.addon_oversized.look_back_days);
            let largest = events(subject, from).map(|event| event.participants).max();
            format!(
                "Holds {licence}; the largest {one} since {} had {}. {} would do.",
                subject.date(from),
                count(largest.unwrap_or(0), "person", "people"),
                smaller(subject)
            )
        }
        Rule::AddonPoolable => {
            let look_back = subject.rules.addon_poolable.look_back_days;
            let from = subject.moment.watched_since(subject.window(look_back));
            let (holders, most, _) = shared(subject, from);
            format!(
                "{} {licence}; never more than {} took place at the same time since {}. {} could \
                 go if they were lent from one to the next.",
                count(holders, "person holds", "people hold"),
                count(most, one, many),
                subject.date(from),
                count(subject.finding.seats, "seat", "seats")
            )
        }
        _ => {
            if let Some(last) = subject.reader.needs(subject.family).first() {
                format!(
                    "Holds {licence}; the last {one} was on {}.",
                    subject.date(*last)
                )
            } else {
                let watched = subject.moment.watched_since(subject.since);
                let watched_on = subject.date(watched);
                let from = match (watched == subject.since, subject.since_seen) {
                    (true, true) => format!("it was given on {watched_on}"),
                    (true, false) => {
                        format!("{watched_on}, the earliest day that it can have been given")
                    }
                    (false, _) => watched_on,
                };
                format!("Holds {licence}; no {one} was held since {from}.")
            }
        }
    }
}

fn smaller(subject: &Subject<'_>) -> String {
    match subject.entry.smaller {
        NO_LICENCE => "A smaller size".to_owned(),
        at => subject.findings.licences[usize::from(at)].label(subject.roster.app()),
    }
}

/// The dated facts of a finding about an add-on.
pub(super) fn items(subject: &Subject<'_>, out: &mut Vec<EvidenceItem>) {
    let (one, many) = event(subject);
    let today = subject.today;
    let look_back = match subject.finding.rule {
        Rule::AddonOversized => subject.rules.addon_oversized.look_back_days,
        Rule::AddonPoolable => subject.rules.addon_poolable.look_back_days,
        _ => subject.rules.addon_unused.look_back_days,
    };
    let from = subject.moment.watched_since(subject.window(look_back));
    let mut push = |kind, stream, from, text, value| {
        out.push(item(kind, stream, (from, today), text, value));
    };
    let fact = EvidenceKind::Fact;
    if subject.finding.rule == Rule::AddonPoolable {
        let (holders, most, at) = shared(subject, from);
        push(
            fact,
            stream::SETTINGS,
            today,
            format!(
                "{} {}.",
                count(holders, "person holds", "people hold"),
                subject.licence()
            ),
            number(holders),
        );
        // Whatever is neither kept nor to go is told by findings of its own.
        let most_seats = i64::try_from(most).unwrap_or(i64::MAX).max(1);
        let spare = i64::from(subject.rules.addon_poolable.spare);
        let seats = subject.finding.seats;
        let unused = holders - most_seats - spare - seats;
        push(
            fact,
            stream::HOSTED,
            from,
            format!(
                "Of these {holders}: {most_seats} for what takes place at the same time, {spare} to \
                 spare, {unused} found not to be needed anyway, and {seats} that could go."
            ),
            number(seats),
        );
        let when = at.map_or_else(String::new, |at| format!(", on {}", subject.date(at)));
        push(
            fact,
            stream::HOSTED,
            from,
            format!(
                "At most {} took place at the same time{when}; less than {HAND_OVER_MINUTES} minutes \
                 between two are counted as the same time, because handing over takes a moment.",
                count(most, one, many)
            ),
            number(most),
        );
        return;
    }
    push(
        fact,
        stream::SETTINGS,
        subject.since,
        format!("Holds {}{}.", subject.licence(), subject.held_since()),
        day(subject.since),
    );
    let held = events(subject, from).count();
    push(
        fact,
        stream::HOSTED,
        from,
        format!(
            "{} held from {} on.",
            count(held, &format!("{one} was"), &format!("{many} were")),
            subject.date(from)
        ),
        number(held),
    );
    let mut largest: Vec<&Gathering> = events(subject, from).collect();
    largest.sort_by_key(|event| std::cmp::Reverse(event.participants));
    for (nth, event) in largest.iter().take(3).enumerate() {
        let on = event.start().day();
        let kind = match (subject.finding.rule, nth) {
            (Rule::AddonUnused, _) => EvidenceKind::Fact,
            (_, 0) => EvidenceKind::NearMiss,
            _ => EvidenceKind::Fact,
        };
        out.push(item(
            kind,
            stream::HOSTED,
            (on, on),
            format!(
                "A {one} on {} had {} and lasted {}.",
                subject.date(on),
                count(event.participants, "person", "people"),
                count(event.minutes, "minute", "minutes")
            ),
            number(event.participants),
        ));
    }
}
