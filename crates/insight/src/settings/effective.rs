//! The rules for one person's licence: the general rules, with the changes for the licence and for the
//! person's groups.

use model::Licence;
use serde_json::Value;

use super::rules::{RulePatch, RuleSet};
use super::types::Settings;

/// The rules of one licence: general ones, and changes for members of groups.
#[derive(Debug, Clone)]
pub(crate) struct Effective {
    /// The rules for members of none of these groups.
    pub(crate) rules: RuleSet,
    /// The changes by position of the group in the roster, in the order in which they are applied.
    groups: Vec<(u32, RulePatch)>,
}

impl Effective {
    /// The rules of a licence; `groups` are the ids of the roster's groups by position.
    pub(crate) fn of<'a>(
        settings: &Settings,
        licence: &Licence,
        groups: impl Iterator<Item = &'a str>,
    ) -> Self {
        let mut rules = settings.rules;
        let key = licence.to_string();
        for name in [licence.family.as_str(), key.as_str()] {
            if let Some(patch) = settings.per_licence.get(name)
                && (name == key || key != licence.family)
            {
                rules = patched(&rules, patch);
            }
        }
        let mut own: Vec<(&str, u32, RulePatch)> = (0..)
            .zip(groups)
            .filter_map(|(at, id)| Some((id, at, settings.per_group.get(id)?.clone())))
            .collect();
        own.sort_by(|a, b| a.0.cmp(b.0));
        Self {
            rules,
            groups: own.into_iter().map(|(_, at, patch)| (at, patch)).collect(),
        }
    }

    /// Whether any group has rules of its own.
    pub(crate) fn by_group(&self) -> bool {
        !self.groups.is_empty()
    }

    /// Which of the groups with rules of their own a user is in, as bits. Only the first 64 groups count.
    pub(crate) fn variant(&self, memberships: &[u32]) -> u64 {
        self.groups
            .iter()
            .take(64)
            .enumerate()
            .filter(|(_, (group, _))| memberships.contains(group))
            .fold(0, |bits, (i, _)| bits | 1 << i)
    }

    /// The rules for members of these groups.
    pub(crate) fn rules_of(&self, variant: u64) -> RuleSet {
        self.groups
            .iter()
            .take(64)
            .enumerate()
            .filter(|(i, _)| variant >> i & 1 == 1)
            .fold(self.rules, |rules, (_, (_, patch))| patched(&rules, patch))
    }
}

/// The rules with some numbers replaced. A patch is checked when it is read; one that does not fit after all
/// changes nothing.
fn patched(rules: &RuleSet, patch: &RulePatch) -> RuleSet {
    let Ok(mut document) = serde_json::to_value(rules) else {
        return *rules;
    };
    for (rule, numbers) in &patch.0 {
        for (name, value) in numbers {
            if let Some(Value::Object(fields)) = document.get_mut(rule) {
                fields.insert(name.clone(), value.clone());
            }
        }
    }
    serde_json::from_value(document).unwrap_or(*rules)
}
