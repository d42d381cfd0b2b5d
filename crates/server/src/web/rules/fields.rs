//! The fields of the rules form: the settings document with labels and bounds.

use model::Rule;
use serde_json::Value;
use ui::pages::rules::{self, RuleNumber, RuleRow, RuleSetting};

use crate::form::FormBody;

/// Label, minimum and maximum of a number; the parser of the document validates it.
fn number_words(key: &str) -> (&'static str, (i64, i64)) {
    match key {
        "days" => ("Days", (1, 730)),
        "look_back_days" => ("Look back, days", (30, 800)),
        "margin_percent" => ("Margin, %", (0, 500)),
        "spare" => ("Spare seats", (0, 10_000)),
        "times" => ("Times", (1, 1000)),
        "minutes" => ("Minutes", (1, 1440)),
        "audience" => ("People", (1, 1_000_000)),
        "rhythm_chance_permille" => ("Chance, ‰", (0, 500)),
        "rhythm_prior_days" => ("Assumed silence, days", (0, 365)),
        "rhythm_needs" => ("Needs, at least", (1, 1000)),
        "rhythm_gap_percent" => ("Longest gap, %", (0, 1000)),
        "season_gap_days" => ("Between seasons, days", (14, 300)),
        "season_ahead_days" => ("Ahead, days", (0, 300)),
        "season_slip_days" => ("Earlier or later, days", (0, 60)),
        "settling_days" => ("Days", (0, 730)),
        "settling_meetings" => ("Meetings, at most", (0, 1000)),
        "leaver_days" | "ignore_new_days" => ("Days", (0, 365)),
        "window_days" => ("Days", (7, 365)),
        "central_percent" => ("Percent", (50, 99)),
        "growth_limit_percent" => ("At most, % a year", (0, 100)),
        _ => ("", (0, 65_535)),
    }
}

/// A key as words: `settling_days` as "Settling days".
pub(super) fn words(key: &str) -> String {
    crate::web::integrations::page::label(key)
}

/// A switch or number with the numbers that belong to it: key, label, help, numbers.
type Words = (
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
);

pub(super) const NEEDS: [Words; 7] = [
    (
        "",
        "",
        "A meeting with at least two people that lasts longer than this.",
        &["minutes"],
    ),
    (
        "",
        "",
        "A meeting with more people than this; empty: the limit of Basic users of the account.",
        &["audience"],
    ),
    ("cloud_recording", "A cloud recording", "", &[]),
    (
        "registration",
        "Registration",
        "Where the application reports it.",
        &[],
    ),
    ("polls", "Polls", "Where the application reports them.", &[]),
    ("webinar", "A webinar", "", &[]),
    (
        "large_meeting",
        "A large meeting",
        "More people than the base licence allows.",
        &[],
    ),
];

const GUARDS: [Words; 6] = [
    (
        "rhythm",
        "A pattern of their own",
        "While the user’s own rhythm makes another need likely.",
        &[
            "rhythm_gap_percent",
            "rhythm_needs",
            "rhythm_chance_permille",
            "rhythm_prior_days",
        ],
    ),
    (
        "season",
        "The same time last year",
        "When needs began at this time last year.",
        &["season_ahead_days", "season_gap_days", "season_slip_days"],
    ),
    (
        "scheduled",
        "A webinar or a first meeting ahead",
        "When one is scheduled that would need the licence.",
        &[],
    ),
    (
        "scheduled_meetings",
        "Any meeting ahead",
        "Whatever its length will be: careful, and finds less.",
        &[],
    ),
    (
        "settling",
        "Still settling in",
        "People without a need so far, until they have had the licence for this long.",
        &["settling_days", "settling_meetings"],
    ),
    (
        "",
        "Recently active leavers",
        "People missing in the list of employees who signed in or hosted within so many days; 0 for none.",
        &["leaver_days"],
    ),
];

pub(super) const RENEWAL: [Words; 8] = [
    (
        "",
        "",
        "How long a licence stays with a person who needed it.",
        &["window_days"],
    ),
    (
        "",
        "",
        "The share of simulated futures between low and high.",
        &["central_percent"],
    ),
    (
        "season",
        "Season",
        "The highest window of the past year counts.",
        &[],
    ),
    (
        "growth",
        "Growth",
        "A steady rise or fall continues.",
        &["growth_limit_percent"],
    ),
    (
        "starters",
        "New starters",
        "More new licences than usual mean more need.",
        &[],
    ),
    ("leavers", "People who left", "They no longer count.", &[]),
    (
        "held_back",
        "Needs expected back",
        "They count in part while less than a year is known.",
        &[],
    ),
    (
        "",
        "",
        "Seats to have to spare, added to every number.",
        &["spare"],
    ),
];

pub(super) fn at<'a>(document: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(document, |value, key| &value[key])
}

pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The values of the fields: the document, or rejected input.
pub(super) struct Fields<'a> {
    pub(super) document: &'a Value,
    pub(super) defaults: &'a Value,
    pub(super) typed: Option<&'a FormBody>,
}

impl Fields<'_> {
    fn on(&self, path: &str) -> bool {
        match self.typed {
            Some(form) => form.text(path).is_some(),
            None => at(self.document, path).as_bool().unwrap_or(false),
        }
    }

    fn number(&self, section: &str, key: &str) -> RuleNumber {
        let field = if section.is_empty() {
            key.to_owned()
        } else {
            format!("{section}.{key}")
        };
        let (label, range) = number_words(key);
        let default = text(at(self.defaults, &field));
        RuleNumber {
            label: if label.is_empty() {
                words(key)
            } else {
                label.to_owned()
            },
            value: match self.typed {
                Some(form) => form.text_or_empty(&field),
                None => text(at(self.document, &field)),
            },
            range,
            default: if default.is_empty() {
                rules::EMPTY.to_owned()
            } else {
                default
            },
            field,
        }
    }

    /// The settings of a section: those with texts here, and then all others that it has.
    pub(super) fn settings(&self, section: &str, known: &[Words]) -> Vec<RuleSetting> {
        let mut found: Vec<RuleSetting> = known
            .iter()
            .map(|(key, label, help, numbers)| {
                let field = if key.is_empty() {
                    String::new()
                } else {
                    format!("{section}.{key}")
                };
                RuleSetting {
                    on: !field.is_empty() && self.on(&field),
                    field,
                    label: (*label).to_owned(),
                    help,
                    numbers: numbers
                        .iter()
                        .map(|key| self.number(section, key))
                        .collect(),
                }
            })
            .collect();
        let named = |wanted: &str| {
            known
                .iter()
                .any(|(key, _, _, numbers)| *key == wanted || numbers.contains(&wanted))
        };
        let all = self.defaults[section].as_object().into_iter().flatten();
        for (key, usual) in all.filter(|(key, _)| !named(key)) {
            let switch = usual.is_boolean();
            let field = format!("{section}.{key}");
            found.push(RuleSetting {
                on: switch && self.on(&field),
                label: words(key),
                help: "",
                numbers: if switch {
                    Vec::new()
                } else {
                    vec![self.number(section, key)]
                },
                field: if switch { field } else { String::new() },
            });
        }
        found
    }

    /// The settings that put findings on hold; one number of them is shown beside the section.
    pub(super) fn guards(&self) -> Vec<RuleSetting> {
        let mut found = self.settings("guards", &GUARDS);
        found.push(RuleSetting {
            field: String::new(),
            label: String::new(),
            on: false,
            help: "For so many days a new licence is left alone.",
            numbers: vec![self.number("", "ignore_new_days")],
        });
        found
    }

    pub(super) fn rules(&self) -> Vec<RuleRow> {
        Rule::ALL
            .into_iter()
            .map(|rule| {
                let section = format!("rules.{}", rule.value());
                let numbers = at(self.defaults, &section);
                RuleRow {
                    rule,
                    on: self.on(&format!("{section}.on")),
                    text: rule.explanation(),
                    numbers: numbers
                        .as_object()
                        .map(|fields| {
                            fields
                                .keys()
                                .filter(|key| *key != "on")
                                .map(|key| self.number(&section, key))
                                .collect()
                        })
                        .unwrap_or_default(),
                }
            })
            .collect()
    }
}
