//! The rules for the licences that users hold.

use model::Licence;
use rustc_hash::FxHashMap;

use crate::roster::Roster;
use crate::settings::{Effective, RuleSet, Settings};

/// The rules of every licence, for every combination of groups with rules of their own.
#[derive(Debug)]
pub(crate) struct RuleSets {
    /// By number of the licence.
    pub(crate) all: Vec<Effective>,
    by_group: bool,
    variants: FxHashMap<(u16, u64), RuleSet>,
}

impl RuleSets {
    pub(crate) fn new(roster: &Roster, settings: &Settings, licences: &[Licence]) -> Self {
        let groups = || roster.groups.iter().map(|group| group.id.as_str());
        let all: Vec<Effective> = licences
            .iter()
            .map(|licence| Effective::of(settings, licence, groups()))
            .collect();
        Self {
            by_group: all.iter().any(Effective::by_group),
            all,
            variants: FxHashMap::default(),
        }
    }

    /// The rules for a licence of the user of a row.
    pub(crate) fn of(&mut self, roster: &Roster, row: usize, licence: u16) -> &RuleSet {
        let effective = &self.all[usize::from(licence)];
        let variant = if self.by_group {
            effective.variant(roster.groups_of(row))
        } else {
            0
        };
        if variant == 0 {
            return &effective.rules;
        }
        self.variants
            .entry((licence, variant))
            .or_insert_with(|| effective.rules_of(variant))
    }
}
