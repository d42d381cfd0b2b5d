//! Leavers according to a directory that pushes people: only people that left it are leavers.

use insight::roster::Gone;
use insight::{Departure, DirectoryPerson, Evidence, EvidenceKind, HoldReason, Roster};
use model::Rule;
use proptest::prelude::*;

use super::laws::{Life, life, roster_with};
use super::{Given, found, hosts, licensed, said};
use crate::world::{NOW, builder, days_ago, meeting};

fn person(key: &str, departure: Option<Departure>) -> DirectoryPerson {
    DirectoryPerson {
        email: format!("{}@X.example", key.to_uppercase()),
        departure,
    }
}

fn deactivated(days: i32) -> Departure {
    Departure::Deactivated(NOW.day().plus(-days))
}

fn removed(days: i32) -> Departure {
    Departure::Removed(NOW.day().plus(-days))
}

/// The roster of one person with this life, under such a directory.
fn under(life: &Life, people: Vec<DirectoryPerson>) -> Roster {
    roster_with(life, |builder| {
        builder.directory(days_ago(0), people);
    })
}

fn departure() -> impl Strategy<Value = Departure> {
    (any::<bool>(), 0..100_i32).prop_map(|(active, days)| {
        let day = NOW.day().plus(-days);
        if active {
            Departure::Removed(day)
        } else {
            Departure::Deactivated(day)
        }
    })
}

/// The entries of a directory for people without an account.
fn others() -> impl Strategy<Value = Vec<DirectoryPerson>> {
    let other = (0..9_u8, prop::option::of(departure()));
    let other = other.prop_map(|(n, left)| person(&format!("other{n}"), left));
    prop::collection::vec(other, 0..6)
}

proptest! {
    #[test]
    fn absence_from_a_directory_never_makes_a_leaver(life in life(), people in others()) {
        let without = roster_with(&life, |_| {});
        let with = under(&life, people);
        prop_assert_eq!(with.left(0), None);
        prop_assert!(with.absent(0) && !without.absent(0));
        // Nothing at all changes.
        prop_assert_eq!(found(&with), found(&without));
    }

    #[test]
    fn deactivation_makes_a_leaver_and_reactivation_takes_it_away(
        life in life(),
        mut people in others(),
        left in departure(),
    ) {
        let without = found(&roster_with(&life, |_| {}));
        people.push(person("ann", Some(left)));
        let gone = under(&life, people.clone());
        prop_assert_eq!(gone.left(0), Some(Gone::Departed(left)));
        let findings = Given::default().find(&gone);
        let finding = findings.iter(&gone).next().expect("a leaver");
        prop_assert_eq!(finding.rule, Rule::Leaver);
        for held in finding.hold_reasons {
            prop_assert_eq!(held, HoldReason::Active);
        }
        *people.last_mut().expect("somebody") = person("ann", None);
        let back = under(&life, people);
        prop_assert!(back.left(0).is_none() && !back.absent(0));
        prop_assert_eq!(found(&back), without);
    }

    #[test]
    fn whoever_is_active_under_one_of_two_entries_is_here(
        life in life(),
        left in departure(),
        first in any::<bool>(),
    ) {
        let mut people = vec![person("ann", Some(left)), person("ann", None)];
        if first {
            people.reverse();
        }
        let roster = under(&life, people);
        prop_assert_eq!(roster.left(0), None);
        prop_assert_eq!(found(&roster), found(&roster_with(&life, |_| {})));
    }
}

#[test]
fn the_later_of_two_departures_counts() {
    let roster = |people| {
        let mut builder = builder();
        builder.user(licensed("ann"));
        builder.directory(NOW, people);
        builder.build()
    };
    for people in [
        vec![
            person("ann", Some(deactivated(9))),
            person("ann", Some(removed(3))),
        ],
        vec![
            person("ann", Some(removed(3))),
            person("ann", Some(deactivated(9))),
        ],
    ] {
        let left = roster(people).left(0);
        assert_eq!(left.and_then(Gone::day), Some(NOW.day().plus(-3)));
    }
}

/// Findings and the evidence of the first, of a directory with these people.
fn concluded(
    people: Vec<DirectoryPerson>,
    hosted: i32,
) -> (Vec<String>, Vec<HoldReason>, Evidence) {
    let mut builder = builder();
    builder.user(licensed("ann"));
    hosts(&mut builder, "ann", meeting(hosted, 60));
    builder.directory(days_ago(1), people);
    let roster = builder.build();
    let findings = Given::default().find(&roster);
    let finding = findings.iter(&roster).next().expect("a finding");
    let evidence = findings.evidence(&roster, &finding);
    assert_eq!(findings.headline(&roster, &finding), evidence.headline);
    (said(&findings, &roster), finding.hold_reasons, evidence)
}

fn texts(evidence: &Evidence, kind: EvidenceKind) -> Vec<&str> {
    let of = evidence.items.iter().filter(|item| item.kind == kind);
    of.map(|item| item.text.as_str()).collect()
}

#[test]
fn it_is_said_where_a_departure_is_known_from() {
    let people = || vec![person("bob", None), person("ann", Some(deactivated(10)))];
    let (findings, held_by, evidence) = concluded(people(), 40);
    assert_eq!(findings, ["leaver licensed ann open"]);
    assert_eq!(held_by, []);
    assert_eq!(
        evidence.headline,
        "Deactivated in the directory on 10 November, and still holds Licensed."
    );
    let facts = texts(&evidence, EvidenceKind::Fact);
    assert!(
        facts
            .contains(&"The pushed directory has 1 active person; it last changed on 19 November."),
        "{facts:?}"
    );
    assert!(
        facts.contains(&"Deactivated in the directory on 10 November."),
        "{facts:?}"
    );
    let unknown = &evidence.unknown[0];
    assert_eq!(unknown.what, "The last day of work");
    assert_eq!(
        unknown.why,
        "The directory does not contain it: 10 November is the day on which the change arrived."
    );
    // A leaver that was active afterwards is on hold.
    let (findings, held_by, evidence) = concluded(people(), 4);
    assert_eq!(findings, ["leaver licensed ann on_hold"]);
    assert_eq!(held_by, [HoldReason::Active]);
    let counter = texts(&evidence, EvidenceKind::Counter);
    assert_eq!(
        counter,
        ["Hosted a meeting on 16 November: the directory may be wrong."]
    );
    let (_, _, evidence) = concluded(vec![person("ann", Some(removed(0)))], 40);
    assert_eq!(
        evidence.headline,
        "Deleted in the directory on 20 November, and still holds Licensed."
    );
}

#[test]
fn it_is_said_that_nothing_is_concluded_of_whoever_is_not_in_the_directory() {
    let unknown = |people| {
        let (findings, _, evidence) = concluded(people, 200);
        assert!(findings[0].starts_with("dormant"), "{findings:?}");
        let unknown = evidence.unknown.into_iter();
        let about = unknown.filter(|unknown| unknown.what == "Whether they still work here");
        about.map(|unknown| unknown.why).collect::<Vec<_>>()
    };
    assert_eq!(
        unknown(vec![person("bob", Some(deactivated(3)))]),
        ["Not in the directory that is pushed: nothing is concluded."]
    );
    assert_eq!(unknown(vec![person("ann", None)]), Vec::<String>::new());
}
