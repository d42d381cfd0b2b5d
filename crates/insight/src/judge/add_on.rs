//! The rule about an add-on without an event.

use model::{Day, Rule};

use super::guard::guards;
use super::moment::{Moment, silence};
use super::types::{HOSTING_UNKNOWN, Past, RULES_OFF, Verdict};
use crate::settings::{RuleSet, Settings};

/// Judges an add-on as of a moment; the needs of `past` are days with an event that it is for. Only
/// those within the days looked back at count.
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
    Verdict::Spare {
        rule: Rule::AddonUnused,
        since: silence(last, watched, rule.days, moment.as_of),
        held: guards(past, moment, Rule::AddonUnused, settings),
    }
}
