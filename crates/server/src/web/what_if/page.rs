//! The effect of other rules: the tried settings are read from the address, evaluated beside the
//! rules in force, and can be saved as the organisation's rules.

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use insight::settings::Settings;
use insight::what_if::{self as replay, WhatIf};
use model::{Permission, Rule};
use serde_json::Value;

use crate::access::Access;
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::{FormBody, QueryString};
use crate::integration_from_path::IntegrationFromPath;
use crate::page_context::PageContext;
use crate::response::html;
use crate::response::unprocessable;
use crate::routes::Routes;
use crate::web::finding_view::person;
use crate::web::integration_status::subject;
use service::Pairs;
use service::account_snapshot::AccountSnapshot;
use service::blocking::run_blocking;
use ui::pages::what_if::{self, RuleOutcome, RulesOutcome, TriedRule, WhatIfPage, WrongDowngrade};
use ui::parts::chart::{Column, Columns};
use ui::parts::text::{counted, number};
use ui::parts::{Errors, Params, Subject, Tab};

/// The thresholds of the chart, in days.
const THRESHOLDS: [u16; 10] = [14, 30, 45, 60, 75, 90, 120, 150, 180, 365];
/// Buckets of the histogram that form one column.
const MERGED: usize = 3;
/// Users that are listed one by one.
const NAMED: usize = 50;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .page(
            Method::GET,
            "/i/{id}/what-if",
            Access::Needs(Permission::ViewData),
            show,
        )
        .page(
            Method::POST,
            "/i/{id}/what-if/save",
            Access::Needs(Permission::ManageSettings),
            save,
        )
}

/// The settings that an address or a form tries.
struct Tried {
    settings: Settings,
    charted: Rule,
    pairs: Vec<(String, String)>,
    errors: Errors,
}

async fn show(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let account = app.context.accounts.of(&from_path.integration).await?;
    let subject = subject(&app, &from_path.integration, Some(&account.snapshot)).await?;
    run_blocking(move || {
        let tried = read(&account, &pairs);
        let view = view(&account, subject, tried, String::new());
        Ok(html(what_if::page(&page_context.shell, &view)))
    })
    .await
}

async fn save(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let account = app.context.accounts.of(&from_path.integration).await?;
    let mut tried = read(&account, form.pairs());
    let reason = form.text_or_empty("reason");
    if reason.is_empty() {
        tried
            .errors
            .add("reason", "Say why the rules change: it stays on record.");
    }
    if tried.errors.is_empty() {
        let document = tried.settings.to_json();
        app.context
            .store
            .set_rule_settings(
                &document,
                &reason,
                &page_context.caller.actor(),
                app.context.clock.now(),
            )
            .await?;
        return Ok(FlashMessage::RulesSaved.redirect_to(Tab::WhatIf.href(from_path.integration.id)));
    }
    let subject = subject(&app, &from_path.integration, Some(&account.snapshot)).await?;
    run_blocking(move || {
        let view = view(&account, subject, tried, reason);
        Ok(unprocessable(what_if::page(&page_context.shell, &view)))
    })
    .await
}

/// The rules as a document, in which every rule has its switch and possibly its days.
fn document(settings: &Settings) -> Value {
    // The rules in force were read from such a document, so they can be serialised as one.
    serde_json::to_value(settings).unwrap_or_default()
}

/// Reads the tried settings. Without `try`, these are the rules in force.
fn read(account: &AccountSnapshot, pairs: &Pairs) -> Tried {
    let mut wanted = document(&account.settings);
    let mut errors = Errors::default();
    let mut kept = Vec::new();
    if pairs.text("try").is_some() {
        kept.push(("try".to_owned(), "yes".to_owned()));
        for rule in Rule::ALL {
            let key = rule.value();
            let Some(Value::Object(fields)) =
                wanted.get_mut("rules").and_then(|rules| rules.get_mut(key))
            else {
                continue;
            };
            // A checkbox that is not ticked is not sent, so a missing value means off.
            let on = pairs.text(&format!("{key}.on")) == Some("yes");
            fields.insert("on".to_owned(), Value::Bool(on));
            if on {
                kept.push((format!("{key}.on"), "yes".to_owned()));
            }
            let name = format!("{key}.days");
            let Some(text) = pairs.text(&name) else {
                continue;
            };
            match text.parse::<u16>() {
                Ok(days) if (1..=1000).contains(&days) && fields.contains_key("days") => {
                    fields.insert("days".to_owned(), Value::from(days));
                    kept.push((name, text.to_owned()));
                }
                _ => errors.add(
                    &name,
                    format!("“{text}” is not a number of days from 1 to 1,000."),
                ),
            }
        }
    }
    let settings = match Settings::from_json(&wanted.to_string()) {
        Ok(settings) => settings,
        Err(error) => {
            let field = error.field.strip_prefix("rules.").unwrap_or(&error.field);
            errors.add(field, error.message);
            account.settings.clone()
        }
    };
    let charted = pairs.text("chart").and_then(Rule::from_value);
    let charted = charted.filter(|rule| days(&document(&settings), *rule).is_some());
    let charted = charted.unwrap_or(Rule::OverLicensed);
    if charted != Rule::OverLicensed {
        kept.push(("chart".to_owned(), charted.value().to_owned()));
    }
    Tried {
        settings,
        charted,
        pairs: kept,
        errors,
    }
}

/// The threshold of a rule in days, where it has one.
fn days(document: &Value, rule: Rule) -> Option<i64> {
    document["rules"][rule.value()]["days"].as_i64()
}

fn view(account: &AccountSnapshot, subject: Subject, tried: Tried, reason: String) -> WhatIfPage {
    let (roster, inputs) = (account.roster(), account.inputs());
    let (before, after) = (document(&account.settings), document(&tried.settings));
    let differs = before != after;
    let now = replay::what_if(roster, &inputs, &account.settings);
    let result = if differs {
        replay::what_if(roster, &inputs, &tried.settings)
    } else {
        now.clone()
    };
    let params = Params::new(
        Tab::WhatIf.href(subject.id),
        if tried.pairs.iter().any(|(name, _)| name == "try") {
            tried.pairs.clone()
        } else {
            all_pairs(&after)
        },
    );
    WhatIfPage {
        rules: Rule::ALL
            .iter()
            .map(|rule| {
                let of = |document: &Value| document["rules"][rule.value()].clone();
                TriedRule {
                    rule: *rule,
                    on: of(&after)["on"].as_bool().unwrap_or(true),
                    days: days(&after, *rule),
                    differs: of(&before) != of(&after),
                }
            })
            .collect(),
        differs,
        by_rule: result
            .by_rule
            .iter()
            .filter(|rule| rule.flagged > 0 || rule.wrongly_flagged > 0)
            .map(|rule| RuleOutcome {
                rule: rule.rule,
                flagged: rule.flagged,
                wrongly: (rule.replayed > 0).then_some(rule.wrongly_flagged),
                replayed: rule.replayed,
                saved: rule.saved.clone(),
            })
            .collect(),
        wrongly: result
            .wrongly
            .iter()
            .take(NAMED)
            .map(|wrong| {
                let person = person(account, wrong.row);
                WrongDowngrade {
                    key: person.key,
                    called: person.called,
                    rule: wrong.rule,
                    flagged_on: wrong.flagged_on,
                    needed_on: wrong.needed_on,
                }
            })
            .collect(),
        replayed: result.replayed_days(),
        unknown: result.unknown,
        thresholds: thresholds(account, &tried, &params),
        since_need: since_need(account, &tried),
        now: outcome(now),
        tried: outcome(result),
        charted: tried.charted,
        pairs: tried.pairs,
        errors: tried.errors,
        reason,
        subject,
    }
}

/// The query parameters that try exactly this document.
fn all_pairs(document: &Value) -> Vec<(String, String)> {
    let mut pairs = vec![("try".to_owned(), "yes".to_owned())];
    for rule in Rule::ALL {
        let key = rule.value();
        if document["rules"][key]["on"].as_bool().unwrap_or(true) {
            pairs.push((format!("{key}.on"), "yes".to_owned()));
        }
        if let Some(days) = days(document, rule) {
            pairs.push((format!("{key}.days"), days.to_string()));
        }
    }
    pairs
}

fn outcome(result: WhatIf) -> RulesOutcome {
    RulesOutcome {
        flagged: result.flagged,
        seats: result.seats,
        saved: result.saved,
        without_price: result.without_price,
        wrongly: (result.replayed > 0).then_some(result.wrongly_flagged),
        replayed: result.replayed,
    }
}

/// The effect of each threshold of the charted rule, including the tried one.
fn thresholds(account: &AccountSnapshot, tried: &Tried, params: &Params) -> Columns {
    let rule = tried.charted;
    let tried_days = days(&document(&tried.settings), rule).unwrap_or(0);
    let tried_days = u16::try_from(tried_days).unwrap_or(u16::MAX);
    let mut all: Vec<u16> = THRESHOLDS.to_vec();
    if !all.contains(&tried_days) && tried_days > 0 {
        all.push(tried_days);
        all.sort_unstable();
    }
    let inputs = insight::findings::Inputs {
        settings: &tried.settings,
        ..account.inputs()
    };
    let points = replay::thresholds(account.roster(), &inputs, rule, &all);
    let name = format!("{}.days", rule.value());
    let at = points.iter().find(|point| point.days == tried_days);
    Columns {
        id: "thresholds",
        title: format!("{}: what each threshold would do", rule.label()),
        sentence: at.map_or_else(
            || "Nothing can be worked out for this rule.".to_owned(),
            |point| {
                format!(
                    "At {} the rule flags {} today{}; {}.",
                    counted(i64::from(tried_days), "day", "days"),
                    known(point).map_or_else(|| "an unknown number".to_owned(), number),
                    if point.unknown > 0 {
                        format!(" ({} unknown: too little is known)", number(point.unknown))
                    } else {
                        String::new()
                    },
                    if point.replayed > 0 {
                        format!(
                            "of {} flagged in the past, {} needed the licence within 90 days",
                            number(point.replayed),
                            number(point.wrongly_flagged)
                        )
                    } else {
                        "it was not tested, because no user could be replayed".to_owned()
                    }
                )
            },
        ),
        class: "Threshold in days",
        names: vec!["flagged today", "flagged wrongly in the past"],
        columns: points
            .iter()
            .map(|point| Column {
                label: point.days.to_string(),
                values: vec![
                    known(point),
                    (point.replayed > 0).then_some(point.wrongly_flagged),
                ],
                href: Some(params.set(&name, &point.days.to_string()).href()),
                chosen: point.days == tried_days,
                unknown: false,
            })
            .collect(),
        divide: None,
    }
}

/// The number of users that a threshold flags today; `None` where it is 0 only because too little
/// is known.
fn known(point: &replay::ThresholdPoint) -> Option<i64> {
    (point.flagged > 0 || point.unknown == 0).then_some(point.flagged)
}

/// Licensed users by days since the last need, with the threshold of the rule about needs.
fn since_need(account: &AccountSnapshot, tried: &Tried) -> Columns {
    let histogram = replay::days_since_need(account.roster(), &tried.settings);
    let threshold = tried.settings.rules.over_licensed.days;
    let people = |people: u32| Some(i64::from(people));
    let mut columns: Vec<Column> = histogram
        .buckets
        .chunks(MERGED)
        .filter_map(|part| {
            let (first, last) = (part.first()?, part.last()?);
            Some(Column {
                label: format!("{}–{}", first.from_days, last.to_days),
                values: vec![people(part.iter().map(|bucket| bucket.people).sum())],
                href: None,
                chosen: false,
                unknown: false,
            })
        })
        .collect();
    // The position of the threshold from the left in columns, each of which has a fixed number of
    // days.
    let width = histogram.buckets.chunks(MERGED).next().map_or(1, |part| {
        let days = part.iter().map(|bucket| bucket.to_days - bucket.from_days);
        days.map(|days| usize::from(days) + 1).sum::<usize>().max(1)
    });
    let at = usize::from(threshold) * 100 / width;
    let inside = !columns.is_empty() && at <= columns.len() * 100;
    for (label, value, unknown) in [
        ("never", histogram.never, false),
        ("unknown", histogram.unknown, true),
    ] {
        columns.push(Column {
            label: label.to_owned(),
            values: vec![people(value)],
            href: None,
            chosen: false,
            unknown,
        });
    }
    let longer: u32 = histogram
        .buckets
        .iter()
        .filter(|bucket| bucket.from_days >= threshold)
        .map(|bucket| bucket.people)
        .sum();
    Columns {
        id: "since-need",
        title: "Days since the last need".to_owned(),
        sentence: format!(
            "{} last needed the licence more than {} ago, {} never within the known history.",
            counted(i64::from(longer), "licensed person", "licensed people"),
            counted(i64::from(threshold), "day", "days"),
            number(i64::from(histogram.never))
        ),
        class: "Days since the last need",
        names: vec!["people"],
        divide: inside.then(|| (at, format!("{threshold} days"))),
        columns,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_in_force_can_be_tried_unchanged() {
        let settings = Settings::default();
        let pairs = all_pairs(&document(&settings));
        assert_eq!(pairs.len(), 1 + 12 + 7);
    }
}
