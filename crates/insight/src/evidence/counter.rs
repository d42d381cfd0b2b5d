//! Counter-evidence: the reasons why a finding is on hold, scheduled events, and delegates of the person.

use super::subject::{Subject, day, item, number, stream};
use super::types::{EvidenceItem, EvidenceKind};
use super::words::count;
use crate::findings::types::HoldReason;
use crate::judge::{rhythm, season};
use crate::needs::Family;
use crate::roster::Gone;

/// Appends the counter-evidence of a finding.
pub(super) fn items(subject: &Subject<'_>, out: &mut Vec<EvidenceItem>) {
    let counter = EvidenceKind::Counter;
    let today = subject.today;
    let watched = subject.moment.watched_since(subject.since);
    let needs = subject.reader.needs(subject.family);
    let guards = &subject.findings.settings.guards;
    let mut push = |stream, from, text, value| {
        out.push(item(counter, stream, (from, today), text, value));
    };
    for why in &subject.finding.hold_reasons {
        match why {
            HoldReason::New => push(
                stream::USERS,
                subject.since,
                format!(
                    "The licence is new: held{}. Licences are left alone for {}.",
                    subject.since_text(),
                    count(subject.findings.settings.ignore_new_days, "day", "days")
                ),
                day(subject.since),
            ),
            HoldReason::Rhythm => {
                if let Some(rhythm) = rhythm(needs, watched, subject.moment.as_of, guards) {
                    let gap = rhythm.longest_gap.map_or_else(String::new, |gap| {
                        format!(
                            ", and waited up to {} in between",
                            count(gap, "day", "days")
                        )
                    });
                    push(
                        stream::HOSTED,
                        watched,
                        format!(
                            "Needed it on {} from {} on{gap}. The {} since the last time are no \
                             longer than that pattern allows.",
                            count(rhythm.needs, "day", "days"),
                            subject.date(watched.min(*needs.last().unwrap_or(&watched))),
                            count(rhythm.silence, "day", "days"),
                        ),
                        number(rhythm.needs),
                    );
                }
            }
            HoldReason::Season => {
                if let Some(began) = season(needs, watched, subject.moment.as_of, guards) {
                    push(
                        stream::HOSTED,
                        began,
                        format!(
                            "Needs began on {} last time, after a silence: they may come back at \
                             the same time of the year.",
                            began.long()
                        ),
                        day(began),
                    );
                }
            }
            HoldReason::Settling => push(
                stream::HOSTED,
                watched,
                format!(
                    "Only {} are known since the licence was given: too few to say that it will \
                     not be needed.",
                    count(today.since(watched).max(0), "day", "days")
                ),
                number(today.since(watched)),
            ),
            HoldReason::Active => {
                let facts = subject.finding.user.map(|row| row as usize);
                let facts = facts.map(|row| subject.roster.facts(row));
                let (signed_in, hosted) =
                    facts.map_or((None, None), |facts| (facts.last_sign_in(), facts.hosted));
                let (what, stream, seen) = if signed_in >= hosted {
                    ("Signed in", stream::SIGN_INS, signed_in)
                } else {
                    ("Hosted a meeting", stream::HOSTED, hosted)
                };
                if let Some(seen) = seen.map(model::Timestamp::day) {
                    let on = subject.date(seen);
                    let row = subject.finding.user;
                    let doubt = match row.and_then(|row| subject.roster.left(row)) {
                        Some(Gone::Departed(_)) => "the directory may be wrong",
                        _ => "the list of people may be incomplete",
                    };
                    let text = format!("{what} on {on}: {doubt}.");
                    push(stream, seen, text, day(seen));
                }
            }
            HoldReason::Scheduled => {}
        }
    }
    let (meetings, webinars) = subject.scheduled();
    let until = subject.roster.scheduled_until().unwrap_or(today);
    if let Some(first) = webinars.first() {
        out.push(item(
            counter,
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
            counter,
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
    let row = subject.finding.user.map(|row| row as usize);
    let delegates = row.map_or(0, |row| subject.roster.details.delegates_of(row));
    if delegates > 0 {
        out.push(item(
            counter,
            stream::SETTINGS,
            (today, today),
            format!(
                "{} for this person, who may host without signing in.",
                count(delegates, "other user schedules", "other users schedule")
            ),
            number(delegates),
        ));
    }
}
