//! The rules about add-ons.

use insight::roster::Purchased;
use insight::{RosterBuilder, Settings};
use model::{FieldValue, HostedSummary, Licence};

use super::{Given, found, free, hosts, licensed, said, webinar, with_webinar};
use crate::world::{APP, NOW, builder, having, known_for, meeting, text};

#[test]
fn an_add_on_that_the_suite_includes_is_double() {
    let with = |suite: Option<&str>, size: i64, settings: &str| {
        let mut user = with_webinar(licensed("ann"), size);
        if let Some(suite) = suite {
            user = having(user, &[("suite", text(suite))]);
        }
        let mut builder = builder();
        builder.user(user);
        hosts(&mut builder, "ann", meeting(3, 60));
        hosts(&mut builder, "ann", webinar(10, 450));
        let roster = builder.build();
        let given = Given {
            settings: Settings::from_json(settings).unwrap(),
            ..Given::default()
        };
        said(&given.find(&roster), &roster)
    };
    let nothing = Vec::<String>::new();
    let double = ["double_licence webinar_500 ann open"];
    assert_eq!(with(Some("big"), 500, "{}"), double);
    // On no suite, on one that carries nothing, on one that is new, on one that carries less.
    assert_eq!(with(None, 500, "{}"), nothing);
    assert_eq!(with(Some("small"), 500, "{}"), nothing);
    assert_eq!(with(Some("huge"), 500, "{}"), nothing);
    assert_eq!(with(Some("big"), 1000, "{}"), nothing);
    // The organisation's rules have priority over the application's data.
    let says = |suite: &str, carried: &str| format!(r#"{{"suites": {{"{suite}": [{carried}]}}}}"#);
    assert_eq!(with(Some("big"), 500, &says("big", "")), nothing);
    let larger = says("small", r#""large_meeting_500", "webinar_1000""#);
    assert_eq!(with(Some("small"), 500, &larger), double);
    let other = says("small", r#""large_meeting_500""#);
    assert_eq!(with(Some("small"), 500, &other), nothing);
    let off = r#"{"rules": {"double_licence": {"on": false}}}"#;
    assert_eq!(with(Some("big"), 500, off), nothing);
}

#[test]
fn an_add_on_of_a_suite_has_its_unknown_facts() {
    let mut builder = builder();
    let user = with_webinar(licensed("ann"), 500);
    builder.user(having(user, &[("suite", text("big"))]));
    hosts(&mut builder, "ann", meeting(3, 60));
    let roster = builder.build();
    let findings = Given::default().find(&roster);
    let finding = findings.iter(&roster).next().unwrap();
    let evidence = findings.evidence(&roster, &finding);
    assert_eq!(
        evidence.headline,
        "Big Suite already includes Webinar 500; Webinar 500 beside it seems to be one too many."
    );
    assert_eq!(evidence.items[0].text, "Is on Big Suite.");
    assert!(evidence.unknown[0].why.contains("as of 2026-11-20"));
    assert!(evidence.unknown[1].why.contains("switch off"));
}

#[test]
fn an_add_on_is_unused_oversized_or_right() {
    let with = |events: &[HostedSummary]| {
        let mut builder = builder();
        builder.user(with_webinar(licensed("ann"), 1000));
        hosts(&mut builder, "ann", meeting(3, 60));
        for event in events {
            hosts(&mut builder, "ann", *event);
        }
        found(&builder.build())
    };
    assert_eq!(with(&[]), ["addon_unused webinar_1000 ann open"]);
    assert_eq!(
        with(&[webinar(10, 300)]),
        ["addon_oversized webinar_1000 ann open"]
    );
    assert_eq!(with(&[webinar(10, 450)]), Vec::<String>::new());
    assert_eq!(
        with(&[webinar(370, 450)]),
        ["addon_unused webinar_1000 ann open"]
    );
    assert_eq!(
        with(&[webinar(300, 450)]),
        ["addon_unused webinar_1000 ann on_hold"]
    );
}

#[test]
fn holders_who_never_overlap_can_share() {
    let mut builder = builder();
    for n in 0..5_i32 {
        let key = format!("p{n}");
        builder.user(with_webinar(licensed(&key), 500));
        for week in 0..8 {
            hosts(&mut builder, &key, webinar(1 + n + 7 * week, 450));
        }
    }
    builder.user(with_webinar(licensed("idle"), 500));
    hosts(&mut builder, "idle", meeting(3, 60));
    let roster = builder.build();
    let findings = Given::default().find(&roster);
    assert_eq!(
        said(&findings, &roster),
        [
            "addon_unused webinar_500 idle open",
            "addon_poolable webinar_500 - open"
        ]
    );
    // Six hold one; one at a time and one to spare stay; one of the four others is unused anyway.
    let pool = findings.iter(&roster).last().expect("a finding");
    assert_eq!(pool.seats, 3);
    assert_eq!(pool.id, "addon_poolable~webinar_500~");
    assert_eq!(findings.get(&roster, &pool.id), Some(pool));
}

#[test]
fn unread_settings_prevent_findings_about_add_ons_of_the_account() {
    let with = |read: bool| {
        let mut builder = builder();
        for key in ["ann", "bob"] {
            let user = licensed(key);
            let user = if read {
                having(user, &[("webinar", FieldValue::YesNo(false))])
            } else {
                user
            };
            builder.user(user);
            hosts(&mut builder, key, meeting(3, 60));
        }
        builder.user(having(free("off"), &[("user_status", text("inactive"))]));
        builder.purchased(vec![Purchased {
            licence: Licence::sized("webinar", 500),
            bought: 5,
            assigned: 1,
        }]);
        let roster = builder.build();
        let findings = Given::default().find(&roster);
        let webinar = Licence::base("webinar");
        let unknown = findings.unknowns();
        let untold = unknown.iter().find(|unknown| unknown.licence == webinar);
        (
            said(&findings, &roster),
            untold.map_or(0, |untold| untold.people),
        )
    };
    assert_eq!(
        with(true),
        (vec!["deactivated_counted webinar_500 - open".to_owned()], 0)
    );
    assert_eq!(with(false), (Vec::new(), 2));
}

#[test]
fn half_a_year_is_enough_for_sharing_and_not_for_sizes() {
    let mut builder = RosterBuilder::new(&APP, NOW, known_for(170), known_for(170), Some(NOW));
    for n in 0..5_i32 {
        let key = format!("p{n}");
        builder.user(with_webinar(licensed(&key), 1000));
        for week in 0..8 {
            hosts(&mut builder, &key, webinar(1 + n + 7 * week, 50));
        }
    }
    let roster = builder.build();
    let findings = Given::default().find(&roster);
    assert_eq!(
        said(&findings, &roster),
        ["addon_poolable webinar_1000 - open"]
    );
    let sizes = Licence::sized("webinar", 1000);
    let unknown = findings.unknowns();
    let unknown = unknown.iter().find(|unknown| unknown.licence == sizes);
    let unknown = unknown.expect("what is not known of sizes");
    assert_eq!(unknown.people, 5);
    assert_eq!(
        unknown.why,
        "Whether a smaller size would be enough can be decided from 3 June 2027: 170 of 365 days are known."
    );
    assert_eq!(
        findings
            .licences()
            .iter()
            .map(|total| total.unknown)
            .sum::<i64>(),
        0
    );
}
