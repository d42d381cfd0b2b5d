//! `whatif`: compares other rules with the current ones.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use insight::Settings;
use insight::what_if::{ThresholdPoint, WhatIf as Comparison, thresholds, what_if};
use model::{Rule, Sums};
use server::what_if_json;

use super::table::{Table, csv_failure, csv_writer, money, pick, read_file};
use crate::cli::{Common, Format};
use crate::exit::Failure;
use crate::output::print;
use crate::system::SystemClock;

#[derive(Debug, Args)]
pub(crate) struct WhatIf {
    /// File with a settings document; `-` reads it from standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "rule")]
    pub(crate) settings: Option<PathBuf>,
    /// Rule whose threshold is changed, such as dormant.
    #[arg(long)]
    pub(crate) rule: Option<String>,
    /// New threshold of the rule, in days.
    #[arg(long, requires = "rule", conflicts_with = "thresholds", value_parser = clap::value_parser!(u16).range(1..=730))]
    pub(crate) days: Option<u16>,
    /// Several thresholds to compare, in days.
    #[arg(long, requires = "rule", value_delimiter = ',', value_parser = clap::value_parser!(u16).range(1..=730))]
    pub(crate) thresholds: Vec<u16>,
    /// Number of the integration (default: the only one).
    #[arg(long, value_name = "ID")]
    pub(crate) integration: Option<i64>,
    /// Format of the output: text, JSON or CSV.
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
}

pub(crate) async fn run(common: Common, wanted: WhatIf) -> Result<(), Failure> {
    let rule = wanted.rule.as_deref().map(rule).transpose()?;
    let store = common.existing_store(store::StoreAccess::Look).await?;
    let integration = pick(&store, wanted.integration).await?;
    let case = service::account_snapshot(
        &store,
        &common.connectors()?,
        integration.id,
        Arc::new(SystemClock),
    )
    .await
    .map_err(Failure::store)?;
    if let Some(rule) = rule.filter(|_| !wanted.thresholds.is_empty()) {
        let points = thresholds(case.roster(), &case.inputs(), rule, &wanted.thresholds);
        return print_points(&points, wanted.format);
    }
    let proposed = match (&wanted.settings, rule, wanted.days) {
        (Some(path), _, _) => read(&read_file(path)?)?,
        (None, Some(rule), Some(days)) => with_threshold(&case.settings, rule, days)?,
        (None, Some(_), None) => {
            return Err(Failure::usage("--rule needs --days or --thresholds"));
        }
        (None, None, _) => case.settings.clone(),
    };
    let found = what_if(case.roster(), &case.inputs(), &proposed);
    match wanted.format {
        Format::Json => print(&what_if_json(&found)),
        Format::Csv => {
            let mut writer = csv_writer();
            let failed = |error: csv::Error| csv_failure(&error);
            writer
                .write_record(["rule", "flagged", "saved", "replayed", "wrongly_flagged"])
                .map_err(failed)?;
            for rule in &found.by_rule {
                writer
                    .write_record([
                        rule.rule.value().to_owned(),
                        rule.flagged.to_string(),
                        plain(&rule.saved),
                        rule.replayed.to_string(),
                        rule.wrongly_flagged.to_string(),
                    ])
                    .map_err(failed)?;
            }
            writer.flush().map_err(Failure::from)
        }
        Format::Table => print(&summary(&found)),
    }
}

fn rule(word: &str) -> Result<Rule, Failure> {
    Rule::from_value(word).ok_or_else(|| {
        let known = Rule::ALL.map(Rule::value).join(", ");
        Failure::usage(format!("--rule: `{word}` is not one of {known}"))
    })
}

fn read(text: &[u8]) -> Result<Settings, Failure> {
    let text = String::from_utf8_lossy(text);
    Settings::from_json(&text).map_err(|errors| {
        let lines: Vec<String> = errors
            .0
            .iter()
            .map(|error| format!("--settings: {error}"))
            .collect();
        Failure::usage(lines.join("\n"))
    })
}

/// The current settings with another threshold of one rule.
fn with_threshold(settings: &Settings, rule: Rule, days: u16) -> Result<Settings, Failure> {
    let wrong = |error: &dyn std::fmt::Display| Failure::other(error.to_string());
    let mut document: serde_json::Value =
        serde_json::from_str(&settings.to_json()).map_err(|error| wrong(&error))?;
    document["rules"][rule.value()]["days"] = days.into();
    read(document.to_string().as_bytes())
}

fn summary(found: &Comparison) -> String {
    let mut table = Table::new(&["rule", "flagged", "saves", "flagged in the past", "wrongly"]);
    for rule in &found.by_rule {
        let [replayed, wrongly] = tested(rule.replayed, rule.wrongly_flagged);
        table.row([
            rule.rule.label().to_owned(),
            rule.flagged.to_string(),
            saves(rule.flagged, &rule.saved),
            replayed,
            wrongly,
        ]);
    }
    let replayed = found.replayed_days().map_or_else(
        || "There is too little history for a replay.".to_owned(),
        |(from, to)| {
            if found.replayed == 0 {
                return format!(
                    "Replayed from {from} to {to}: not tested, because no one would have been flagged."
                );
            }
            format!(
                "Replayed from {from} to {to}: {} of {} flagged needed the licence within 90 days.",
                found.wrongly_flagged, found.replayed
            )
        },
    );
    format!(
        "{}\n\n{} flagged, {} seats, {}. {} people unknown.\n{replayed}",
        table.text(),
        found.flagged,
        found.seats,
        money(&found.saved),
        found.unknown
    )
}

/// The numbers of flagged and of wrongly flagged people in the replay, as text. A replay that flagged
/// no one has tested nothing.
fn tested(replayed: i64, wrongly: i64) -> [String; 2] {
    if replayed == 0 {
        ["–".to_owned(), "not tested".to_owned()]
    } else {
        [replayed.to_string(), wrongly.to_string()]
    }
}

/// Sums for programs, such as `1192.00 EUR`.
fn plain(sums: &Sums) -> String {
    let each: Vec<String> = sums
        .iter()
        .map(|sum| format!("{} {}", sum.decimal(), sum.currency))
        .collect();
    each.join("; ")
}

/// The saving of `flagged` findings as text for people.
fn saves(flagged: i64, sums: &Sums) -> String {
    if flagged == 0 {
        "–".to_owned()
    } else {
        money(sums)
    }
}

fn print_points(points: &[ThresholdPoint], format: Format) -> Result<(), Failure> {
    let header = ["days", "flagged", "saves", "replayed", "wrongly_flagged"];
    let plain_sums = format == Format::Csv;
    let record = |point: &ThresholdPoint| {
        let numbers = [
            point.replayed.to_string(),
            point.wrongly_flagged.to_string(),
        ];
        let [replayed, wrongly] = if plain_sums {
            numbers
        } else {
            tested(point.replayed, point.wrongly_flagged)
        };
        vec![
            point.days.to_string(),
            point.flagged.to_string(),
            if plain_sums {
                plain(&point.saved)
            } else {
                saves(point.flagged, &point.saved)
            },
            replayed,
            wrongly,
        ]
    };
    match format {
        Format::Json => {
            let items: Vec<serde_json::Value> = points
                .iter()
                .map(|point| {
                    serde_json::json!({
                        "days": point.days,
                        "flagged": point.flagged,
                        "saved": point.saved.iter().map(|sum| serde_json::json!({
                            "amount": sum.decimal(), "currency": sum.currency.to_string(), "per": "year",
                        })).collect::<Vec<_>>(),
                        "replayed": point.replayed,
                        "wrongly_flagged": point.wrongly_flagged,
                    })
                })
                .collect();
            let total = items.len();
            print(
                &serde_json::json!({"items": items, "next_cursor": null, "total": total})
                    .to_string(),
            )
        }
        Format::Csv => {
            let mut writer = csv_writer();
            let failed = |error: csv::Error| csv_failure(&error);
            writer.write_record(header).map_err(failed)?;
            for point in points {
                writer.write_record(record(point)).map_err(failed)?;
            }
            writer.flush().map_err(Failure::from)
        }
        Format::Table => {
            let mut table = Table::new(&header);
            for point in points {
                table.row(record(point));
            }
            print(&table.text())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_that_flagged_no_one_in_the_past_is_not_tested() {
        assert_eq!(tested(0, 0), ["–", "not tested"]);
        assert_eq!(tested(33, 0), ["33", "0"]);
    }
}
