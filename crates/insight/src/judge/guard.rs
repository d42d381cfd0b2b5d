//! The reasons for putting a finding on hold although its rule applies.

use model::{Day, Rule};

use super::moment::Moment;
use super::rhythm::rhythm;
use super::season::season;
use super::types::Past;
use crate::findings::types::HoldReason;
use crate::roster::unread::UnreadByRow;
use crate::settings::Settings;

/// The bit of a reason in a set of reasons.
pub(crate) fn bit(why: HoldReason) -> u8 {
    1 << (why as u8)
}

/// The reasons for putting a finding of this rule on hold, as bits. The rule looks at so many days.
pub(super) fn guards(
    past: &Past<'_>,
    moment: &Moment<'_>,
    (rule, days): (Rule, u16),
    settings: &Settings,
) -> u8 {
    let guards = &settings.guards;
    let pattern = *past.guards.get_or_init(|| pattern(past, moment, settings));
    let mut reasons = pattern | unknown(past.unread, past.row, moment, moment.window(days));
    if moment.as_of.since(past.since) < i32::from(settings.ignore_new_days) {
        reasons |= bit(HoldReason::New);
    }
    // Which rules find users that host nothing, and which ones have to wait until a user without a need
    // had the licence for long enough.
    let (hosts_nothing, settles) = match rule {
        Rule::NeverUsed => (true, false),
        Rule::Dormant | Rule::AttendeeOnly => (true, true),
        // Enough meetings without a need show as much as time does.
        Rule::OverLicensed => (false, !hosted_often(past, guards.settling_meetings)),
        Rule::AddonUnused => (false, true),
        Rule::Leaver
        | Rule::DeactivatedCounted
        | Rule::PendingSeat
        | Rule::DoubleLicence
        | Rule::AddonOversized
        | Rule::AddonPoolable
        | Rule::UnderLicensed => (false, false),
    };
    // A scheduled meeting of a user that hosts nothing is a sign of coming use. For a user that hosts short
    // meetings anyway, or who hosted before and never needed the licence, it is not.
    let telling = hosts_nothing && (past.hosted.is_empty() || !past.needs.is_empty());
    let meeting = past.meeting_ahead && (telling || guards.scheduled_meetings);
    if guards.scheduled && (past.webinar_ahead || meeting) {
        reasons |= bit(HoldReason::Scheduled);
    }
    if guards.settling && settles && past.needs.is_empty() {
        let watched = moment.as_of.since(moment.watched_since(past.since));
        if watched < i32::from(guards.settling_days) {
            reasons |= bit(HoldReason::Settling);
        }
    }
    reasons
}

/// The reasons in what is unknown about a user since a day: records that could not be understood, and a
/// report that says more than the history does.
pub(crate) fn unknown(unread: &UnreadByRow, row: usize, moment: &Moment<'_>, from: Day) -> u8 {
    let mut reasons = 0;
    // Scheduled events are about days to come.
    let to = if moment.is_now {
        Day(i32::MAX)
    } else {
        moment.as_of
    };
    if unread.records(row, from, to) > 0 {
        reasons |= bit(HoldReason::Unreadable);
    }
    if unread.contradiction(row, from).is_some() {
        reasons |= bit(HoldReason::Contradicted);
    }
    reasons
}

/// Whether at least so many meetings were hosted.
fn hosted_often(past: &Past<'_>, times: u16) -> bool {
    let meetings: u32 = past.hosted.iter().map(|day| day.meetings).sum();
    meetings >= u32::from(times)
}

/// The reasons in the pattern of needs. They are the same for every rule and threshold, so they are computed
/// once.
fn pattern(past: &Past<'_>, moment: &Moment<'_>, settings: &Settings) -> u8 {
    let guards = &settings.guards;
    let watched = moment.watched_since(past.since);
    let mut reasons = 0;
    if guards.rhythm && rhythm(past.needs, watched, moment.as_of, guards).is_some() {
        reasons |= bit(HoldReason::Rhythm);
    }
    if guards.season && season(past.needs, watched, moment.as_of, guards).is_some() {
        reasons |= bit(HoldReason::Season);
    }
    reasons
}
