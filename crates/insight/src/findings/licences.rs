//! How each licence is used, and of whose licences nothing can be concluded.

use model::{FindingState, Rule};

use super::store::Findings;
use super::{LicenceTotal, UnknownTotal};

impl Findings {
    /// Every licence that somebody holds, was bought, or is in a contract.
    #[must_use]
    pub fn licences(&self) -> Vec<LicenceTotal> {
        let mut not_needed = vec![0_i64; self.licences.len()];
        for entry in &self.entries {
            let spare = !matches!(entry.rule, Rule::UnderLicensed | Rule::AddonOversized);
            let open = !matches!(entry.state, FindingState::Held | FindingState::Exempt);
            if spare && open {
                not_needed[usize::from(entry.licence)] += i64::from(entry.seats);
            }
        }
        self.licences
            .iter()
            .zip(&self.holdings)
            .zip(not_needed)
            .filter(|((_, holding), _)| holding.holders > 0 || holding.purchased.is_some())
            .map(|((licence, holding), not_needed)| LicenceTotal {
                licence: licence.clone(),
                holders: holding.holders,
                needed: holding.needed_known.then_some(holding.needed),
                not_needed,
                unknown: holding.unknown.values().sum(),
                purchased: holding.purchased,
            })
            .collect()
    }

    /// Holders of licences of whom nothing, or not everything, can be concluded, with the reason; most
    /// people first. Of an add-on without a size: licensed people of whom it isn't known whether they
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
            if holding.untold > 0 {
                add(
                    holding.untold,
                    "Whether they hold one is not known: their settings have not been read.",
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
