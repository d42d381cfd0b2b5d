//! Counter-evidence: the reasons why a finding is on hold, scheduled events, and delegates of the person.

use model::Day;

use super::subject::{Subject, day, item, number, stream};
use super::types::{EvidenceItem, EvidenceKind};
use super::words::count;
use crate::findings::types::HoldReason;
use crate::judge::{rhythm, season};
use crate::needs::Family;
use crate::roster::{Gone, UnreadSource};

/// Appends the counter-evidence of a finding.
pub(super) fn items(subject: &Subject<'_>, out: &mut Vec<EvidenceItem>) {
    for reason in &subject.finding.hold_reasons {
        out.extend(match reason {
            HoldReason::New => Some(new(subject)),
            HoldReason::Rhythm => by_rhythm(subject),
            HoldReason::Season => by_season(subject),
            HoldReason::Settling => Some(settling(subject)),
            HoldReason::Active => active(subject),
            HoldReason::Unreadable => unreadable(subject),
            HoldReason::Contradicted => contradicted(subject),
            // Scheduled events follow for every finding.
            HoldReason::Scheduled => None,
        });
    }
    scheduled(subject, out);
    let row = subject.finding.user.map(|row| row as usize);
    let delegates = row.map_or(0, |row| subject.roster.details.delegates_of(row));
    if delegates > 0 {
        out.push(item(
            EvidenceKind::Counter,
            stream::SETTINGS,
            (subject.today, subject.today),
            format!(
                "{} for this person, who may host without signing in.",
                count(delegates, "other user schedules", "other users schedule")
            ),
            number(delegates),
        ));
    }
}

fn new(subject: &Subject<'_>) -> EvidenceItem {
    item(
        EvidenceKind::Counter,
        stream::USERS,
        (subject.since, subject.today),
        format!(
            "The licence is new: held{}. New licences are left alone for {}.",
            subject.since_text(),
            count(subject.findings.settings.ignore_new_days, "day", "days")
        ),
        day(subject.since),
    )
}

fn by_rhythm(subject: &Subject<'_>) -> Option<EvidenceItem> {
    let watched = subject.moment.watched_since(subject.since);
    let needs = subject.reader.needs(subject.family);
    let guards = &subject.findings.settings.guards;
    let rhythm = rhythm(needs, watched, subject.moment.as_of, guards)?;
    let gap = rhythm.longest_gap.map_or_else(String::new, |gap| {
        format!(
            ", and waited up to {} in between",
            count(gap, "day", "days")
        )
    });
    Some(item(
        EvidenceKind::Counter,
        stream::HOSTED,
        (watched, subject.today),
        format!(
            "Needed it on {} from {} on{gap}. The {} since the last time are no longer than that \
             pattern allows.",
            count(rhythm.needs, "day", "days"),
            subject.date(watched.min(*needs.last().unwrap_or(&watched))),
            count(rhythm.silence, "day", "days"),
        ),
        number(rhythm.needs),
    ))
}

fn by_season(subject: &Subject<'_>) -> Option<EvidenceItem> {
    let watched = subject.moment.watched_since(subject.since);
    let needs = subject.reader.needs(subject.family);
    let guards = &subject.findings.settings.guards;
    let began = season(needs, watched, subject.moment.as_of, guards)?;
    Some(item(
        EvidenceKind::Counter,
        stream::HOSTED,
        (began, subject.today),
        format!(
            "Needs began on {} last time, after a silence: they may return at the same time of \
             the year.",
            began.long()
        ),
        day(began),
    ))
}

fn settling(subject: &Subject<'_>) -> EvidenceItem {
    let watched = subject.moment.watched_since(subject.since);
    let known = subject.today.since(watched);
    item(
        EvidenceKind::Counter,
        stream::HOSTED,
        (watched, subject.today),
        format!(
            "Only {} are known since the licence was given: too few to say that it will not be needed.",
            count(known.max(0), "day", "days")
        ),
        number(known),
    )
}

/// The recent activity of a leaver.
fn active(subject: &Subject<'_>) -> Option<EvidenceItem> {
    let row = subject.finding.user?;
    let facts = subject.roster.facts(row as usize);
    let (signed_in, hosted) = (facts.last_sign_in(), facts.hosted);
    let (activity, stream, seen) = if signed_in >= hosted {
        ("Signed in", stream::SIGN_INS, signed_in)
    } else {
        ("Hosted a meeting", stream::HOSTED, hosted)
    };
    let seen = seen?.day();
    let doubt = match subject.roster.left(row) {
        Some(Gone::Departed(_)) => "the directory may be wrong",
        Some(Gone::LeftOn(_) | Gone::NotListed) | None => "the list of people may be incomplete",
    };
    Some(item(
        EvidenceKind::Counter,
        stream,
        (seen, subject.today),
        format!("{activity} on {}: {doubt}.", subject.date(seen)),
        day(seen),
    ))
}

/// The records that may be about the user and could not be understood. They are added up by source.
fn unreadable(subject: &Subject<'_>) -> Option<EvidenceItem> {
    let row = subject.finding.user? as usize;
    let all: Vec<_> = subject.roster.unread.of(row).collect();
    let records: u32 = all.iter().map(|unread| unread.records).sum();
    let newest = all.iter().max_by_key(|unread| unread.to)?;
    let stream = match newest.source {
        UnreadSource::Hosted => stream::HOSTED,
        UnreadSource::SignIns => stream::SIGN_INS,
        UnreadSource::Scheduled => stream::UPCOMING,
        UnreadSource::Users => stream::USERS,
    };
    let first = all.iter().map(|unread| unread.from).min()?;
    let first = first.max(subject.since).min(subject.today);
    Some(item(
        EvidenceKind::Counter,
        stream,
        (first, subject.today),
        format!(
            "{} of these days could not be read, and may have been about this person. Until they are, \
             it is not known whether the licence was used.",
            count(records, "row", "rows")
        ),
        number(records),
    ))
}

fn contradicted(subject: &Subject<'_>) -> Option<EvidenceItem> {
    let row = subject.finding.user? as usize;
    let found = subject.roster.unread.contradiction(row, Day(i32::MIN))?;
    Some(item(
        EvidenceKind::Counter,
        stream::HOSTED,
        (found.from, found.to),
        format!(
            "The monthly report says otherwise: it has {}, the history {}.",
            count(found.reported, "meeting", "meetings"),
            match found.known {
                0 => "none".to_owned(),
                known => known.to_string(),
            }
        ),
        number(found.reported),
    ))
}

fn scheduled(subject: &Subject<'_>, out: &mut Vec<EvidenceItem>) {
    let today = subject.today;
    let (meetings, webinars) = subject.scheduled();
    let until = subject.roster.scheduled_until().unwrap_or(today);
    if let Some(first) = webinars.first() {
        out.push(item(
            EvidenceKind::Counter,
            stream::UPCOMING,
            (today, until),
            format!(
                "{} scheduled, the first for {}.",
                count(webinars.len(), "webinar is", "webinars are"),
                subject.date(*first)
            ),
            number(webinars.len()),
        ));
    }
    if let Some(first) = meetings
        .first()
        .filter(|_| subject.family != Family::Webinar)
    {
        out.push(item(
            EvidenceKind::Counter,
            stream::UPCOMING,
            (today, until),
            format!(
                "{} scheduled, the first for {}. How long it will be is not known.",
                count(meetings.len(), "meeting is", "meetings are"),
                subject.date(*first)
            ),
            number(meetings.len()),
        ));
    }
}
