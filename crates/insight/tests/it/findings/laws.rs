//! Laws that hold for every history.

use insight::{DecisionRow, ExemptScope, Finding, FindingQuery, Roster, RosterBuilder};
use model::{FindingState, HostedSummary, Rule};
use proptest::prelude::*;

use super::{Given, hosts, licensed, signs_in};
use crate::world::{APP, NOW, known_for, meeting};

/// The activity of a person, and the number of days for which it is known.
#[derive(Debug, Clone)]
pub(super) struct Life {
    signed_in: Vec<i32>,
    hosted: Vec<HostedSummary>,
    sign_ins_known: i32,
    hosted_known: i32,
}

fn event() -> impl Strategy<Value = HostedSummary> {
    (0..420_i32, 5..90_i32, 1..150_i32, any::<bool>()).prop_map(
        |(days, minutes, participants, cloud)| HostedSummary {
            participants: Some(participants),
            features: i64::from(cloud && participants % 7 == 0) << 25,
            ..meeting(days, minutes)
        },
    )
}

pub(super) fn life() -> impl Strategy<Value = Life> {
    (
        prop::collection::vec(0..200_i32, 0..4),
        prop::collection::vec(event(), 0..8),
        prop_oneof![Just(0), Just(400), 0..420_i32],
        prop_oneof![Just(0), Just(400), 0..420_i32],
    )
        .prop_map(|(signed_in, hosted, sign_ins_known, hosted_known)| Life {
            signed_in,
            hosted,
            sign_ins_known,
            hosted_known,
        })
}

fn roster(life: &Life) -> Roster {
    roster_with(life, |_| {})
}

/// Their roster, with something more.
pub(super) fn roster_with(life: &Life, more: impl FnOnce(&mut RosterBuilder)) -> Roster {
    let mut builder = RosterBuilder::new(
        &APP,
        NOW,
        known_for(life.sign_ins_known),
        known_for(life.hosted_known),
        Some(NOW),
    );
    builder.user(licensed("ann"));
    for days in &life.signed_in {
        signs_in(&mut builder, "ann", *days);
    }
    for event in &life.hosted {
        hosts(&mut builder, "ann", *event);
    }
    more(&mut builder);
    builder.build()
}

fn finding(life: &Life, given: &Given) -> Option<Finding> {
    let roster = roster(life);
    let findings = given.find(&roster);
    assert!(
        findings.len() <= 1,
        "a base licence has one finding at most"
    );
    findings.all(&roster, &everything()).pop()
}

/// A query for findings in every state.
fn everything() -> FindingQuery {
    FindingQuery {
        states: FindingState::ALL.to_vec(),
        ..FindingQuery::everything(&APP)
    }
}

/// How idle a person is according to the findings; without a finding, not at all.
fn idleness(finding: Option<&Finding>) -> u8 {
    match finding.map(|finding| finding.rule) {
        Some(Rule::NeverUsed) => 4,
        Some(Rule::Dormant) => 3,
        Some(Rule::AttendeeOnly) => 2,
        Some(Rule::OverLicensed) => 1,
        _ => 0,
    }
}

proptest! {
    #[test]
    fn more_activity_never_makes_anybody_more_idle(
        life in life(),
        more in event(),
        signed_in in 0..200_i32,
    ) {
        let given = Given::default();
        let before = finding(&life, &given);
        let mut busier = life.clone();
        busier.hosted.push(more);
        let after = finding(&busier, &given);
        // More data may lead to a finding where nothing was known before, but never to a stronger one.
        if before.is_some() || life.hosted_known >= 100 {
            prop_assert!(idleness(after.as_ref()) <= idleness(before.as_ref()), "{before:?} {after:?}");
        }
        let mut seen = life.clone();
        seen.signed_in.push(signed_in);
        let after = finding(&seen, &given);
        if before.is_some() {
            prop_assert!(idleness(after.as_ref()) <= idleness(before.as_ref()), "{before:?} {after:?}");
        }
    }

    #[test]
    fn a_need_within_the_window_ends_the_finding(life in life(), days in 0..60_i32) {
        let mut needed = life;
        needed.hosted.push(meeting(days, 60));
        prop_assert_eq!(finding(&needed, &Given::default()), None);
    }

    #[test]
    fn unknown_days_never_lead_to_a_finding(life in life()) {
        let found = finding(&life, &Given::default());
        let given = Given::default();
        let rules = given.settings.rules;
        if let Some(found) = found {
            let window = match found.rule {
                // A person without sign-ins cannot have hosted, so the list alone is enough.
                Rule::NeverUsed => 0,
                Rule::Dormant => rules.dormant.days,
                Rule::AttendeeOnly => rules.attendee_only.days,
                _ => rules.over_licensed.days,
            };
            prop_assert!(life.hosted_known >= i32::from(window), "{found:?}");
        }
        let blind = Life { sign_ins_known: 0, hosted_known: 0, ..life };
        if let Some(found) = finding(&blind, &given) {
            prop_assert_eq!(found.rule, Rule::NeverUsed);
        }
    }

    #[test]
    fn an_exemption_always_wins(
        life in life(),
        whole_person in any::<bool>(),
        other in prop::sample::select(&[FindingState::Asked, FindingState::Accepted, FindingState::Open][..]),
        first in any::<bool>(),
    ) {
        let mut given = Given::default();
        let Some(before) = finding(&life, &given) else {
            return Ok(());
        };
        let row = |state, scope| DecisionRow {
            finding: before.id.clone(),
            state,
            until: Some(NOW.day().plus(5)),
            reason: "needed for the fair".to_owned(),
            owner: "o@x.example".to_owned(),
            assignee: "w@x.example".to_owned(),
            user_key: Some("ann".to_owned()),
            scope,
        };
        let scope = if whole_person { ExemptScope::User } else { ExemptScope::Finding };
        given.decisions = vec![row(FindingState::Exempt, scope), row(other, ExemptScope::Finding)];
        if first {
            given.decisions.reverse();
        }
        let exempt = finding(&life, &given).unwrap();
        prop_assert_eq!(exempt.state, FindingState::Exempt);
        prop_assert_eq!(exempt.assignee.as_str(), "w@x.example");
        for row in &mut given.decisions {
            row.until = Some(NOW.day().plus(-1));
        }
        prop_assert_eq!(finding(&life, &given).unwrap().state, before.state, "it has run out");
    }

    #[test]
    fn an_exemption_holds_for_the_licence_whichever_rule_finds_it(
        life in life(),
        rule in prop::sample::select(&[
            Rule::NeverUsed, Rule::Dormant, Rule::AttendeeOnly, Rule::OverLicensed, Rule::Leaver,
        ][..]),
        other in prop::sample::select(&[
            FindingState::Asked, FindingState::Kept, FindingState::Accepted, FindingState::Done,
        ][..]),
        first in any::<bool>(),
    ) {
        let mut given = Given::default();
        let Some(before) = finding(&life, &given) else {
            return Ok(());
        };
        let row = |finding: String, state| DecisionRow {
            finding,
            state,
            until: Some(NOW.day().plus(5)),
            reason: "needed for the fair".to_owned(),
            owner: "o@x.example".to_owned(),
            assignee: String::new(),
            user_key: Some("ann".to_owned()),
            scope: ExemptScope::Finding,
        };
        let named = |licence: &str| format!("{}~{licence}~ann", rule.value());
        given.decisions = vec![
            row(named("licensed"), FindingState::Exempt),
            row(before.id.clone(), other),
        ];
        if rule == before.rule {
            given.decisions.pop();
        }
        if first {
            given.decisions.reverse();
        }
        prop_assert_eq!(finding(&life, &given).unwrap().state, FindingState::Exempt);
        for row in &mut given.decisions {
            row.until = Some(NOW.day().plus(-1));
        }
        prop_assert_eq!(finding(&life, &given).unwrap().state, before.state, "it has run out");
        given.decisions = vec![row(named("webinar_500"), FindingState::Exempt)];
        prop_assert_eq!(finding(&life, &given).unwrap().state, before.state, "another licence");
    }

    #[test]
    fn the_same_input_gives_the_same_findings(life in life()) {
        let given = Given::default();
        prop_assert_eq!(finding(&life, &given), finding(&life, &given));
    }
}
