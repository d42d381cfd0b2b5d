//! `/i/{id}/what-if`: try other thresholds or switch rules, and see the findings, the savings and
//! the wrong downgrades that would result, replayed over the stored history. The settings tried are
//! in the address; they can be saved as the organisation's rules with a reason.

use maud::{Markup, html};
use model::{Day, Permission, Rule, Sums};

use crate::parts::chart::{Columns, columns};
use crate::parts::finding::{rule_pill, yearly};
use crate::parts::form;
use crate::parts::params::segment;
use crate::parts::table::{frame, head};
use crate::parts::text::{counted, day, number};
use crate::parts::{Errors, Shell, Subject, Tab, Tone, page};

/// Minimum number of replayed people for a meaningful share of wrong downgrades.
const ENOUGH: i64 = 30;

#[derive(Debug, Clone)]
pub struct WhatIfPage {
    pub subject: Subject,
    /// Every rule with the settings tried.
    pub rules: Vec<TriedRule>,
    /// Whether any setting differs from the rules in force.
    pub differs: bool,
    /// Outcome of the rules in force.
    pub now: RulesOutcome,
    /// Outcome of the settings tried; equal to `now` when nothing differs.
    pub tried: RulesOutcome,
    /// Outcome of each rule with the settings tried.
    pub by_rule: Vec<RuleOutcome>,
    /// First people with a wrong downgrade in the replay.
    pub wrongly: Vec<WrongDowngrade>,
    /// First and last replayed day; `None` when the history is too short.
    pub replayed: Option<(Day, Day)>,
    /// Licensed people without enough data for a conclusion.
    pub unknown: i64,
    /// The rule whose threshold is charted.
    pub charted: Rule,
    /// Findings and wrong downgrades for each threshold.
    pub thresholds: Columns,
    /// Licensed people by days since they last needed the licence.
    pub since_need: Columns,
    /// Settings tried, as form fields (name and value) for the form that saves them.
    pub pairs: Vec<(String, String)>,
    pub errors: Errors,
    /// Reason as typed into the form.
    pub reason: String,
}

/// A rule with the settings tried.
#[derive(Debug, Clone)]
pub struct TriedRule {
    pub rule: Rule,
    pub on: bool,
    /// Threshold in days; `None` for rules without one.
    pub days: Option<i64>,
    /// Whether it differs from the rule in force.
    pub differs: bool,
}

/// Outcome of a set of rules.
#[derive(Debug, Clone, Default)]
pub struct RulesOutcome {
    pub flagged: i64,
    /// Seats that the findings would free.
    pub seats: i64,
    /// Yearly saving, one sum per currency.
    pub saved: Sums,
    /// Seats without a known price.
    pub without_price: i64,
    /// Replayed people with a need for the licence soon after the flag; `None` when
    /// the history is too short.
    pub wrongly: Option<i64>,
    /// Number of people flagged in the replay.
    pub replayed: i64,
}

/// Outcome of one rule.
#[derive(Debug, Clone)]
pub struct RuleOutcome {
    pub rule: Rule,
    pub flagged: i64,
    /// Replayed people with a need for the licence soon after the flag; `None` when
    /// the history is too short.
    pub wrongly: Option<i64>,
    /// Number of people flagged in the replay.
    pub replayed: i64,
    pub saved: Sums,
}

/// A wrong downgrade: the person needed the licence soon after the flag.
#[derive(Debug, Clone)]
pub struct WrongDowngrade {
    pub key: String,
    /// Display name: the name, else the address.
    pub called: String,
    /// The rule that would have flagged the person.
    pub rule: Rule,
    /// Day of the flag in the replay.
    pub flagged_on: Day,
    /// Day of the need that followed.
    pub needed_on: Day,
}

#[must_use]
pub fn page(shell: &Shell, view: &WhatIfPage) -> Markup {
    let body = html! {
        (view.subject.head(shell, Tab::WhatIf))
        (page::lead(&html! { "The findings, savings and wrong downgrades that other rules would bring" }, &html! {}))
        (form::summary(&view.errors))
        div.what-if {
            (settings(view))
            div {
                (outcome(view))
                (page::card(&view.thresholds.title, &html! { "Each column opens this page with that threshold." }, &columns(&view.thresholds)))
                (page::card(&view.since_need.title, &html! { "The line is the threshold that is tried for “" (Rule::OverLicensed.label()) "”: everybody to its right would be flagged, unless other evidence speaks against it." }, &columns(&view.since_need)))
                (rules_table(view))
                (replay(shell, view))
                @if view.differs && shell.may(Permission::ManageSettings) { (save(view)) }
            }
        }
    };
    shell.page(&format!("What-if · {}", view.subject.name), &body)
}

fn settings(view: &WhatIfPage) -> Markup {
    let path = Tab::WhatIf.href(view.subject.id);
    html! {
        form.card.tries method="get" action=(path) aria-label="Rules to try" {
            h2 { "Rules to try" }
            p.card-lead { "Trying changes nothing. Thresholds are in days." }
            input type="hidden" name="try" value="yes";
            @for row in &view.rules {
                @let key = row.rule.value();
                div.try.differs[row.differs] {
                    label.try-rule {
                        input type="checkbox" name={ (key) ".on" } value="yes" checked[row.on];
                        span { (row.rule.label()) }
                        @if row.differs { span.pill.info { "changed" } }
                    }
                    @if let Some(days) = row.days {
                        span.try-days {
                            input type="range" min="7" max="365" step="1" value=(days) data-twin={ (key) "-days" } aria-label={ (row.rule.label()) ", days" } hidden;
                            input id={ (key) "-days" } type="number" name={ (key) ".days" } min="1" max="1000" value=(days) aria-label={ (row.rule.label()) ", days" };
                            @if let Some(error) = view.errors.of(&format!("{key}.days")) { p.field-error { (error) } }
                        }
                    }
                }
            }
            div.field {
                label for="chart" { "Charts for" }
                select id="chart" name="chart" {
                    @for row in view.rules.iter().filter(|row| row.days.is_some()) { option value=(row.rule.value()) selected[row.rule == view.charted] { (row.rule.label()) } }
                }
            }
            div.actions {
                button.primary type="submit" { "Calculate" }
                @if view.differs { a.button href=(path) { "Back to the rules in force" } }
            }
        }
    }
}

fn outcome(view: &WhatIfPage) -> Markup {
    let findings = Tab::Findings.href(view.subject.id);
    let against = |now: i64, tried: i64| {
        let note = match tried - now {
            0 => "as with the rules in force".to_owned(),
            more if more > 0 => format!("{} more than now", number(more)),
            fewer => format!("{} fewer than now", number(-fewer)),
        };
        html! { (note) }
    };
    let (now, tried) = (&view.now, &view.tried);
    let few = tried.replayed < ENOUGH;
    let replayed =
        html! { "of " (number(tried.replayed)) " replayed" @if few { ", too few to judge by" } };
    html! {
        div.kpis {
            (page::figure("Flagged", &html! { @if view.differs { (number(tried.flagged)) } @else { a href=(findings) { (number(tried.flagged)) } } }, &against(now.flagged, tried.flagged), None))
            (page::figure("Seats", &html! { (number(tried.seats)) }, &against(now.seats, tried.seats), None))
            (page::figure("Saved in a year", &html! { (yearly(&tried.saved, tried.without_price)) }, &html! { "now " (yearly(&now.saved, now.without_price)) }, None))
            (page::figure(
                "Wrongly downgraded",
                &html! { @match tried.wrongly { Some(n) => { a href="#wrongly" { (number(n)) } } None => span.unknown { "not tested" } } },
                &html! { @match (now.wrongly, tried.wrongly) { (Some(now), Some(wrong)) => { (replayed) " · " (against(now, wrong)) } (None, Some(_)) => (replayed), _ => "nothing could be replayed" } },
                tried.wrongly.filter(|n| *n > 0).map(|_| if few { Tone::Quiet } else { Tone::Bad }),
            ))
        }
    }
}

fn replay(shell: &Shell, view: &WhatIfPage) -> Markup {
    let heads = html! { (head("Person", false)) (head("Would have been flagged as", false)) (head("On", true)) (head("Needed it again on", true)) };
    let rows = html! {
        @for row in &view.wrongly {
            tr {
                th.person scope="row" { a href={ (Tab::Users.href(view.subject.id)) "/" (segment(&row.key)) } title=(row.called) { (row.called) } }
                td { (rule_pill(row.rule)) }
                td.num { (day(shell.now, row.flagged_on)) }
                td.num { (day(shell.now, row.needed_on)) }
            }
        }
    };
    let shown = i64::try_from(view.wrongly.len()).unwrap_or(i64::MAX);
    html! {
        section.card #wrongly {
            h2 { "Who would have been downgraded wrongly" }
            p.card-lead {
                @match view.replayed {
                    Some((from, to)) => { "Replayed from " (day(shell.now, from)) " to " (day(shell.now, to)) ": whoever was flagged on a day then and needed the licence within the 90 days that followed." }
                    None => "The history that is stored is too short to replay: the day of the flag, the days that it rests on and 90 days after it have to be known.",
                }
                @if view.unknown > 0 { " Of " (counted(view.unknown, "licensed person", "licensed people")) " nothing can be concluded; they are not in these numbers." }
            }
            @if view.wrongly.is_empty() && view.tried.wrongly.is_some() { p.muted { "None." } }
            @if !view.wrongly.is_empty() {
                (frame("People who would have been downgraded wrongly", &heads, &rows))
                @if let Some(all) = view.tried.wrongly.filter(|all| *all > shown) { p.table-note { "The first " (number(shown)) " of " (number(all)) "." } }
            }
        }
    }
}

fn rules_table(view: &WhatIfPage) -> Markup {
    let heads = html! { (head("Rule", false)) (head("Flagged", true)) (head("Saved in a year", true)) (head("Wrongly downgraded", true)) };
    let rows = html! {
        @for row in &view.by_rule {
            tr {
                th scope="row" { (row.rule.label()) }
                td.num { (number(row.flagged)) }
                td.num { (yearly(&row.saved, 0)) }
                td.num { @match row.wrongly { Some(wrong) => { (number(wrong)) " of " (number(row.replayed)) " replayed" } None => span.unknown { "not tested" } } }
            }
        }
    };
    html! { section.card { h2 { "By rule" } p.card-lead { "With the settings that are tried." } (frame("Outcome by rule", &heads, &rows)) } }
}

fn save(view: &WhatIfPage) -> Markup {
    let path = format!("{}/save", Tab::WhatIf.href(view.subject.id));
    html! {
        section.card.form-card {
            h2 { "Make these the organisation's rules" }
            p.card-lead { "They count for every account from now on. Who changed them, when and why stays on record." }
            form method="post" action=(path) {
                @for (name, value) in &view.pairs { input type="hidden" name=(name) value=(value); }
                (form::Input::text("reason", "Reason", &view.reason).render(&view.errors))
                div.actions { button type="submit" { "Save as the organisation's rules" } }
            }
        }
    }
}
