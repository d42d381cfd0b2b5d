//! The settings document: valid ones, and the errors of wrong ones.

use insight::{Settings, SettingsError};
use model::{Group, Rule};
use proptest::prelude::*;

use super::{Given, free, hosts, licensed, said, signs_in, webinar, with_webinar};
use crate::world::{builder, meeting};

/// Reads a document with at most one mistake.
fn read(json: &str) -> Result<Settings, SettingsError> {
    Settings::from_json(json).map_err(|mut errors| {
        assert_eq!(errors.0.len(), 1, "{errors:?}");
        errors.0.remove(0)
    })
}

#[test]
fn all_mistakes_are_named_at_once() {
    let errors = Settings::from_json(
        r#"{
            "rules": {"dormant": {"days": 0}, "dormand": {}},
            "guards": {"rhythm": 1},
            "per_licence": {"licensed": {"dormant": {"days": "x"}}},
            "suites": {"big": ["webinar_500", "webinar"]},
            "renewal": {"central_percent": 300, "window_days": 1}
        }"#,
    )
    .unwrap_err();
    let mut fields: Vec<_> = errors.0.iter().map(|error| error.field.as_str()).collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "guards.rhythm",
            "per_licence.licensed.dormant.days",
            "renewal.central_percent",
            "renewal.window_days",
            "rules.dormand",
            "rules.dormant.days",
            "suites.big",
        ]
    );
}

#[test]
fn fields_left_out_have_their_defaults() {
    assert_eq!(read("{}").unwrap(), Settings::default());
    let settings =
        read(r#"{"rules": {"dormant": {"days": 45}, "leaver": {"on": false}}}"#).unwrap();
    assert_eq!(settings.rules.dormant.days, 45);
    assert!(settings.rules.dormant.on);
    assert!(!settings.rules.leaver.on);
    assert_eq!(settings.rules.never_used.days, 30);
    assert_eq!(read(&settings.to_json()).unwrap(), settings);
}

/// Documents with a mistake, the field that the error names, and a part of its sentence.
const MISTAKES: [(&str, &str, &str); 17] = [
    ("[]", "settings", "list of fields"),
    ("{", "settings", "not JSON"),
    (r#"{"rule": {}}"#, "rule", "did you mean `rules`"),
    (
        r#"{"rules": {"dormand": {}}}"#,
        "rules.dormand",
        "did you mean `dormant`",
    ),
    (
        r#"{"rules": {"dormant": {"days": "60"}}}"#,
        "rules.dormant.days",
        "from 1 to 730",
    ),
    (
        r#"{"rules": {"dormant": {"days": 0}}}"#,
        "rules.dormant.days",
        "`0` is not a whole number from 1",
    ),
    (
        r#"{"rules": {"dormant": {"on": 1}}}"#,
        "rules.dormant.on",
        "`true` or `false`",
    ),
    (
        r#"{"rules": {"dormant": {"spare": 1}}}"#,
        "rules.dormant.spare",
        "is not a setting",
    ),
    (r#"{"suites": []}"#, "suites", "list of suites"),
    (
        r#"{"suites": {"big": "webinar_500"}}"#,
        "suites.big",
        "is not a list",
    ),
    (
        r#"{"suites": {"big": ["webinar"]}}"#,
        "suites.big",
        "`\"webinar\"` is not an add-on",
    ),
    (
        r#"{"per_licence": {"webinar_500": {"addon_unused": {"days": 1.5}}}}"#,
        "per_licence.webinar_500.addon_unused.days",
        "whole number",
    ),
    (
        r#"{"per_group": {"g1": {"dormant": 5}}}"#,
        "per_group.g1.dormant",
        "curly brackets",
    ),
    (r#"{"per_group": []}"#, "per_group", "groups"),
    (
        r#"{"guards": {"rhythm": "yes"}}"#,
        "guards.rhythm",
        "`true` or `false`",
    ),
    (r#"{"needs": {"audience": -1}}"#, "needs.audience", "`null`"),
    (
        r#"{"renewal": {"window_days": 1}}"#,
        "renewal.window_days",
        "7 to 365",
    ),
];

#[test]
fn a_mistake_is_named_with_a_correct_value() {
    for (json, field, says) in MISTAKES {
        let wrong = read(json).expect_err(json);
        assert_eq!(wrong.field, field, "{json}");
        assert!(wrong.message.contains(says), "{json}: {wrong}");
    }
    assert_eq!(
        read(r#"{"needs": {"audience": 300}}"#)
            .unwrap()
            .needs
            .audience,
        Some(300)
    );
    assert_eq!(
        read(r#"{"needs": {"audience": null}}"#)
            .unwrap()
            .needs
            .audience,
        None
    );
}

proptest! {
    #[test]
    fn any_document_is_read_or_refused_by_name(text in "\\PC{0,40}", days in any::<i64>()) {
        let _ = read(&text);
        let json = format!(r#"{{"ignore_new_days": {days}}}"#);
        match read(&json) {
            Ok(settings) => prop_assert_eq!(i64::from(settings.ignore_new_days), days),
            Err(wrong) => prop_assert_eq!(wrong.field.as_str(), "ignore_new_days"),
        }
    }
}

#[test]
fn licences_and_groups_can_have_rules_of_their_own() {
    let mut builder = builder();
    builder.group(Group {
        id: "g1".to_owned(),
        name: "Board".to_owned(),
        total_members: None,
    });
    for (key, groups) in [("ann", vec![]), ("bob", vec!["g1".to_owned()])] {
        let mut user = with_webinar(licensed(key), 500);
        user.groups = groups;
        builder.user(user);
        signs_in(&mut builder, key, 70);
        hosts(&mut builder, key, webinar(70, 450));
    }
    builder.user(free("cat"));
    let roster = builder.build();
    let with = |json: &str| {
        let mut given = Given {
            settings: read(json).unwrap(),
            ..Given::default()
        };
        given.settings.guards.rhythm = false;
        said(&given.find(&roster), &roster)
    };
    assert_eq!(
        with("{}"),
        ["dormant licensed ann open", "dormant licensed bob open"]
    );
    assert_eq!(
        with(
            r#"{"per_group": {"g1": {"dormant": {"on": false}, "attendee_only": {"on": false}}}}"#
        ),
        ["dormant licensed ann open"]
    );
    assert_eq!(
        with(
            r#"{"rules": {"dormant": {"days": 100}, "attendee_only": {"days": 100}},
               "per_licence": {"webinar": {"addon_unused": {"days": 20}},
                               "webinar_500": {"addon_unused": {"days": 60}}},
               "per_group": {"g1": {"addon_unused": {"days": 80}}}}"#
        ),
        ["addon_unused webinar_500 ann open"]
    );
}

#[test]
fn the_kinds_of_needs_are_a_setting() {
    let given = |json: &str| Given {
        settings: read(json).unwrap(),
        ..Given::default()
    };
    let rules = |given: &Given| {
        let mut builder = builder();
        builder.need_settings(&given.settings.needs);
        builder.user(licensed("ann"));
        hosts(&mut builder, "ann", meeting(3, 45));
        let roster = builder.build();
        let findings = given.find(&roster);
        let rules: Vec<Rule> = findings.iter(&roster).map(|finding| finding.rule).collect();
        rules
    };
    assert_eq!(rules(&given("{}")), []);
    assert_eq!(
        rules(&given(r#"{"needs": {"minutes": 60}}"#)),
        [Rule::OverLicensed]
    );
    assert_eq!(
        rules(&given(r#"{"needs": {"minutes": 60, "audience": 4}}"#)),
        []
    );
}
