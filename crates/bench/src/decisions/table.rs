//! The table with the sums over all organisations, as text and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::measure::{HORIZON, IDLE, Measured, SOON, STRICT, Seats, Taken, rules};
use crate::cli::Sample;

#[derive(Debug)]
pub(super) struct Table {
    sample: Sample,
    measured: Vec<Measured>,
}

/// Counts of wrongly flagged and found licences of one rule.
struct RuleRow {
    name: String,
    taken: Taken,
}

/// How well a recommended number of seats fits the true need.
struct SeatRow {
    name: &'static str,
    /// Organisations in which the true need lies within the range.
    inside: usize,
    /// Organisations in which the upper end was too little.
    too_few: usize,
    /// Median width of the range, in percent of the likely number.
    width: f64,
    /// Largest width, in percent of the likely number.
    widest: f64,
    /// Median signed difference of the likely number from the need, in percent of the need.
    off: f64,
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn percent(part: u64, of: u64) -> f64 {
    100.0 * part as f64 / of.max(1) as f64
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn ratio(part: i64, of: i64) -> f64 {
    100.0 * part as f64 / of.max(1) as f64
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_unstable_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(0.0)
}

fn seat_row(name: &'static str, seats: &[Seats]) -> SeatRow {
    let widths: Vec<f64> = seats
        .iter()
        .map(|seats| ratio(seats.high - seats.low, seats.likely))
        .collect();
    SeatRow {
        name,
        inside: seats
            .iter()
            .filter(|seats| (seats.low..=seats.high).contains(&seats.need))
            .count(),
        too_few: seats.iter().filter(|seats| seats.high < seats.need).count(),
        widest: widths.iter().copied().fold(0.0, f64::max),
        width: median(widths),
        off: median(
            seats
                .iter()
                .map(|seats| ratio(seats.likely - seats.need, seats.need))
                .collect(),
        ),
    }
}

impl Table {
    pub(super) fn new(sample: Sample) -> Self {
        Self {
            sample,
            measured: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, measured: Measured) {
        self.measured.push(measured);
    }

    fn rule_rows(&self) -> Vec<RuleRow> {
        let rows = rules().into_iter().enumerate().map(|(rule, name)| {
            let mut taken = Taken::default();
            for measured in &self.measured {
                taken.add(measured.taken[rule]);
            }
            RuleRow { name, taken }
        });
        rows.collect()
    }

    fn seat_rows(&self) -> Vec<SeatRow> {
        let ours = |history: usize| -> Vec<Seats> {
            self.measured.iter().map(|m| m.seats[history]).collect()
        };
        // A single number becomes a range as wide as ours, so that both can be compared.
        let rival = self.measured.iter().map(|measured| Seats {
            low: measured.rival_seats - measured.rival_seats * 75 / 1000,
            likely: measured.rival_seats,
            high: measured.rival_seats + measured.rival_seats * 75 / 1000,
            need: measured.seats[0].need,
        });
        vec![
            seat_row("Seatwise, 12 months known", &ours(0)),
            seat_row("Seatwise, on the first day", &ours(1)),
            seat_row(
                "active last month + 10 %, ± 7.5 %",
                &rival.collect::<Vec<_>>(),
            ),
        ]
    }

    /// Numbers of people by kind of person: flagged wrongly with twelve months of history, flagged wrongly
    /// with six, and missed with twelve.
    fn details(&self) -> [BTreeMap<String, u64>; 3] {
        let mut details: [BTreeMap<String, u64>; 3] = Default::default();
        for measured in &self.measured {
            for (history, wrong) in measured.wrong.iter().enumerate() {
                for (persona, rule) in wrong {
                    *details[history]
                        .entry(format!("{persona}: {rule}"))
                        .or_insert(0) += 1;
                }
            }
            for (persona, why) in &measured.missed {
                *details[2].entry(format!("{persona}: {why}")).or_insert(0) += 1;
            }
        }
        details
    }

    /// The table as text for a terminal.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        let licensed: u64 = self.measured.iter().map(|measured| measured.licensed).sum();
        let sample = self.sample;
        // Writing to a `String` can't fail.
        let _ = writeln!(
            out,
            "{} simulated organisations of {} users, seeds from {}; {licensed} licensed people\n",
            sample.organisations, sample.users, sample.seed
        );
        let _ = writeln!(
            out,
            "{:<36}{:>9}{:>9}{:>10}{:>9}{:>10}{:>10}",
            "whose licence is taken", "flagged", "wrong", "wrong %", "waste", "found %", "strict %"
        );
        for row in self.rule_rows() {
            let taken = row.taken;
            let _ = writeln!(
                out,
                "{:<36}{:>9}{:>9}{:>10.2}{:>9}{:>10.1}{:>10.1}",
                row.name,
                taken.flagged,
                taken.wrong,
                percent(taken.wrong, taken.flagged),
                taken.unneeded,
                percent(taken.found, taken.unneeded),
                percent(taken.silent_found, taken.silent)
            );
        }
        let _ = writeln!(
            out,
            "\nwrong: the person needs the licence within {SOON} days. waste: no need in the last {IDLE} days \
             nor in the\ncoming {HORIZON}. strict: found of all without a need in the coming {STRICT} \
             days, whenever the last one was.\n\n{:<36}{:>9}{:>9}{:>10}{:>10}{:>10}",
            "seats for the coming term", "inside", "too few", "width %", "widest %", "off %"
        );
        for row in self.seat_rows() {
            let _ = writeln!(
                out,
                "{:<36}{:>9}{:>9}{:>10.1}{:>10.1}{:>10.1}",
                row.name, row.inside, row.too_few, row.width, row.widest, row.off
            );
        }
        let _ = write!(
            out,
            "\ninside: the true need lies between low and high, in so many of {} organisations. off: \
             likely against\nthe true need, median.",
            self.measured.len()
        );
        out
    }

    /// The table as JSON, with the wrong decisions by kind of person.
    pub(super) fn json(&self) -> Value {
        let rules: Vec<Value> = self
            .rule_rows()
            .into_iter()
            .map(|row| {
                let taken = row.taken;
                json!({
                    "rule": row.name,
                    "flagged": taken.flagged,
                    "wrong": taken.wrong,
                    "wrong_percent": percent(taken.wrong, taken.flagged),
                    "unneeded": taken.unneeded,
                    "found": taken.found,
                    "found_percent": percent(taken.found, taken.unneeded),
                    "silent": taken.silent,
                    "silent_found": taken.silent_found,
                })
            })
            .collect();
        let seats: Vec<Value> = self
            .seat_rows()
            .into_iter()
            .map(|row| {
                json!({
                    "rule": row.name,
                    "inside": row.inside,
                    "too_few": row.too_few,
                    "width_percent": row.width,
                    "widest_percent": row.widest,
                    "off_percent": row.off,
                })
            })
            .collect();
        let organisations: Vec<Value> = self
            .measured
            .iter()
            .map(|measured| {
                let seats = measured.seats[0];
                json!({
                    "licensed": measured.licensed,
                    "low": seats.low,
                    "likely": seats.likely,
                    "high": seats.high,
                    "need": seats.need,
                })
            })
            .collect();
        let [wrong, wrong_first_day, missed] = self.details();
        json!({
            "organisations": self.sample.organisations,
            "users": self.sample.users,
            "seed": self.sample.seed,
            "licensed": self.measured.iter().map(|measured| measured.licensed).sum::<u64>(),
            "rules": rules,
            "seats": seats,
            "wrong": wrong,
            "wrong_first_day": wrong_first_day,
            "missed": missed,
            "each": organisations,
        })
    }
}
