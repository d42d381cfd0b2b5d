//! The rules about the use of a base licence: never used, dormant, attendee only, over-licensed.

use model::{ActivityState, Day, Rule};

use super::guard::guards;
use super::moment::{Moment, silence};
use super::types::{ACTIVITY_UNKNOWN, HOSTING_UNKNOWN, Past, RULES_OFF, Verdict};
use crate::settings::{RuleSet, Settings};

/// The verdict on a person's base licence on a day. Of several rules that apply, the first in the order of
/// [`Rule::ALL`] counts.
pub(crate) fn judge(
    past: &Past<'_>,
    moment: &Moment<'_>,
    rules: &RuleSet,
    settings: &Settings,
) -> Verdict {
    let as_of = moment.as_of;
    let last_need = past.needs.first().copied();
    let unneeded = |rule: Rule, days: u16, since| Verdict::Unneeded {
        rule,
        since,
        hold_reasons: guards(past, moment, (rule, days), settings),
    };

    // Most people needed it a few days ago, strictly within every window, so this decides quickly for them.
    let recently = |day: Option<Day>, days: u16| day.is_some_and(|day| day > moment.window(days));
    if recently(past.last_hosted, rules.dormant.days)
        && recently(past.last_hosted, rules.attendee_only.days)
        && recently(last_need, rules.over_licensed.days)
    {
        return Verdict::Needed;
    }
    let never = rules.never_used;
    if never.on
        && as_of.since(past.since) > i32::from(never.days)
        && moment.threshold(never.days).state(&past.facts) == ActivityState::Never
        && moment.knows_never(past.since, never.days)
    {
        let since = past.since.plus(i32::from(never.days)).min(as_of);
        // Nothing at all may have happened since the licence was given.
        let days = u16::try_from(as_of.since(past.since)).unwrap_or(u16::MAX);
        return unneeded(Rule::NeverUsed, days, since);
    }
    let dormant = rules.dormant;
    if dormant.on
        && matches!(
            moment.threshold(dormant.days).state(&past.facts),
            ActivityState::Inactive | ActivityState::Never
        )
    {
        let seen = past.facts.last_sign_in().map(model::Timestamp::day);
        let since = silence(
            seen.max(past.last_hosted),
            moment.watched_since(past.since),
            dormant.days,
            as_of,
        );
        return unneeded(Rule::Dormant, dormant.days, since);
    }
    if !moment.has_events {
        return match moment.threshold(dormant.days).state(&past.facts) {
            ActivityState::Unknown => Verdict::Unknown(ACTIVITY_UNKNOWN),
            ActivityState::Active => Verdict::Needed,
            ActivityState::Inactive | ActivityState::Never => Verdict::Unknown(RULES_OFF),
        };
    }
    let hosted_since = |days: u16| {
        past.last_hosted
            .is_some_and(|day| day >= moment.window(days))
    };
    let attendee = rules.attendee_only;
    if attendee.on && moment.hosted_covers(attendee.days) && !hosted_since(attendee.days) {
        let watched = moment.watched_since(past.since);
        let since = silence(past.last_hosted, watched, attendee.days, as_of);
        return unneeded(Rule::AttendeeOnly, attendee.days, since);
    }
    let over = rules.over_licensed;
    let needed = last_need.is_some_and(|day| day >= moment.window(over.days));
    if needed {
        return Verdict::Needed;
    }
    if !moment.hosted_covers(over.days) {
        return Verdict::Unknown(HOSTING_UNKNOWN);
    }
    if over.on && hosted_since(over.days) {
        let watched = moment.watched_since(past.since);
        let since = silence(last_need, watched, over.days, as_of);
        return unneeded(Rule::OverLicensed, over.days, since);
    }
    // A person that hosted nothing recently is covered by a rule whose window may be longer than the known
    // history.
    let short = attendee.on && !moment.hosted_covers(attendee.days);
    Verdict::Unknown(if short { HOSTING_UNKNOWN } else { RULES_OFF })
}
