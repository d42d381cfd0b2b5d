//! Each rule, with people that it finds and people that it does not find.

use insight::roster::{ImportedPerson, Purchased};
use insight::{HoldReason, Roster, RosterBuilder, Settings};
use model::{Coverage, EventKind, HostedSummary, Licence, Rule, UpcomingEvent, User};

use super::{Given, found, free, hosts, licensed, said, signs_in, webinar};
use crate::world::{APP, NOW, builder, days_ago, having, known_for, meeting, text};

fn one(fill: impl Fn(&mut RosterBuilder)) -> Roster {
    let mut builder = builder();
    builder.user(licensed("ann"));
    fill(&mut builder);
    builder.build()
}

#[test]
fn never_there_is_never_used_and_long_gone_is_dormant() {
    assert_eq!(found(&one(|_| {})), ["never_used licensed ann open"]);
    let roster = one(|b| signs_in(b, "ann", 70));
    assert_eq!(found(&roster), ["dormant licensed ann open"]);
    let roster = one(|b| signs_in(b, "ann", 50));
    assert_eq!(found(&roster), ["attendee_only licensed ann open"]);
}

#[test]
fn hosting_without_a_need_is_over_licensed() {
    let roster = one(|b| hosts(b, "ann", meeting(5, 38)));
    assert_eq!(found(&roster), ["over_licensed licensed ann open"]);
    for (what, event) in [
        ("long", meeting(5, 41)),
        (
            "large",
            HostedSummary {
                participants: Some(101),
                ..meeting(5, 10)
            },
        ),
        (
            "recorded",
            HostedSummary {
                features: 1 << 25,
                ..meeting(5, 10)
            },
        ),
        ("a webinar", webinar(5, 10)),
    ] {
        let roster = one(|b| hosts(b, "ann", event));
        assert!(found(&roster).is_empty(), "{what}: {:?}", found(&roster));
    }
    let alone = HostedSummary {
        participants: Some(1),
        ..meeting(5, 90)
    };
    let roster = one(|b| hosts(b, "ann", alone));
    assert_eq!(found(&roster), ["over_licensed licensed ann open"]);
}

#[test]
fn days_without_coverage_lead_to_unknown_and_not_to_findings() {
    for (sign_ins, hosted) in [(400, 30), (400, 0)] {
        let mut builder =
            RosterBuilder::new(&APP, NOW, known_for(sign_ins), known_for(hosted), Some(NOW));
        builder.user(licensed("ann"));
        signs_in(&mut builder, "ann", 70);
        hosts(&mut builder, "ann", meeting(5, 20));
        let roster = builder.build();
        let findings = Given::default().find(&roster);
        assert!(findings.is_empty(), "{:?}", said(&findings, &roster));
        let mut unknown = findings.unknowns();
        unknown.retain(|unknown| unknown.licence == Licence::base("licensed"));
        assert_eq!(unknown.len(), 1);
        assert_eq!(unknown[0].people, 1);
        assert!(
            unknown[0].why.contains("Hosted events"),
            "{}",
            unknown[0].why
        );
    }
    let mut builder = RosterBuilder::new(&APP, NOW, Coverage::default(), Coverage::default(), None);
    builder.user(licensed("ann"));
    assert!(found(&builder.build()).is_empty());
}

#[test]
fn a_new_licence_is_left_alone() {
    let mut builder = builder();
    builder.user(licensed("ann"));
    builder.licensed_since("ann", &Licence::base("licensed"), days_ago(20), true);
    hosts(&mut builder, "ann", meeting(5, 20));
    let roster = builder.build();
    let findings = Given::default().find(&roster);
    let finding = findings.iter(&roster).next().expect("a finding");
    assert_eq!(finding.rule, Rule::OverLicensed);
    assert_eq!(
        finding.hold_reasons,
        [HoldReason::New, HoldReason::Settling]
    );
    assert_eq!(
        said(&findings, &roster),
        ["over_licensed licensed ann on_hold"]
    );
}

#[test]
fn an_occasional_host_is_on_hold_and_one_that_stopped_is_not() {
    let now_and_then = one(|b| {
        for days in [95, 140, 170, 230, 260, 320] {
            hosts(b, "ann", meeting(days, 60));
        }
        signs_in(b, "ann", 2);
    });
    let findings = Given::default().find(&now_and_then);
    let finding = findings.iter(&now_and_then).next().expect("a finding");
    assert!(finding.hold_reasons.contains(&HoldReason::Rhythm));
    let stopped = one(|b| {
        for days in 0..56 {
            hosts(b, "ann", meeting(120 + days * 5, 60));
        }
        signs_in(b, "ann", 2);
    });
    assert_eq!(found(&stopped), ["attendee_only licensed ann open"]);
}

#[test]
fn yearly_needs_are_on_hold_as_their_time_comes() {
    for (ago, held) in [(300, true), (360, true), (200, false)] {
        let roster = one(|b| {
            for days in 0..20 {
                hosts(b, "ann", meeting(ago - days, 90));
            }
            signs_in(b, "ann", 2);
        });
        let findings = Given::default().find(&roster);
        let finding = findings.iter(&roster).next().expect("a finding");
        assert_eq!(
            finding.hold_reasons.contains(&HoldReason::Season),
            held,
            "{ago}"
        );
    }
}

#[test]
fn a_scheduled_event_puts_a_non_host_on_hold() {
    let event = |kind| UpcomingEvent {
        id: "1".to_owned(),
        host_id: "ann".to_owned(),
        kind,
        start: days_ago(-3),
    };
    let held = |kind, short: bool| {
        let roster = one(|b| {
            signs_in(b, "ann", 2);
            b.upcoming_known(Some(NOW.day().plus(30)))
                .upcoming(&event(kind));
            if short {
                hosts(b, "ann", meeting(3, 20));
            }
        });
        let findings = Given::default().find(&roster);
        findings
            .iter(&roster)
            .next()
            .expect("a finding")
            .hold_reasons
    };
    assert_eq!(held(EventKind::Meeting, false), [HoldReason::Scheduled]);
    assert_eq!(held(EventKind::Meeting, true), []);
    assert_eq!(held(EventKind::Webinar, true), [HoldReason::Scheduled]);
}

#[test]
fn lists_show_leavers_invitations_and_deactivated_users() {
    let mut builder = builder();
    builder.user(licensed("here"));
    builder.user(licensed("gone"));
    builder.user(licensed("left"));
    builder.user(having(
        licensed("off"),
        &[("user_status", text("inactive"))],
    ));
    let mut invited = having(licensed("asked"), &[("user_status", text("pending"))]);
    invited.created_at = Some(days_ago(20));
    builder.user(invited.clone());
    invited.key = "fresh".to_owned();
    invited.email = "fresh@x.example".to_owned();
    invited.created_at = Some(days_ago(10));
    builder.user(invited);
    let entry = |email: &str, left_on| ImportedPerson {
        email: email.to_owned(),
        left_on,
    };
    let everybody = ["here", "off", "asked", "fresh"];
    let mut entries: Vec<_> = everybody
        .iter()
        .map(|key| entry(&format!("{}@X.example", key.to_uppercase()), None))
        .collect();
    entries.push(entry("left@x.example", Some(NOW.day().plus(-7))));
    builder.roster_import(days_ago(3), entries);
    for (key, days) in [("here", 3), ("gone", 20), ("left", 8)] {
        hosts(&mut builder, key, meeting(days, 60));
    }
    let roster = builder.build();
    assert_eq!(
        found(&roster),
        [
            "pending_seat licensed asked open",
            "leaver licensed gone open",
            "leaver licensed left open",
            "deactivated_counted licensed off open",
        ]
    );
}

#[test]
fn deactivated_users_count_only_where_the_application_counts_them() {
    let with = |assigned: i64| {
        let mut builder = builder();
        for key in ["ann", "bob"] {
            builder.user(licensed(key));
            hosts(&mut builder, key, meeting(3, 60));
        }
        builder.user(having(
            licensed("off"),
            &[("user_status", text("inactive"))],
        ));
        builder.user(having(free("gone"), &[("user_status", text("inactive"))]));
        builder.purchased(vec![Purchased {
            licence: Licence::base("licensed"),
            bought: 10,
            assigned,
        }]);
        found(&builder.build())
    };
    assert_eq!(with(2), Vec::<String>::new());
    assert_eq!(with(3), ["deactivated_counted licensed off open"]);
    assert_eq!(
        with(4),
        [
            "deactivated_counted licensed off open",
            "deactivated_counted licensed - open"
        ]
    );
}

#[test]
fn the_lesser_of_two_accounts_of_one_person_is_the_double() {
    let account = |key: &str, email: &str| {
        let mut user = licensed(key);
        user.email = email.to_owned();
        user.display_name = "Ann Lee".to_owned();
        user
    };
    let with = |second: &str, minutes: i32| {
        let mut builder = builder();
        builder.user(account("a", "ann.lee@x.example"));
        builder.user(account("b", second));
        builder.hosted("ann.lee@x.example", meeting(3, 60));
        builder.hosted(second, meeting(3, minutes));
        found(&builder.build())
    };
    assert_eq!(
        with("ann.lee@y.example", 20),
        ["double_licence licensed b open"]
    );
    assert_eq!(with("ann.lee@y.example", 60), Vec::<String>::new());
    assert_eq!(with("lee@y.example", 20), ["over_licensed licensed b open"]);
}

#[test]
fn a_free_user_who_is_cut_off_again_and_again_is_under_licensed() {
    let with = |times: i32, gap_minutes: i64| {
        let mut builder = builder();
        builder.user(free("ann"));
        for n in 0..times {
            let cut = meeting(3 + n, 40);
            let again = HostedSummary {
                start: cut.start.plus_seconds((40 + gap_minutes) * 60),
                minutes: 15,
                ..cut
            };
            // Events of a day come in any order.
            hosts(&mut builder, "ann", again);
            hosts(&mut builder, "ann", cut);
        }
        found(&builder.build())
    };
    assert_eq!(with(3, 1), ["under_licensed licensed ann open"]);
    assert_eq!(with(2, 1), Vec::<String>::new());
    assert_eq!(with(3, 30), Vec::<String>::new());
}

#[test]
fn a_leaver_with_recent_activity_is_on_hold() {
    let with = |days: i32, settings: &str| {
        let mut builder = builder();
        builder.user(licensed("ann"));
        hosts(&mut builder, "ann", meeting(days, 60));
        let bob = ImportedPerson {
            email: "bob@x.example".to_owned(),
            left_on: None,
        };
        builder.roster_import(days_ago(1), vec![bob]);
        let roster = builder.build();
        let given = Given {
            settings: Settings::from_json(settings).unwrap(),
            ..Given::default()
        };
        let findings = given.find(&roster);
        let finding = findings.iter(&roster).next().unwrap();
        let evidence = findings.evidence(&roster, &finding);
        let texts: Vec<String> = evidence.items.into_iter().map(|item| item.text).collect();
        (
            said(&findings, &roster),
            finding.hold_reasons,
            texts.join(" "),
        )
    };
    let (found, held_by, texts) = with(4, "{}");
    assert_eq!(found, ["leaver licensed ann on_hold"]);
    assert_eq!(held_by, [HoldReason::Active]);
    assert!(
        texts.contains("Hosted a meeting on 16 November: the list of people may be incomplete."),
        "{texts}"
    );
    assert_eq!(with(15, "{}").0, ["leaver licensed ann open"]);
    let off = r#"{"guards": {"leaver_days": 0}}"#;
    assert_eq!(with(4, off).0, ["leaver licensed ann open"]);
}

#[test]
fn without_the_whole_list_never_used_needs_both_logs_since_the_licence_was_given() {
    let with = |account: i32, listed: bool| {
        let known = || known_for(50);
        let listed = listed.then_some(NOW);
        let mut builder = RosterBuilder::new(&APP, NOW, known(), known(), listed);
        builder.user(User {
            created_at: Some(days_ago(account)),
            ..licensed("ann")
        });
        found(&builder.build())
    };
    let never = ["never_used licensed ann open"];
    assert_eq!(with(730, true), never);
    assert_eq!(with(45, false), never);
    assert_eq!(with(730, false), Vec::<String>::new());
}
