//! Evidence about add-ons: their events, the largest one, and how many took place at the same time.

use model::Day;

use super::subject::{Subject, day, item, number, stream};
use super::types::{EvidenceItem, EvidenceKind};
use super::words::count;
use crate::findings::account::{HAND_OVER_MINUTES, at_once};
use crate::findings::holders::LicenceHolders;
use crate::findings::store::NO_LICENCE;
use crate::needs::Family;
use crate::roster::Gathering;

/// The events shown one by one.
const SHOWN: usize = 3;

/// The word for one event of the add-on, and for several.
fn event(subject: &Subject<'_>) -> (&'static str, &'static str) {
    match subject.family {
        Family::Webinar => ("webinar", "webinars"),
        Family::Large | Family::Base | Family::Other => ("large meeting", "large meetings"),
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

/// The number of holders of the licence, the most events that took place at the same time, and the day of
/// that.
fn shared(subject: &Subject<'_>, from: Day) -> (i64, usize, Option<Day>) {
    let holders = LicenceHolders::of(
        subject.roster,
        std::iter::once(subject.finding.licence.clone()),
    );
    let at = holders
        .licences
        .iter()
        .position(|known| *known == subject.finding.licence);
    let Some(at) = at else {
        return (0, 0, None);
    };
    let (holders, most) = at_once(subject.roster, &holders, at, from);
    (holders, most.most, most.at.map(model::Timestamp::day))
}

/// The first day whose events count, for a rule that looks back so many days.
fn from(subject: &Subject<'_>, look_back_days: u16) -> Day {
    let window = subject.window(look_back_days);
    subject.moment.watched_since(window)
}

pub(super) fn unused(subject: &Subject<'_>) -> String {
    let (one, _) = event(subject);
    let licence = subject.licence();
    if let Some(last) = subject.reader.needs(subject.family).first() {
        let last = subject.date(*last);
        return format!("Holds {licence}; the last {one} was on {last}.");
    }
    let watched = subject.moment.watched_since(subject.since);
    let watched_on = subject.date(watched);
    let from = match (watched == subject.since, subject.since_seen) {
        (true, true) => format!("it was given on {watched_on}"),
        (true, false) => format!("{watched_on}, the earliest day that it can have been given"),
        (false, _) => watched_on,
    };
    format!("Holds {licence}; no {one} was held since {from}.")
}

pub(super) fn oversized(subject: &Subject<'_>) -> String {
    let (one, _) = event(subject);
    let from = subject.window(subject.rules.addon_oversized.look_back_days);
    let largest = events(subject, from).map(|event| event.participants).max();
    let smaller = match subject.entry.smaller {
        NO_LICENCE => "A smaller size".to_owned(),
        at => subject.findings.licences[usize::from(at)].label(subject.roster.app()),
    };
    format!(
        "Holds {}; the largest {one} since {} had {}. {smaller} would be enough.",
        subject.licence(),
        subject.date(from),
        count(largest.unwrap_or(0), "person", "people"),
    )
}

pub(super) fn poolable(subject: &Subject<'_>) -> String {
    let (one, many) = event(subject);
    let from = from(subject, subject.rules.addon_poolable.look_back_days);
    let (holders, most, _) = shared(subject, from);
    format!(
        "{} {}; never more than {} took place at the same time since {}. {} could be given back \
         if holders shared them.",
        count(holders, "person holds", "people hold"),
        subject.licence(),
        count(most, one, many),
        subject.date(from),
        count(subject.finding.seats, "seat", "seats")
    )
}

pub(super) fn unused_items(subject: &Subject<'_>, out: &mut Vec<EvidenceItem>) {
    let from = from(subject, subject.rules.addon_unused.look_back_days);
    holding(subject, from, out);
    largest(subject, from, EvidenceKind::Fact, out);
}

pub(super) fn oversized_items(subject: &Subject<'_>, out: &mut Vec<EvidenceItem>) {
    let from = from(subject, subject.rules.addon_oversized.look_back_days);
    holding(subject, from, out);
    largest(subject, from, EvidenceKind::NearMiss, out);
}

/// Since when the holder has the licence, and the number of its events.
fn holding(subject: &Subject<'_>, from: Day, out: &mut Vec<EvidenceItem>) {
    let (one, many) = event(subject);
    out.push(item(
        EvidenceKind::Fact,
        stream::SETTINGS,
        (subject.since, subject.today),
        format!("Holds {}{}.", subject.licence(), subject.since_text()),
        day(subject.since),
    ));
    let number_of_events = events(subject, from).count();
    out.push(item(
        EvidenceKind::Fact,
        stream::HOSTED,
        (from, subject.today),
        format!(
            "{} held from {} on.",
            count(
                number_of_events,
                &format!("{one} was"),
                &format!("{many} were")
            ),
            subject.date(from)
        ),
        number(number_of_events),
    ));
}

/// The events with most participants; the largest of them has a kind of its own.
fn largest(subject: &Subject<'_>, from: Day, first: EvidenceKind, out: &mut Vec<EvidenceItem>) {
    let (one, _) = event(subject);
    let mut largest: Vec<&Gathering> = events(subject, from).collect();
    largest.sort_by_key(|event| std::cmp::Reverse(event.participants));
    for (nth, event) in largest.iter().take(SHOWN).enumerate() {
        let on = event.start().day();
        out.push(item(
            if nth == 0 { first } else { EvidenceKind::Fact },
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

pub(super) fn poolable_items(subject: &Subject<'_>, out: &mut Vec<EvidenceItem>) {
    let (one, many) = event(subject);
    let today = subject.today;
    let from = from(subject, subject.rules.addon_poolable.look_back_days);
    let mut push = |stream, from, text, value| {
        out.push(item(EvidenceKind::Fact, stream, (from, today), text, value));
    };
    let (holders, most, at) = shared(subject, from);
    push(
        stream::SETTINGS,
        today,
        format!(
            "{} {}.",
            count(holders, "person holds", "people hold"),
            subject.licence()
        ),
        number(holders),
    );
    // The other seats have findings of their own.
    let most_seats = i64::try_from(most).unwrap_or(i64::MAX).max(1);
    let spare = i64::from(subject.rules.addon_poolable.spare);
    let seats = subject.finding.seats;
    let unused = holders - most_seats - spare - seats;
    push(
        stream::HOSTED,
        from,
        format!(
            "Of these {holders}: {most_seats} for events at the same time, {spare} in reserve, \
             {unused} with findings of their own, and {seats} that could be given back."
        ),
        number(seats),
    );
    let when = at.map_or_else(String::new, |at| format!(", on {}", subject.date(at)));
    push(
        stream::HOSTED,
        from,
        format!(
            "At most {} took place at the same time{when}; less than {HAND_OVER_MINUTES} minutes \
             between two count as the same time, because moving a licence takes a moment.",
            count(most, one, many)
        ),
        number(most),
    );
}
