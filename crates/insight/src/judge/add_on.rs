//! The rule about an add-on without events.

use model::{Day, Rule};

use super::guard::guards;
use super::moment::{Moment, silence};
use super::types::{HOSTING_UNKNOWN, Past, RULES_OFF, Verdict};
use crate::settings::{RuleSet, Settings};

/// The verdict on an add-on on a day. The needs of `past` are the days with an event that the add-on is for,
/// within the days that the rule looks back.
pub(crate) fn judge_add_on(
    past: &Past<'_>,
    moment: &Moment<'_>,
    rules: &RuleSet,
    settings: &Settings,
) -> Verdict {
    let rule = rules.addon_unused;
    let last = past.needs.first().copied();
    let used = |day: Day| day >= moment.window(rule.days);
    if last.is_some_and(used) {
        return Verdict::Needed;
    }
    if !moment.hosted_covers(rule.days) {
        return Verdict::Unknown(HOSTING_UNKNOWN);
    }
    if !rule.on {
        return Verdict::Unknown(RULES_OFF);
    }
    let watched = moment.watched_since(past.since);
    Verdict::Unneeded {
        rule: Rule::AddonUnused,
        since: silence(last, watched, rule.days, moment.as_of),
        hold_reasons: guards(past, moment, (Rule::AddonUnused, rule.days), settings),
    }
}
