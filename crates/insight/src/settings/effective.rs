//! Which numbers hold for one person's licence, once what differs by licence and by group is laid
//! over the rules for everybody.

use model::Licence;
use serde_json::Value;

use super::rules::{RulePatch, RuleSet};
use super::types::Settings;

/// The rules of one licence, for everybody and for members of groups that have their own.
#[derive(Debug, Clone)]
pub(crate) struct Effective {
    /// For members of none of those groups.
    pub(crate) rules: RuleSet,
    /// By position of the group in the roster, in the order in which they are laid over.
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

    /// Which of the groups with rules of their own somebody is in, as bits; groups beyond the 64th
    /// are not told apart.
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

/// The rules with some numbers replaced. A patch was checked when it was read, so what does not fit is
/// one made by hand; it then changes nothing.
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
