//! Evidence in words that a manager understands.

use insight::{Evidence, EvidenceKind};
use model::{EventKind, HostedSummary, Licence, UpcomingEvent, User};

use super::{Given, contract, free, hosts, licensed, signs_in, webinar, with_webinar};
use crate::world::{APP, NOW, builder, days_ago, known_for, meeting};

fn first(fill: impl Fn(&mut insight::RosterBuilder)) -> Evidence {
    let mut builder = builder();
    fill(&mut builder);
    let roster = builder.build();
    let given = Given {
        contracts: vec![contract("licensed", 10, 140)],
        ..Given::default()
    };
    let findings = given.find(&roster);
    let finding = findings.iter(&roster).next().expect("a finding");
    let evidence = findings.evidence(&roster, &finding);
    assert_eq!(findings.headline(&roster, &finding), evidence.headline);
    for item in &evidence.items {
        assert!(item.from <= item.to, "{item:?}");
        assert!(item.text.ends_with('.'), "{item:?}");
    }
    evidence
}

fn texts(evidence: &Evidence, kind: EvidenceKind) -> Vec<&str> {
    let of = evidence.items.iter().filter(|item| item.kind == kind);
    of.map(|item| item.text.as_str()).collect()
}

#[test]
fn an_over_licensed_host_reads_like_this() {
    let evidence = first(|b| {
        b.user(licensed("ann"));
        b.upcoming_known(Some(NOW.day().plus(30)));
        b.delegation("ann", 2);
        for days in 1..15 {
            hosts(b, "ann", meeting(days * 5, 10));
        }
        let largest = HostedSummary {
            participants: Some(9),
            ..meeting(20, 31)
        };
        hosts(b, "ann", largest);
        hosts(b, "ann", meeting(120, 75));
        for days in 0..30 {
            hosts(b, "ann", meeting(380 - days * 8, 75));
        }
    });
    assert_eq!(
        evidence.headline,
        "Hosted 15 meetings since 22 August; the longest lasted 31 minutes; none had more than 9 \
         people; nothing longer is scheduled."
    );
    assert_eq!(
        texts(&evidence, EvidenceKind::NearMiss),
        ["A meeting on 31 October lasted 31 of the 40 minutes that need no licence."]
    );
    let facts = texts(&evidence, EvidenceKind::Fact).join(" ");
    assert!(
        facts.contains("The licence was last needed on 23 July: longer than 40 minutes."),
        "{facts}"
    );
    assert!(facts.contains("continues for another term"), "{facts}");
    assert_eq!(
        texts(&evidence, EvidenceKind::Counter),
        ["2 other users schedule for this person, who may host without signing in."]
    );
}

#[test]
fn hold_reasons_and_unknown_facts_are_part_of_the_evidence() {
    let evidence = first(|b| {
        b.user(licensed("ann"));
        for days in [65, 110, 150, 180] {
            hosts(b, "ann", meeting(days, 60));
        }
        signs_in(b, "ann", 2);
        b.upcoming_known(Some(NOW.day().plus(30)));
        b.upcoming(&UpcomingEvent {
            id: "1".to_owned(),
            host_id: "ann".to_owned(),
            kind: EventKind::Meeting,
            start: days_ago(-3),
        });
    });
    assert_eq!(
        evidence.headline,
        "Signed in on 1 day since 21 September; hosted nothing since 16 September; 1 meeting is \
         scheduled, of unknown length."
    );
    let counter = texts(&evidence, EvidenceKind::Counter).join(" ");
    assert!(
        counter.contains(
            "Needed it on 4 days from 16 October 2025 on, and waited up to 45 days in between."
        ),
        "{counter}"
    );
    assert!(
        counter.contains("1 meeting is scheduled, the first for 23 November."),
        "{counter}"
    );
    let unknown: Vec<&str> = evidence.unknown.iter().map(|u| u.what).collect();
    assert_eq!(
        unknown,
        [
            "Later scheduled events",
            "The day on which the licence was given"
        ]
    );
}

#[test]
fn add_ons_name_their_events() {
    let evidence = first(|b| {
        b.user(with_webinar(licensed("ann"), 1000));
        hosts(b, "ann", webinar(20, 380));
    });
    assert_eq!(
        evidence.headline,
        "Holds Webinar 1,000; the largest webinar since 20 November 2025 had 380 people. Webinar 500 \
         would be enough."
    );
    assert_eq!(
        texts(&evidence, EvidenceKind::NearMiss),
        ["A webinar on 31 October had 380 people and lasted 60 minutes."]
    );
}

#[test]
fn since_when_is_a_fact_only_where_it_was_seen() {
    let with = |seen: bool| {
        first(|b| {
            b.user(licensed("ann"));
            let licence = Licence::base("licensed");
            b.licensed_since("ann", &licence, days_ago(100), seen);
        })
    };
    let said = |evidence: &Evidence| texts(evidence, EvidenceKind::Fact)[0].to_owned();
    let seen = with(true);
    assert_eq!(said(&seen), "Holds Licensed since 12 August.");
    assert_eq!(
        seen.headline,
        "Licensed since 12 August; never signed in and never hosted anything."
    );
    let concluded = with(false);
    assert_eq!(
        said(&concluded),
        "Holds Licensed, since 12 August at the earliest."
    );
    assert_eq!(
        concluded.headline,
        "Licensed, since 12 August at the earliest; never signed in and never hosted anything."
    );
    let unknown = |evidence: &Evidence| {
        let mut whats = evidence.unknown.iter().map(|unknown| unknown.what);
        whats.any(|what| what == "The day on which the licence was given")
    };
    assert!(!unknown(&seen) && unknown(&concluded));
}

#[test]
fn a_silence_that_is_longer_than_the_history_is_said_as_far_as_it_is_known() {
    let mut builder =
        insight::RosterBuilder::new(&APP, NOW, known_for(164), known_for(164), Some(NOW));
    builder.user(User {
        listed_sign_in: Some(days_ago(300)),
        ..licensed("ann")
    });
    let roster = builder.build();
    let findings = Given::default().find(&roster);
    let finding = findings.iter(&roster).next().expect("a finding");
    assert_eq!(
        findings.headline(&roster, &finding),
        "Last active on 24 January; no sign-in since then, and nothing hosted since 9 June, when the \
         history begins."
    );
}

#[test]
fn many_cut_offs_are_a_few_lines_with_the_cost_of_a_seat() {
    let with = |quantity: i64| {
        let mut builder = builder();
        builder.user(free("ann"));
        for n in 0..12 {
            let cut = meeting(3 + n, 40);
            let again = HostedSummary {
                start: cut.start.plus_seconds(41 * 60),
                minutes: 15,
                ..cut
            };
            hosts(&mut builder, "ann", cut);
            hosts(&mut builder, "ann", again);
        }
        let roster = builder.build();
        let mut bought = contract("licensed", 145, 365);
        bought.terms.quantity = quantity;
        let given = Given {
            contracts: vec![bought],
            ..Given::default()
        };
        let findings = given.find(&roster);
        let finding = findings.iter(&roster).next().expect("a finding");
        let evidence = findings.evidence(&roster, &finding);
        let lines: Vec<String> = evidence.items.into_iter().map(|item| item.text).collect();
        (
            lines,
            finding.saving.and_then(|saving| saving.invoice_lower_on),
        )
    };
    let (lines, on) = with(0);
    assert_eq!(lines.len(), 7, "{lines:?}");
    assert_eq!(
        lines[0],
        "Cut off on 17 November: started at 12:00 UTC, ended after 40 minutes, and started again at \
         once."
    );
    assert_eq!(
        lines[5],
        "Cut off 7 times more before that, first on 6 November."
    );
    assert_eq!(
        lines[6],
        "No bought seat is known to be free: one more costs €146 until the term ends on 14 April 2027."
    );
    assert_eq!(on, Some(NOW.day().plus(146)));
    let (lines, on) = with(2);
    assert_eq!(
        lines[6],
        "2 seats are bought and free: giving one costs nothing until the renewal."
    );
    assert_eq!(on, Some(NOW.day().plus(146)));
}

#[test]
fn the_seats_of_a_pool_add_up_to_its_holders() {
    let mut builder = builder();
    for n in 0..9 {
        let key = format!("k{n}");
        builder.user(with_webinar(licensed(&key), 500));
        hosts(&mut builder, &key, meeting(3, 60));
        if n < 5 {
            hosts(&mut builder, &key, webinar(10 + n, 400));
        }
        signs_in(&mut builder, &key, 1);
    }
    let roster = builder.build();
    let findings = Given::default().find(&roster);
    let pool = findings.iter(&roster).last().expect("a finding");
    assert_eq!(pool.rule, model::Rule::AddonPoolable);
    let evidence = findings.evidence(&roster, &pool);
    let facts = texts(&evidence, EvidenceKind::Fact).join(" ");
    assert!(
        facts.contains(
            "Of these 9: 1 for events at the same time, 1 in reserve, 4 with findings of their own, \
             and 3 that could be given back."
        ),
        "{facts}"
    );
    assert!(
        facts.contains("less than 30 minutes between two"),
        "{facts}"
    );
}

#[test]
fn a_double_shows_how_much_each_account_is_used() {
    let account = |key: &str, email: &str| User {
        email: email.to_owned(),
        display_name: "Ann Lee".to_owned(),
        ..licensed(key)
    };
    let evidence = first(|b| {
        b.user(account("a", "ann.lee@x.example"));
        b.user(User {
            listed_sign_in: Some(days_ago(40)),
            ..account("b", "ann.lee@y.example")
        });
        for n in 0..28 {
            b.hosted("ann.lee@x.example", meeting(3 * n + 1, 60));
        }
    });
    let facts = texts(&evidence, EvidenceKind::Fact);
    assert_eq!(
        facts[..2],
        [
            "ann.lee@y.example hosted 0 meetings since 22 August, and needed a licence on 0 days; last \
             known sign-in on 11 October.",
            "ann.lee@x.example hosted 28 meetings since 22 August, and needed a licence on 28 days; no \
             sign-in is known.",
        ]
    );
}
