//! Counts of the holders of each licence, and of those for which nothing can be concluded.

use model::{Application, Licence, RuleEffect};

use super::store::{ACCOUNT, Findings};
use super::sums::{LicenceTotal, UnknownTotal};

impl Findings {
    /// Every licence that has a holder, was bought, or is in a contract.
    #[must_use]
    pub fn licences(&self) -> Vec<LicenceTotal> {
        let mut not_needed = vec![0_i64; self.licences.len()];
        let (mut on_hold, mut pooled) = (not_needed.clone(), not_needed.clone());
        // Holders with a finding, open or not.
        let mut with_finding = not_needed.clone();
        for entry in &self.entries {
            if !entry.rule.is_unneeded() {
                continue;
            }
            let person = entry.row != ACCOUNT;
            let shared = entry.rule.effect() == RuleEffect::ShareSeats;
            let column = match (entry.state.is_active(), shared) {
                (true, true) => &mut pooled,
                (true, false) => &mut not_needed,
                (false, _) if person => &mut on_hold,
                (false, _) => continue,
            };
            let (at, seats) = (usize::from(entry.licence), i64::from(entry.seats));
            column[at] += seats;
            with_finding[at] += if person { seats } else { 0 };
        }
        let unknown_holders: Vec<&str> = self
            .licences
            .iter()
            .zip(&self.holdings)
            .filter(|(_, holding)| holding.unknown_holders > 0)
            .map(|(licence, _)| licence.family.as_str())
            .collect();
        self.licences
            .iter()
            .zip(&self.holdings)
            .enumerate()
            .filter(|(_, (_, holding))| holding.holders > 0 || holding.purchased.is_some())
            .map(|(at, (licence, holding))| {
                let unknown: i64 = holding.unknown.values().sum();
                let needed = holding.holders - with_finding[at] - unknown;
                LicenceTotal {
                    licence: licence.clone(),
                    label: licence.label(self.app),
                    holders: holding.holders,
                    holders_known: holding.unnamed == 0
                        && !unknown_holders.contains(&licence.family.as_str()),
                    needed: self.needed_known.then_some(needed),
                    not_needed: not_needed[at],
                    on_hold: on_hold[at],
                    pooled: pooled[at],
                    unknown,
                    purchased: holding.purchased,
                }
            })
            .collect()
    }

    /// The numbers of holders for which nothing, or not everything, can be concluded, with the reason; the
    /// largest number first. For an add-on without a size: licensed users for which it is unknown if they
    /// hold one.
    #[must_use]
    pub fn unknowns(&self) -> Vec<UnknownTotal> {
        let mut unknowns: Vec<UnknownTotal> = self
            .licences
            .iter()
            .zip(&self.holdings)
            .flat_map(|(licence, holding)| {
                holding.unknown.iter().map(|(why, people)| UnknownTotal {
                    licence: licence.clone(),
                    people: *people,
                    why: (*why).to_owned(),
                })
            })
            .collect();
        for (licence, holding) in self.licences.iter().zip(&self.holdings) {
            let mut add = |people: i64, why: &str| {
                unknowns.push(UnknownTotal {
                    licence: licence.clone(),
                    people,
                    why: why.to_owned(),
                });
            };
            if holding.unknown_holders > 0 {
                add(holding.unknown_holders, unread(self.app, licence));
            }
            if holding.unnamed > 0 {
                add(
                    holding.unnamed,
                    "The application counts these seats as assigned and names no holder.",
                );
            }
            if let Some((people, why)) = &holding.unsized_yet {
                add(*people, why);
            }
        }
        unknowns
            .sort_by(|a, b| (b.people, &a.licence, &a.why).cmp(&(a.people, &b.licence, &b.why)));
        unknowns
    }
}

/// Why it is unknown if users hold a licence.
fn unread(app: &Application, licence: &Licence) -> &'static str {
    let mut families = app.licences.iter();
    if families.any(|family| family.key == licence.family && family.is_base()) {
        "Whether they hold this licence or that of a suite is not known: their profiles have not been read."
    } else {
        "Whether they hold one is not known: their settings have not been read."
    }
}
