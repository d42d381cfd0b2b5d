//! `/settings/rules`: the rules for unneeded licences. Shows every rule with its numbers, the
//! criteria of need, the guards that put a finding on hold, overrides for one licence or group, and
//! the history of changes. Fields are named by their path in the settings document
//! (`rules.dormant.days`). Posts to `/settings/rules` (all of them, and `reason`),
//! `/settings/rules/overrides` (`scope`, `override_rule`, `override_on`, `override_days`,
//! `override_reason`) and `/settings/rules/overrides/remove` (`scope`, `rule`).

use maud::{Markup, html};
use model::{Permission, Rule, Timestamp};

use crate::parts::fields::{check, choice};
use crate::parts::form::{Input, summary};
use crate::parts::table::{frame, head};
use crate::parts::text::{moment_with_time, number};
use crate::parts::{Errors, Shell, page};

/// Values of the form for numbers of a licence or a group, as typed.
#[derive(Debug, Clone)]
pub struct OverrideFields {
    /// The licence or group, as `licence:webinar_500` or `group:g1`.
    pub scope: String,
    /// Word of the rule.
    pub rule: String,
    /// `on` or `off`.
    pub on: String,
    pub days: String,
    pub reason: String,
}

impl Default for OverrideFields {
    fn default() -> Self {
        Self {
            scope: String::new(),
            rule: Rule::AddonUnused.value().to_owned(),
            on: "on".to_owned(),
            days: String::new(),
            reason: String::new(),
        }
    }
}

#[derive(Debug, Clone)]
pub struct RulesPage {
    pub rules: Vec<RuleRow>,
    /// Criteria of need: switches and numbers.
    pub needs: Vec<RuleSetting>,
    /// Guards that put a finding on hold.
    pub guards: Vec<RuleSetting>,
    /// Settings for the calculation of renewals.
    pub renewal: Vec<RuleSetting>,
    /// Overrides for single licences or groups.
    pub overrides: Vec<RuleOverride>,
    /// Licences and groups that can have an override: value (`licence:webinar_500`, `group:g1`) and
    /// name.
    pub scopes: Vec<(String, String)>,
    /// Changes of the rules, newest first.
    pub history: Vec<RulesChange>,
    /// Accounts to try the rules on: address of the what-if page and name.
    pub accounts: Vec<(String, String)>,
    /// Whether the defaults are in force.
    pub defaults: bool,
    /// The form for numbers of a licence or a group, as typed.
    pub typed_override: OverrideFields,
    /// Reason as typed into the form.
    pub reason: String,
    pub errors: Errors,
}

/// A rule with its numbers.
#[derive(Debug, Clone)]
pub struct RuleRow {
    pub rule: Rule,
    pub on: bool,
    /// Condition of the rule, in one sentence.
    pub text: &'static str,
    pub numbers: Vec<RuleNumber>,
}

/// A number of a rule.
#[derive(Debug, Clone)]
pub struct RuleNumber {
    /// Name of the form field.
    pub field: String,
    /// Label of the field, such as "Days".
    pub label: String,
    /// Value of the field as typed.
    pub value: String,
    /// Smallest and largest allowed value.
    pub range: (i64, i64),
    /// Default value, for display; [`EMPTY`] when there is none.
    pub default: String,
}

/// A switch, a number, or a switch with numbers.
#[derive(Debug, Clone)]
pub struct RuleSetting {
    /// Form field of the switch; empty when there is only a number.
    pub field: String,
    pub label: String,
    /// Explanation in one sentence.
    pub help: &'static str,
    pub on: bool,
    pub numbers: Vec<RuleNumber>,
}

/// An override for a licence or a group.
#[derive(Debug, Clone)]
pub struct RuleOverride {
    /// Key of the scope: `licence:webinar_500` or `group:g1`.
    pub scope: String,
    pub label: String,
    pub rule: Rule,
    /// The override in words, such as "off" or "180 days".
    pub text: String,
}

/// A saved change of the rules.
#[derive(Debug, Clone)]
pub struct RulesChange {
    /// Version of the rules that the change created.
    pub version: i64,
    pub at: Timestamp,
    pub by: String,
    pub reason: String,
}

#[must_use]
pub fn page(shell: &Shell, view: &RulesPage) -> Markup {
    let may = shell.may(Permission::ManageSettings);
    let errors = &view.errors;
    let body = html! {
        (page::plain_head("Rules", "They decide when a licence counts as not needed, for every account.", &html! {
            @if let Some((href, _)) = view.accounts.first() { a.button href=(href) { "Try changes on your history" } }
        }))
        (page::lead(&html! { @if view.defaults { "The default rules are in force" } @else { "Your own rules are in force" } }, &html! {}))
        (summary(errors))
        form.rules method="post" action="/settings/rules" {
            fieldset disabled[!may] {
                legend.hidden { "Rules" }
                section.card {
                    h2 { "The rules" }
                    p.card-lead { "Of several that fit one person’s licence, the first in this order is the finding." }
                    ul.rule-list { @for row in &view.rules { (rule(row, errors)) } }
                }
                div.halves {
                    section.card {
                        h2 { "What counts as a need" }
                        p.card-lead { "A person who hosted one of these needed the licence." }
                        (settings(&view.needs, errors))
                    }
                    section.card {
                        h2 { "What puts a finding on hold" }
                        p.card-lead { "Such a finding is shown as “on hold” and not counted as waste." }
                        (settings(&view.guards, errors))
                    }
                }
                section.card {
                    h2 { "How the recommended number of seats is calculated" }
                    p.card-lead { "The method is written down in docs/method.md of Seatwise’s source." }
                    div.setting-columns { (settings(&view.renewal, errors)) }
                }
                @if may {
                    section.card.save-rules {
                        h2 { "Save" }
                        p.card-lead { "The rules count for every account from then on." }
                        div.form-row {
                            (Input::text("reason", "Why", &view.reason).help("One sentence, for later questions.").render(errors))
                            button.primary type="submit" { "Save the rules" }
                        }
                    }
                }
            }
        }
        (overrides(view, may))
        (history(shell, view))
    };
    shell.page("Rules", &body)
}

fn rule(row: &RuleRow, errors: &Errors) -> Markup {
    let name = format!("rules.{}.on", row.rule.value());
    html! {
        li.rule {
            div.rule-name { (check(&name, row.rule.label(), row.on, row.text)) }
            div.rule-numbers { @for number in &row.numbers { (field(number, errors)) } }
        }
    }
}

fn field(number: &RuleNumber, errors: &Errors) -> Markup {
    let (least, most) = number.range;
    let help = format!("usually {}", number.default);
    let input = Input::text(&number.field, &number.label, &number.value)
        .between(least, most)
        .help(&help);
    // A number without a default may stay empty.
    let input = if number.default == EMPTY {
        input.sometimes()
    } else {
        input
    };
    input.render(errors)
}

/// Default value of a number that is optional.
pub const EMPTY: &str = "empty";

fn settings(settings: &[RuleSetting], errors: &Errors) -> Markup {
    html! {
        @for setting in settings {
            div.setting {
                @if setting.field.is_empty() { @if !setting.help.is_empty() { p.help { (setting.help) } } }
                @else { (check(&setting.field, &setting.label, setting.on, setting.help)) }
                @if !setting.numbers.is_empty() { div.rule-numbers { @for number in &setting.numbers { (field(number, errors)) } } }
            }
        }
    }
}

fn overrides(view: &RulesPage, may: bool) -> Markup {
    let heads = html! { (head("For", false)) (head("Rule", false)) (head("Instead", false)) @if may { (head("Remove", false)) } };
    let rows = html! {
        @for row in &view.overrides {
            tr {
                th scope="row" { (row.label) }
                td { (row.rule.label()) }
                td { (row.text) }
                @if may {
                    td {
                        form method="post" action="/settings/rules/overrides/remove" {
                            input type="hidden" name="scope" value=(row.scope);
                            input type="hidden" name="rule" value=(row.rule.value());
                            button.small.danger type="submit" { "Remove" span.hidden { " " (row.rule.label()) " of " (row.label) } }
                        }
                    }
                }
            }
        }
    };
    let rules: Vec<(String, String)> = Rule::ALL
        .into_iter()
        .map(|rule| (rule.value().to_owned(), rule.label().to_owned()))
        .collect();
    let typed = &view.typed_override;
    let of = |field: &str| {
        view.errors
            .of(field)
            .map(|text| Errors(vec![(field.to_owned(), text.to_owned())]))
            .unwrap_or_default()
    };
    html! {
        section.card #overrides {
            h2 { "Other numbers for a licence or a group" }
            p.card-lead { "For example a longer period for webinar licences, or a shorter one for a team. A group’s numbers take precedence over a licence’s." }
            @if view.overrides.is_empty() { p.muted { "None: the rules above apply to everybody." } } @else { (frame("Other numbers", &heads, &rows)) }
            @if may && !view.scopes.is_empty() {
                form.form-row.add-override method="post" action="/settings/rules/overrides" {
                    (choice("scope", "For", &typed.scope, &view.scopes, "", &of("scope")))
                    (choice("override_rule", "Rule", &typed.rule, &rules, "", &of("override_rule")))
                    (choice("override_on", "Is", &typed.on, &[("on".to_owned(), "on".to_owned()), ("off".to_owned(), "off".to_owned())], "", &of("override_on")))
                    (Input::text("override_days", "Days", &typed.days).kind("number", "off").optional().help("Empty: as usual.").render(&of("override_days")))
                    (Input::text("override_reason", "Why this differs", &typed.reason).render(&of("override_reason")))
                    button type="submit" { "Add" }
                }
            }
        }
    }
}

fn history(shell: &Shell, view: &RulesPage) -> Markup {
    let heads = html! { (head("Version", true)) (head("When", false)) (head("Who", false)) (head("Why", false)) };
    let rows = html! {
        @for change in &view.history {
            tr { th.num scope="row" { (number(change.version)) } td { (moment_with_time(shell.now, change.at)) } td { (change.by) } td.reason { (change.reason) } }
        }
    };
    html! {
        section.card #history {
            h2 { "Who changed the rules" }
            @if view.history.is_empty() { p.card-lead { "No changes yet." } }
            @else { p.card-lead { "Newest first." } (frame("Changes of the rules", &heads, &rows)) }
        }
    }
}
