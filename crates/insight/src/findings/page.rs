//! The findings that match a query, in order and page by page.

use std::cmp::Ordering;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::{FindingState, Rule};

use super::query::FindingQuery;
use super::sort::FindingSort;
use super::store::{ACCOUNT, Entry, Findings};
use super::types::Finding;
use crate::bits::Bits;
use crate::query::QueryError;
use crate::roster::Roster;

#[derive(Debug, Clone, PartialEq)]
pub struct FindingPage {
    pub items: Vec<Finding>,
    /// The value of `after` for the next page; `None` on the last page.
    pub next: Option<String>,
    pub total: usize,
}

/// A filter on findings, in addition to the filters on users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Rule,
    Plan,
    State,
    Amount,
    Assignee,
}

impl Findings {
    /// The page of findings after the one with the cursor `after`, which is the `next` of an earlier page.
    /// The query's own cursor is ignored.
    ///
    /// # Errors
    ///
    /// When `after` is not a cursor, or its finding no longer exists.
    pub fn page(
        &self,
        roster: &Roster,
        query: &FindingQuery,
        after: Option<&str>,
        limit: usize,
    ) -> Result<FindingPage, QueryError> {
        let mut found = self.matching(roster, query);
        let total = found.len();
        let wrong = || QueryError {
            field: "cursor".to_owned(),
            message:
                "is not a cursor of an earlier answer: use `next_cursor` unchanged, or leave it \
                      out to begin at the first finding"
                    .to_owned(),
        };
        let compare = |a: &u32, b: &u32| {
            self.order(
                roster,
                query.sort,
                &self.entries[*a as usize],
                &self.entries[*b as usize],
            )
        };
        if let Some(after) = after {
            let bytes = URL_SAFE_NO_PAD.decode(after).map_err(|_| wrong())?;
            let id = String::from_utf8(bytes).map_err(|_| wrong())?;
            let at = self.position(roster, &id).ok_or_else(|| QueryError {
                field: "cursor".to_owned(),
                message:
                    "names a finding that is no longer true: leave it out to begin at the first \
                          finding"
                        .to_owned(),
            })?;
            let last = &self.entries[at];
            found.retain(|other| {
                self.order(roster, query.sort, &self.entries[*other as usize], last)
                    == Ordering::Greater
            });
        }
        let more = found.len() > limit;
        if more && limit > 0 {
            found.select_nth_unstable_by(limit - 1, compare);
        }
        found.truncate(limit);
        found.sort_unstable_by(compare);
        let items: Vec<Finding> = found
            .iter()
            .map(|at| self.whole(roster, &self.entries[*at as usize]))
            .collect();
        let next = items
            .last()
            .filter(|_| more)
            .map(|last| URL_SAFE_NO_PAD.encode(&last.id));
        Ok(FindingPage { items, next, total })
    }

    /// Every finding that matches the query, in order.
    #[must_use]
    pub fn all(&self, roster: &Roster, query: &FindingQuery) -> Vec<Finding> {
        let mut found = self.matching(roster, query);
        found.sort_unstable_by(|a, b| {
            self.order(
                roster,
                query.sort,
                &self.entries[*a as usize],
                &self.entries[*b as usize],
            )
        });
        found
            .iter()
            .map(|at| self.whole(roster, &self.entries[*at as usize]))
            .collect()
    }

    /// Positions of the entries that match the query.
    pub(super) fn matching(&self, roster: &Roster, query: &FindingQuery) -> Vec<u32> {
        let rows = rows(roster, query);
        (0_u32..)
            .zip(&self.entries)
            .filter(|(_, entry)| self.accepts(query, rows.as_ref(), entry, None))
            .map(|(at, _)| at)
            .collect()
    }

    /// Whether an entry matches a query, with one of its filters left out.
    pub(super) fn accepts(
        &self,
        query: &FindingQuery,
        rows: Option<&Bits>,
        entry: &Entry,
        without: Option<Part>,
    ) -> bool {
        let of = |part: Part| without != Some(part);
        let any = |is_empty: bool, has: bool| is_empty || has;
        let licence = &self.licences[usize::from(entry.licence)];
        rows.is_none_or(|rows| entry.row != ACCOUNT && rows.contains(entry.row as usize))
            && (!of(Part::Rule) || any(query.rules.is_empty(), query.rules.contains(&entry.rule)))
            && (!of(Part::Plan) || any(query.licences.is_empty(), query.licences.contains(licence)))
            && (!of(Part::State) || accepts_state(&query.states, entry.state))
            && (!of(Part::Amount)
                || query
                    .amount_min
                    .is_none_or(|least| self.at_least(entry, least)))
            && (!of(Part::Assignee)
                || query
                    .assignee
                    .as_ref()
                    .is_none_or(|wanted| *wanted == self.assignees[usize::from(entry.assignee)]))
    }

    /// Whether an entry saves at least so many whole units of its currency in a year. A finding that costs
    /// money saves nothing.
    pub(super) fn at_least(&self, entry: &Entry, least: i64) -> bool {
        !entry.rule.costs()
            && self.amount(entry).is_some_and(|amount| {
                let unit = 10_i64.pow(amount.currency.decimals());
                amount.minor >= least.saturating_mul(unit)
            })
    }

    fn order(&self, roster: &Roster, sort: FindingSort, a: &Entry, b: &Entry) -> Ordering {
        let amount = |entry: &Entry| {
            self.amount(entry)
                .map(|money| (money.currency, money.minor))
        };
        // Findings without a price come last in both directions.
        let by_amount = |descending: bool| match (amount(a), amount(b)) {
            (Some(one), Some(other)) => one.0.cmp(&other.0).then_with(|| {
                let order = one.1.cmp(&other.1);
                if descending { order.reverse() } else { order }
            }),
            (one, other) => other.is_some().cmp(&one.is_some()),
        };
        let name = |entry: &Entry| match entry.row {
            ACCOUNT => &[][..],
            row => roster.text.get(row as usize),
        };
        let first = match sort {
            FindingSort::Saving => by_amount(true),
            FindingSort::SmallestSaving => by_amount(false),
            FindingSort::Since => a.since.cmp(&b.since),
            FindingSort::Newest => b.since.cmp(&a.since),
            FindingSort::Name => name(a).cmp(name(b)),
            FindingSort::Rule => Ordering::Equal,
        };
        first.then_with(|| {
            let key = |entry: &Entry| {
                (
                    place(entry.rule),
                    entry.licence,
                    entry.row != ACCOUNT,
                    entry.row,
                )
            };
            key(a).cmp(&key(b))
        })
    }
}

/// The users that match the query; `None` when all of them match, and the account too.
pub(super) fn rows(roster: &Roster, query: &FindingQuery) -> Option<Bits> {
    query
        .users
        .is_filtered()
        .then(|| roster.select(&query.users).rows)
}

/// Whether the states of a query include this one. Without states, a query has the findings that are neither
/// on hold nor exempt.
pub(super) fn accepts_state(states: &[FindingState], state: FindingState) -> bool {
    if states.is_empty() {
        state.is_active()
    } else {
        states.contains(&state)
    }
}

/// The position of a rule among all.
pub(crate) fn place(rule: Rule) -> usize {
    Rule::ALL
        .iter()
        .position(|other| *other == rule)
        .unwrap_or(Rule::ALL.len())
}
