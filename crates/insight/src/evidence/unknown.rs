//! The facts that are not known about a finding.

use model::{Rule, RuleBasis};

use super::subject::Subject;
use super::words::count;
use crate::needs::Family;
use crate::roster::Gone;
use crate::unknown::Unknown;

/// Number of days in a year. Yearly events are visible only in a history that is as long.
const YEAR: i32 = 365;

/// The facts that are not known.
pub(super) fn items(subject: &Subject<'_>) -> Vec<Unknown> {
    let mut unknown = Vec::new();
    employment(subject, &mut unknown);
    suite(subject, &mut unknown);
    match subject.finding.rule.basis() {
        RuleBasis::Use | RuleBasis::AddOnUse => history(subject, &mut unknown),
        RuleBasis::Lists | RuleBasis::CutOffs => {}
    }
    unknown
}

/// Whether the person still works here, and until when.
fn employment(subject: &Subject<'_>, unknown: &mut Vec<Unknown>) {
    let mut push = |what: &'static str, why: String| {
        unknown.push(Unknown { what, why });
    };
    let row = subject.finding.user;
    match row.and_then(|row| subject.roster.left(row)) {
        Some(Gone::Departed(departure)) => push(
            "The last day of work",
            format!(
                "The directory does not contain it: {} is the day on which the change arrived.",
                subject.date(departure.day())
            ),
        ),
        None if row.is_some_and(|row| subject.roster.absent(row)) => push(
            "Whether they still work here",
            "Not in the directory that is pushed: nothing is concluded.".to_owned(),
        ),
        Some(Gone::NotListed | Gone::LeftOn(_)) | None => {}
    }
}

/// The add-ons of the holder's suite.
fn suite(subject: &Subject<'_>, unknown: &mut Vec<Unknown>) {
    let mut push = |what: &'static str, why: String| {
        unknown.push(Unknown { what, why });
    };
    if let (Rule::DoubleLicence, Some(included)) =
        (subject.finding.rule, super::listed::inclusion_of(subject))
    {
        let app = subject.roster.app();
        push(
            "What the suite includes",
            if included.own {
                format!(
                    "{} does not report it; it is taken from your rules.",
                    app.name
                )
            } else {
                format!(
                    "{} does not report it; it is taken from a list as of {} and can be corrected in \
                     the rules.",
                    app.name, app.suites.as_of
                )
            },
        );
        push(
            "Whether the add-on was bought separately",
            format!(
                "{} shows the same capacity whether it comes with the suite or was bought \
                 separately, and an administrator can switch off the one of the suite. Look at the user's \
                 licences before taking one away.",
                app.name
            ),
        );
    }
}

/// The parts of the history that a rule about use depends on.
fn history(subject: &Subject<'_>, unknown: &mut Vec<Unknown>) {
    let mut push = |what: &'static str, why: String| {
        unknown.push(Unknown { what, why });
    };
    match subject.moment.hosted_since {
        None => push(
            "Hosted events",
            "The list of meetings and webinars up to yesterday has not been read.".to_owned(),
        ),
        Some(since) if subject.today.since(since) < YEAR => push(
            "Events that come once a year",
            format!(
                "Hosted events are known only since {}, {}: less than a year.",
                subject.date(since),
                count(subject.today.since(since), "day", "days")
            ),
        ),
        Some(_) => {}
    }
    let yesterday = subject.today.plus(-1);
    let days = i32::from(subject.rules.dormant.days);
    let sign_ins = subject.roster.sign_ins_known();
    let base = subject.family == Family::Base;
    if base && !sign_ins.covers(subject.today.plus(-days), yesterday) {
        push(
            "Some sign-ins",
            format!("The sign-in log is not known for all of the last {days} days."),
        );
    }
    match subject.roster.scheduled_until() {
        None => push(
            "Scheduled events",
            "Scheduled meetings and webinars have not been read.".to_owned(),
        ),
        Some(until) => push(
            "Later scheduled events",
            format!("Scheduled events are known until {}.", subject.date(until)),
        ),
    }
    let row = subject.finding.user;
    let seen = row.and_then(|row| subject.roster.licensed_since(row, &subject.finding.licence));
    if row.is_some() && !seen.is_some_and(|(_, exact)| exact) {
        push(
            "The day on which the licence was given",
            "The user already had it when this account was first read; the day shown is the \
             earliest possible one."
                .to_owned(),
        );
    }
}
