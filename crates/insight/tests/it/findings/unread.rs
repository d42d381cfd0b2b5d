//! Records that could not be understood put findings on hold, and never make a user inactive.

use insight::renewal::{RenewalInputs, renewal};
use insight::{HoldReason, Roster, RosterBuilder, UnreadRecords, UnreadSource};
use model::{ActivityState, Day, FindingState, HostReport};

use super::{Given, found, licensed, signs_in};
use crate::world::{NOW, builder};

/// A licensed user that signed in a long time ago, and what is added to that.
fn silent(add: impl FnOnce(&mut RosterBuilder)) -> Roster {
    let mut builder = builder();
    builder.user(licensed("a")).user(licensed("b"));
    signs_in(&mut builder, "a", 200);
    signs_in(&mut builder, "b", 1);
    add(&mut builder);
    builder.build()
}

fn unread(source: UnreadSource, days: Option<(i32, i32)>, person: Option<&str>) -> UnreadRecords {
    let day = |ago: i32| NOW.day().plus(-ago);
    UnreadRecords {
        source,
        days: days.map(|(from, to)| (day(from), day(to))),
        person: person.map(str::to_owned),
        records: 3,
    }
}

/// Hold reasons of the finding about the silent user, and whether it is open.
fn finding(roster: &Roster) -> (FindingState, Vec<HoldReason>) {
    let findings = Given::default().find(roster);
    let row = roster.row_of("a");
    let mut of_user = findings.iter(roster).filter(|found| found.user == row);
    let found = of_user.next().expect("a finding about the silent user");
    (found.state, found.hold_reasons)
}

fn activity(roster: &Roster) -> ActivityState {
    let facts = roster.facts_of(roster.row_of("a").expect("the user"));
    roster.threshold(90).state(&facts)
}

#[test]
fn r35_records_about_a_user_or_about_anyone_put_the_finding_on_hold() {
    assert_eq!(finding(&silent(|_| ())), (FindingState::Open, vec![]));
    for person in [Some("a"), Some("a@x.example"), Some("A@X.example"), None] {
        for source in [UnreadSource::Hosted, UnreadSource::SignIns] {
            let roster = silent(|builder| {
                builder.unread(unread(source, Some((5, 4)), person));
            });
            let (state, reasons) = finding(&roster);
            assert_eq!(state, FindingState::OnHold, "{person:?}");
            assert!(reasons.contains(&HoldReason::Unreadable), "{person:?}");
            assert_eq!(activity(&roster), ActivityState::Unknown, "{person:?}");
        }
    }
    // About another user, or from before the days that the rule looks at.
    for records in [
        unread(UnreadSource::Hosted, Some((5, 4)), Some("b")),
        unread(UnreadSource::Hosted, Some((480, 470)), Some("a")),
        unread(UnreadSource::Hosted, Some((5, 4)), Some("c@x.example")),
        unread(UnreadSource::Users, None, None),
    ] {
        let roster = silent(|builder| {
            builder.unread(records.clone());
        });
        assert_eq!(finding(&roster).0, FindingState::Open, "{records:?}");
        assert_eq!(activity(&roster), ActivityState::Inactive, "{records:?}");
    }
}

#[test]
fn r36_an_unknown_last_sign_in_is_not_never() {
    let roster = silent(|builder| {
        builder.unread(unread(UnreadSource::Users, None, Some("a")));
    });
    assert_eq!(activity(&roster), ActivityState::Unknown);
    assert_eq!(finding(&roster).0, FindingState::OnHold);
}

#[test]
fn r35_a_scheduled_event_that_cannot_be_read_hides_no_activity_and_holds_the_finding() {
    let roster = silent(|builder| {
        builder.unread(unread(UnreadSource::Scheduled, Some((-3, -9)), Some("a")));
    });
    assert_eq!(activity(&roster), ActivityState::Inactive);
    assert_eq!(finding(&roster).0, FindingState::OnHold);
}

#[test]
fn r52_a_report_with_more_meetings_than_the_history_contradicts_it() {
    let report = |meetings: i64, from: i32| {
        let from: Day = NOW.day().plus(-from);
        silent(|builder| {
            let report = HostReport {
                external_id: "a".to_owned(),
                email: String::new(),
                meetings,
                participants: None,
                minutes: None,
            };
            builder.host_report(from, from.plus(20), report);
        })
    };
    let (state, reasons) = finding(&report(16, 40));
    assert_eq!(state, FindingState::OnHold);
    assert_eq!(reasons, [HoldReason::Contradicted]);
    assert_eq!(finding(&report(0, 40)).0, FindingState::Open);
    // Days that the history does not cover contradict nothing.
    assert_eq!(finding(&report(16, 520)).0, FindingState::Open);
}

#[test]
fn r35_holders_of_unknown_need_count_as_needing_in_renewals() {
    let needed = |roster: &Roster| {
        let given = Given::default();
        let findings = given.find(roster);
        let contract = super::contract("licensed", 90, 100);
        let found = renewal(&RenewalInputs {
            roster,
            settings: &given.settings,
            findings: &findings,
            contract: &contract,
            contracts: std::slice::from_ref(&contract),
            today: NOW.day(),
            purchased: None,
            assigned: None,
        });
        let says = found
            .unknown
            .iter()
            .any(|unknown| unknown.what == "records");
        (found.needed, says)
    };
    assert_eq!(needed(&silent(|_| ())), (0, false));
    let unknown = silent(|builder| {
        builder.unread(unread(UnreadSource::Hosted, Some((5, 4)), Some("a")));
    });
    assert_eq!(needed(&unknown), (1, true));
    assert!(
        found(&unknown)
            .iter()
            .any(|line| line.ends_with("a on_hold"))
    );
}
