//! Sums over findings: in all, by rule, by department.

use model::{FieldValue, FindingState, LicenceFamily, Rule, Sums};

use super::page::{Part, place, rows};
use super::query::FindingQuery;
use super::store::{ACCOUNT, Findings};
use super::sums::{DepartmentTotal, FindingTotals, RuleTotal};
use crate::bits::Bits;
use crate::roster::Roster;

/// The metadata field with the department.
const DEPARTMENT: &str = "department";

impl Findings {
    /// The sums over the findings of a query.
    #[must_use]
    pub fn totals(&self, roster: &Roster, query: &FindingQuery) -> FindingTotals {
        let rows = rows(roster, query);
        let mut totals = FindingTotals::default();
        let mut people = Bits::none(roster.rows);
        for entry in &self.entries {
            if !self.accepts(query, rows.as_ref(), entry, None) {
                continue;
            }
            totals.findings += 1;
            if entry.row != ACCOUNT {
                people.insert(entry.row as usize);
            }
            if entry.rule.costs() {
                continue;
            }
            totals.seats += i64::from(entry.seats);
            match self.amount(entry) {
                Some(amount) => totals.saving.add(amount),
                None => totals.without_price += i64::from(entry.seats),
            }
        }
        totals.people = count(&people);
        let mut unknown = self.unknown.clone();
        if let Some(rows) = &rows {
            unknown.intersect(rows);
        }
        totals.unknown_people = count(&unknown);
        totals
    }

    /// The sums for each rule in the order of [`Rule::ALL`], also for rules without findings.
    #[must_use]
    pub fn by_rule(&self, roster: &Roster, query: &FindingQuery) -> Vec<RuleTotal> {
        let rows = rows(roster, query);
        let mut totals: Vec<RuleTotal> = Rule::ALL
            .into_iter()
            .map(|rule| RuleTotal {
                rule,
                findings: 0,
                seats: 0,
                saving: Sums::default(),
                without_price: 0,
                on_hold: 0,
            })
            .collect();
        for entry in &self.entries {
            let total = &mut totals[place(entry.rule)];
            if self.accepts(query, rows.as_ref(), entry, None) {
                total.findings += 1;
                total.seats += i64::from(entry.seats);
                match self.amount(entry) {
                    Some(amount) => total.saving.add(amount),
                    None => total.without_price += i64::from(entry.seats),
                }
            } else if entry.state == FindingState::OnHold
                && self.accepts(query, rows.as_ref(), entry, Some(Part::State))
            {
                total.on_hold += 1;
            }
        }
        totals
    }

    /// The sums for each department among the users of a query, the largest number of licences that are not
    /// needed first. Findings about the account belong to no department.
    #[must_use]
    pub fn by_department(&self, roster: &Roster, query: &FindingQuery) -> Vec<DepartmentTotal> {
        let Some(index) = roster.app().field_index(DEPARTMENT) else {
            return Vec::new();
        };
        let column = &roster.columns[index];
        let rows = rows(roster, query).unwrap_or_else(|| Bits::all(roster.rows));
        let among = |bits: &Bits| {
            let mut both = bits.clone();
            both.intersect(&rows);
            column.counts(&both)
        };
        let (users, licensed) = (among(&rows), among(&self.licensed));
        let (needed, unknown) = (among(&self.needed), among(&self.unknown));
        let mut totals: Vec<DepartmentTotal> = column
            .dictionary
            .iter()
            .map(Some)
            .chain([None])
            .enumerate()
            .map(|(code, value)| DepartmentTotal {
                department: value.map(|value| match value {
                    FieldValue::Text(text) => text.clone(),
                    _ => String::new(),
                }),
                users: i64::from(users[code]),
                licensed: i64::from(licensed[code]),
                needed: self.needed_known.then(|| i64::from(needed[code])),
                not_needed: 0,
                add_ons: 0,
                unknown: i64::from(unknown[code]),
                saving: Sums::default(),
            })
            .collect();
        let families = roster.app().licences;
        let base = |family: &str| {
            let mut known = families.iter().filter(|known| known.key == family);
            known.any(LicenceFamily::is_base)
        };
        for entry in self.entries.iter().filter(|entry| entry.row != ACCOUNT) {
            if !self.accepts(query, Some(&rows), entry, None) || entry.rule.costs() {
                continue;
            }
            let total = &mut totals[column.code(entry.row as usize) as usize];
            if base(&self.licences[usize::from(entry.licence)].family) {
                total.not_needed += 1;
            } else {
                total.add_ons += 1;
            }
            if let Some(amount) = self.amount(entry) {
                total.saving.add(amount);
            }
        }
        totals.retain(|total| total.users > 0);
        totals.sort_by(|a, b| {
            (b.not_needed, b.users)
                .cmp(&(a.not_needed, a.users))
                .then_with(|| a.department.cmp(&b.department))
        });
        totals
    }
}

fn count(bits: &Bits) -> i64 {
    i64::try_from(bits.count()).unwrap_or(i64::MAX)
}
