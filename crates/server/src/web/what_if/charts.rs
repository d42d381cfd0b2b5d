//! The charts for choosing a threshold.

use insight::what_if as replay;
use service::account_snapshot::AccountSnapshot;
use ui::parts::Params;
use ui::parts::chart::{Column, Columns};
use ui::parts::text::{counted, number};

use super::tried::{Tried, days, document};

/// The thresholds of the chart, in days.
const THRESHOLDS: [u16; 10] = [14, 30, 45, 60, 75, 90, 120, 150, 180, 365];

/// Buckets of the histogram that form one column.
const MERGED: usize = 3;

/// The effect of each threshold of the charted rule, including the tried one.
pub(super) fn thresholds(account: &AccountSnapshot, tried: &Tried, params: &Params) -> Columns {
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
pub(super) fn since_need(account: &AccountSnapshot, tried: &Tried) -> Columns {
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
