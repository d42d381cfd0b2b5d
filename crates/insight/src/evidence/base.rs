//! Evidence about the use of a base licence: hosted events with their length and audience, and the last
//! activity.

use model::{Day, NeedKind, Rule};

use super::subject::{Subject, day, item, number, stream};
use super::types::{EvidenceItem, EvidenceKind};
use super::words::{count, reasons};
use crate::roster::days::{Hosting, SignInDay};

/// The share of a limit, in percent, from which an event nearly needed the licence.
const NEAR_PERCENT: i64 = 75;

/// Sums over the hosted events of a window.
struct Sum {
    meetings: u32,
    longest: u32,
    largest: u32,
}

fn sum(hosted: &[Hosting]) -> Sum {
    Sum {
        meetings: hosted.iter().map(|h| h.meetings + h.webinars).sum(),
        longest: hosted.iter().map(|h| h.longest).max().unwrap_or(0),
        largest: hosted.iter().map(|h| h.participants).max().unwrap_or(0),
    }
}

/// The first day of a rule's window, not before the licence was given.
fn window(subject: &Subject<'_>, days: u16) -> Day {
    subject.window(days).max(subject.since)
}

pub(super) fn never_used(subject: &Subject<'_>) -> String {
    let licensed = subject.since_text();
    let hosted = &subject.roster.hosted_known;
    match hosted.unbroken_since(subject.today.plus(-1)) {
        Some(known) if known > subject.since => format!(
            "Licensed{licensed}; no sign-in is known, and nothing was hosted since {}.",
            subject.date(known)
        ),
        Some(_) | None => format!("Licensed{licensed}; never signed in and never hosted anything."),
    }
}

pub(super) fn dormant(subject: &Subject<'_>) -> String {
    let Some(seen) = subject.reader.last_seen() else {
        return format!("Licensed{}; no activity is known.", subject.since_text());
    };
    let last = subject.date(seen.day());
    // Hosted events before the start of the history are not known.
    match subject.moment.hosted_since {
        Some(known) if known > seen.day() => format!(
            "Last active on {last}; no sign-in since then, and nothing hosted since {}, when the history \
             begins.",
            subject.date(known)
        ),
        Some(_) | None => {
            format!("Last active on {last}; no sign-in and nothing hosted since then.")
        }
    }
}

pub(super) fn attendee_only(subject: &Subject<'_>) -> String {
    let from = window(subject, subject.rules.attendee_only.days);
    let days = sign_in_days(subject, from);
    let there = if days > 0 {
        format!(
            "Signed in on {} since {}",
            count(days, "day", "days"),
            subject.date(from)
        )
    } else {
        "May have joined meetings of others".to_owned()
    };
    let last = match subject.reader.hosted.first() {
        Some(last) => format!(
            "hosted nothing since {}",
            subject.date(subject.roster.day(last.day))
        ),
        None => "hosted nothing in the known history".to_owned(),
    };
    format!("{there}; {last}{}.", ahead(subject))
}

pub(super) fn over_licensed(subject: &Subject<'_>) -> String {
    let from = window(subject, subject.rules.over_licensed.days);
    let hosted = sum(subject.hosted_since(from));
    format!(
        "Hosted {} since {}; the longest lasted {}; none had more than {}{}.",
        count(hosted.meetings, "meeting", "meetings"),
        subject.date(from),
        count(hosted.longest, "minute", "minutes"),
        count(hosted.largest, "person", "people"),
        ahead(subject)
    )
}

/// The scheduled events, as the end of a sentence.
fn ahead(subject: &Subject<'_>) -> String {
    let (meetings, webinars) = subject.scheduled();
    if subject.roster.scheduled_until().is_none() {
        return String::new();
    }
    match (meetings.len(), webinars.len()) {
        (0, 0) if subject.finding.rule == Rule::OverLicensed => {
            "; nothing longer is scheduled".to_owned()
        }
        (0, 0) => "; nothing is scheduled".to_owned(),
        (meetings, 0) => format!(
            "; {} scheduled, of unknown length",
            count(meetings, "meeting is", "meetings are")
        ),
        (_, webinars) => format!(
            "; {} scheduled",
            count(webinars, "webinar is", "webinars are")
        ),
    }
}

fn sign_in_days(subject: &Subject<'_>, from: Day) -> usize {
    let Some(row) = subject.finding.user else {
        return 0;
    };
    let mut days: Vec<SignInDay> = Vec::new();
    subject.roster.sign_ins_of(row as usize, &mut days);
    days.iter()
        .filter(|sign_in| subject.roster.day(sign_in.0) >= from)
        .count()
}

/// Since when the user has the licence, and the last sign-in.
pub(super) fn sign_in_items(subject: &Subject<'_>, out: &mut Vec<EvidenceItem>) {
    let fact = EvidenceKind::Fact;
    let today = subject.today;
    let facts = subject.reader_facts();
    out.push(item(
        fact,
        stream::USERS,
        (subject.since, today),
        format!("Holds {}{}.", subject.licence(), subject.since_text()),
        day(subject.since),
    ));
    let known = subject
        .roster
        .sign_ins_known()
        .unbroken_since(today.plus(-1));
    match facts.last_sign_in() {
        // A sign-in before or after the known part of the log comes from the list of users.
        Some(last) if facts.listed.is_some() && facts.listed > facts.logged => out.push(item(
            fact,
            stream::USERS,
            (last.day(), today),
            format!("Last known sign-in on {}.", subject.date(last.day())),
            day(last.day()),
        )),
        Some(last) => out.push(item(
            fact,
            stream::SIGN_INS,
            (known.unwrap_or(last.day()), today),
            format!("Last known sign-in on {}.", subject.date(last.day())),
            day(last.day()),
        )),
        None => out.push(item(
            fact,
            stream::SIGN_INS,
            (known.unwrap_or(today), today),
            "No sign-in is known.".to_owned(),
            None,
        )),
    }
}

/// The facts and near misses of a finding about hosted events.
pub(super) fn items(subject: &Subject<'_>, out: &mut Vec<EvidenceItem>) {
    sign_in_items(subject, out);
    let fact = EvidenceKind::Fact;
    let today = subject.today;
    // Every rule about hosted events has a window.
    let days = subject.rules.days(subject.finding.rule).unwrap_or_default();
    let from = subject.window(days);
    let hosted = sum(subject.hosted_since(from));
    let text = match hosted.meetings {
        0 => format!("Nothing was hosted from {} on.", subject.date(from)),
        _ => format!(
            "{} hosted from {} on, together {}.",
            count(hosted.meetings, "meeting was", "meetings were"),
            subject.date(from),
            count(
                subject
                    .hosted_since(from)
                    .iter()
                    .map(|h| i64::from(h.minutes))
                    .sum::<i64>(),
                "minute",
                "minutes"
            )
        ),
    };
    out.push(item(
        fact,
        stream::HOSTED,
        (from, today),
        text,
        number(hosted.meetings),
    ));
    last_need(subject, out);
    near_misses(subject, from, out);
}

/// The last need, however long ago, because its age supports the finding.
fn last_need(subject: &Subject<'_>, out: &mut Vec<EvidenceItem>) {
    let today = subject.today;
    let from = subject.moment.watched_since(subject.since);
    let limits = subject.roster.details.limits;
    let (text, value) = match subject.last_need() {
        Some((last, needs)) => (
            format!(
                "The licence was last needed on {}: {}.",
                subject.date(last),
                reasons(needs, limits.minutes, limits.audience)
            ),
            day(last),
        ),
        None => (
            format!(
                "Nothing hosted from {} on needed the licence.",
                subject.date(from)
            ),
            None,
        ),
    };
    out.push(item(
        EvidenceKind::Fact,
        stream::HOSTED,
        (from, today),
        text,
        value,
    ));
}

fn near_misses(subject: &Subject<'_>, from: Day, out: &mut Vec<EvidenceItem>) {
    let limits = subject.roster.details.limits;
    let near = |value: u32, limit: i64| {
        let value = i64::from(value);
        value <= limit && value * 100 >= limit * NEAR_PERCENT
    };
    let hosted = subject.hosted_since(from);
    let minutes = i64::from(limits.minutes);
    let with_company = |h: &&Hosting| h.participants > 1 && !h.needs.contains(NeedKind::Length);
    let longest = hosted.iter().filter(with_company).max_by_key(|h| h.longest);
    if let Some(hosting) = longest.filter(|h| near(h.longest, minutes)) {
        let on = subject.roster.day(hosting.day);
        out.push(item(
            EvidenceKind::NearMiss,
            stream::HOSTED,
            (on, on),
            format!(
                "A meeting on {} lasted {} of the {minutes} minutes that need no licence.",
                subject.date(on),
                hosting.longest
            ),
            number(hosting.longest),
        ));
    }
    let largest = hosted.iter().max_by_key(|h| h.participants);
    if let Some(hosting) = largest.filter(|h| near(h.participants, limits.audience)) {
        let on = subject.roster.day(hosting.day);
        out.push(item(
            EvidenceKind::NearMiss,
            stream::HOSTED,
            (on, on),
            format!(
                "A meeting on {} had {} of the {} people that need no licence.",
                subject.date(on),
                hosting.participants,
                limits.audience
            ),
            number(hosting.participants),
        ));
    }
}

impl Subject<'_> {
    fn reader_facts(&self) -> crate::activity::Facts {
        match self.finding.user {
            Some(row) => self.roster.facts(row as usize),
            None => crate::activity::Facts::default(),
        }
    }
}
