//! Findings in memory. They are packed into a few bytes each, because large accounts have many, and unpacked
//! when they are shown.

use model::{Application, Day, FindingState, Licence, Rule, RuleEffect};
use rustc_hash::FxHashMap;

use super::types::{Finding, HoldReason, Saving};
use crate::bits::Bits;
use crate::money::Prices;
use crate::roster::Roster;
use crate::settings::Settings;

/// The row of findings about the whole account.
pub(crate) const ACCOUNT: u32 = u32::MAX;
/// The number that means "no licence".
pub(crate) const NO_LICENCE: u16 = u16::MAX;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) row: u32,
    pub(crate) rule: Rule,
    pub(crate) state: FindingState,
    /// Bits by position in [`HoldReason::ALL`].
    pub(crate) hold_reasons: u8,
    pub(crate) licence: u16,
    /// The smaller licence that would be enough, for `addon_oversized`; otherwise [`NO_LICENCE`].
    pub(crate) smaller: u16,
    pub(crate) assignee: u16,
    pub(crate) since: Day,
    pub(crate) seats: u32,
    /// Number of seats of the licence that are given back before these.
    pub(crate) before: u32,
}

/// The part of a decision that the page of the finding shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decided {
    pub(crate) state: FindingState,
    pub(crate) until: Option<Day>,
    pub(crate) reason: String,
    pub(crate) owner: String,
}

/// Counts over the holders of a licence.
#[derive(Debug, Clone, Default)]
pub(crate) struct Holding {
    pub(crate) holders: i64,
    /// Number of holders for which nothing can be concluded, by reason.
    pub(crate) unknown: FxHashMap<&'static str, i64>,
    /// Number of active users for which it is unknown if they hold the licence; for an add-on counted for the
    /// licence without a size.
    pub(crate) unknown_holders: i64,
    /// Number of holders whose history is too short to know if a smaller size would be enough, with the
    /// reason.
    pub(crate) unsized_yet: Option<(i64, String)>,
    pub(crate) purchased: Option<i64>,
    /// Number of seats that the application counts as given to users, while no holder is known.
    pub(crate) unnamed: i64,
}

/// All findings of one roster on one day.
#[derive(Debug)]
pub struct Findings {
    pub(crate) app: &'static Application,
    pub(crate) today: Day,
    pub(crate) settings: Settings,
    pub(crate) licences: Vec<Licence>,
    /// By position of the licence in `licences`.
    pub(crate) prices: Vec<Option<Prices>>,
    /// By position of the licence in `licences`.
    pub(crate) holdings: Vec<Holding>,
    /// Ordered by row, rule and licence; those about the account last.
    pub(crate) entries: Vec<Entry>,
    /// E-mail addresses of members; the first is empty, for findings that are not assigned.
    pub(crate) assignees: Vec<String>,
    /// By position of the finding in `entries`.
    pub(crate) decided: FxHashMap<u32, Decided>,
    /// The users with a base licence.
    pub(crate) licensed: Bits,
    /// The licensed users without a finding, except those for which nothing can be concluded.
    pub(crate) needed: Bits,
    /// Whether hosted events are known for all days in which a need counts.
    pub(crate) needed_known: bool,
    /// The licensed users for which nothing can be concluded.
    pub(crate) unknown: Bits,
    /// Holders of add-ons for which nothing can be concluded, as row and position in `licences`, ordered by
    /// row.
    pub(crate) unknown_add_ons: Vec<(u32, u16)>,
}

impl Findings {
    /// The day for which they were made.
    #[must_use]
    pub fn today(&self) -> Day {
        self.today
    }

    /// The number of findings, including those on hold or exempt.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Every finding, including those on hold or exempt, by row, rule and licence; those about the account
    /// last.
    pub fn iter<'a>(&'a self, roster: &'a Roster) -> impl Iterator<Item = Finding> + 'a {
        self.entries.iter().map(|entry| self.whole(roster, entry))
    }

    /// The finding with this id; `None` when it is not or no longer true.
    #[must_use]
    pub fn get(&self, roster: &Roster, id: &str) -> Option<Finding> {
        self.position(roster, id)
            .map(|at| self.whole(roster, &self.entries[at]))
    }

    /// The findings about the user of a row.
    #[must_use]
    pub fn of_user(&self, roster: &Roster, row: u32) -> Vec<Finding> {
        let first = self.entries.partition_point(|entry| entry.row < row);
        self.entries[first..]
            .iter()
            .take_while(|entry| entry.row == row)
            .map(|entry| self.whole(roster, entry))
            .collect()
    }

    /// The reason, the owner and the last day of the decision about a finding.
    #[must_use]
    pub fn decision(
        &self,
        roster: &Roster,
        finding: &Finding,
    ) -> Option<(&str, &str, Option<Day>)> {
        let at = self.position(roster, &finding.id)?;
        let decided = self.decided.get(&u32::try_from(at).ok()?)?;
        Some((&decided.reason, &decided.owner, decided.until))
    }

    /// The smaller licence that would be enough, for `addon_oversized`.
    #[must_use]
    pub fn smaller(&self, roster: &Roster, finding: &Finding) -> Option<&Licence> {
        let at = self.position(roster, &finding.id)?;
        self.licences.get(usize::from(self.entries[at].smaller))
    }

    /// The position of the finding with this id.
    pub(crate) fn position(&self, roster: &Roster, id: &str) -> Option<usize> {
        let mut parts = id.splitn(3, '~');
        let rule = Rule::from_value(parts.next()?)?;
        let licence = Licence::from_key(parts.next()?);
        let row = match parts.next()? {
            "" => ACCOUNT,
            key => roster.row_of(key)?,
        };
        let licence = self.licences.iter().position(|known| *known == licence)?;
        let first = self.entries.partition_point(|entry| entry.row < row);
        let found = self.entries[first..]
            .iter()
            .take_while(|entry| entry.row == row)
            .position(|entry| entry.rule == rule && usize::from(entry.licence) == licence)?;
        Some(first + found)
    }

    /// The id of the finding of an entry.
    pub(crate) fn id(&self, roster: &Roster, entry: &Entry) -> String {
        let licence = &self.licences[usize::from(entry.licence)];
        let key = match entry.row {
            ACCOUNT => "",
            row => roster.key_of(row),
        };
        format!("{}~{licence}~{key}", entry.rule.value())
    }

    /// The unpacked finding of an entry.
    pub(crate) fn whole(&self, roster: &Roster, entry: &Entry) -> Finding {
        let user = (entry.row != ACCOUNT).then_some(entry.row);
        Finding {
            id: self.id(roster, entry),
            rule: entry.rule,
            user,
            user_id: user.map(|row| roster.key_of(row).to_owned()),
            email: user.map(|row| roster.email_of(row).to_owned()),
            licence: self.licences[usize::from(entry.licence)].clone(),
            since: entry.since,
            seats: i64::from(entry.seats),
            saving: self.saving(entry),
            reversible: true,
            state: entry.state,
            hold_reasons: HoldReason::ALL
                .into_iter()
                .enumerate()
                .filter(|(bit, _)| entry.hold_reasons >> bit & 1 == 1)
                .map(|(_, why)| why)
                .collect(),
            assignee: self.assignees[usize::from(entry.assignee)].clone(),
        }
    }

    /// The saving of an entry.
    pub(crate) fn saving(&self, entry: &Entry) -> Option<Saving> {
        let prices = self.prices[usize::from(entry.licence)].as_ref()?;
        let amount = self.amount(entry)?;
        if entry.rule.costs() {
            let price = prices.buy();
            return Some(Saving {
                amount,
                seat_free_on: self.today,
                // The evidence has the cost until the term ends; from then on it costs the whole year.
                invoice_lower_on: price.added.map(|(_, ends_on)| ends_on.plus(1)),
                price_source: price.source.clone(),
            });
        }
        let of: Vec<_> = prices
            .back(i64::from(entry.before), i64::from(entry.seats))
            .filter_map(|(price, _)| price)
            .collect();
        let sources: Vec<&str> = of.iter().map(|price| price.source.as_str()).collect();
        Some(Saving {
            amount,
            seat_free_on: self.today,
            // The saving is complete when the last of its parts is off the invoice.
            invoice_lower_on: of.iter().filter_map(|price| price.invoice_lower_on).max(),
            price_source: sources.join(" and "),
        })
    }

    /// The number of bought seats without a holder.
    pub(crate) fn free_seats(&self, licence: u16) -> i64 {
        let holding = &self.holdings[usize::from(licence)];
        let bought = holding.purchased.unwrap_or(0);
        (bought - holding.holders).max(0)
    }

    /// The amount of an entry for a year, negative when it costs money.
    pub(crate) fn amount(&self, entry: &Entry) -> Option<model::Money> {
        let prices = self.prices[usize::from(entry.licence)].as_ref()?;
        let seats = i64::from(entry.seats);
        let saved = || prices.saved(i64::from(entry.before), seats);
        match entry.smaller {
            _ if entry.rule.costs() => Some(prices.buy().yearly.times(-seats)),
            NO_LICENCE => saved(),
            smaller => {
                let smaller = self.prices[usize::from(smaller)].as_ref()?.buy().yearly;
                // A price list may ask more for a smaller size, so there may be nothing to save.
                let difference = saved()?.plus(smaller.times(-seats))?;
                (difference.minor > 0).then_some(difference)
            }
        }
    }

    /// Puts seats into the order in which they are given back: decided ones first, then open ones, those that
    /// only sharing would free, those on hold, and exempt ones; the oldest first within each group. The order
    /// matters because a contract can shrink only by so many seats.
    pub(crate) fn queue(&mut self) {
        let mut order: Vec<usize> = (0..self.entries.len())
            .filter(|at| !self.entries[*at].rule.costs())
            .collect();
        order.sort_unstable_by_key(|at| {
            let entry = &self.entries[*at];
            let class = match entry.state {
                FindingState::Accepted | FindingState::Done => 0,
                FindingState::Open | FindingState::Asked | FindingState::Kept => {
                    let shared = entry.rule.effect() == RuleEffect::ShareSeats;
                    1 + i32::from(shared)
                }
                FindingState::OnHold => 3,
                FindingState::Exempt => 4,
            };
            // Entries are in the order of row, rule and licence.
            (class, entry.since, *at)
        });
        let mut before = vec![0_u32; self.licences.len()];
        for at in order {
            let entry = &mut self.entries[at];
            let before = &mut before[usize::from(entry.licence)];
            entry.before = *before;
            *before = before.saturating_add(entry.seats);
        }
    }
}
