//! The settings document.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::guards::{Guards, NeedSettings};
use super::renewal::RenewalSettings;
use super::rules::{RulePatch, RuleSet};

/// What an organisation wants to be told, and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The rules for everybody.
    pub rules: RuleSet,
    /// What differs for a licence, by its key (`webinar_500`) or by that of its family (`webinar`);
    /// the former goes over the latter.
    pub per_licence: BTreeMap<String, RulePatch>,
    /// What differs for members of a group, by the group's id; goes over what the licence says. Of
    /// several groups with a say, the last by id has it.
    pub per_group: BTreeMap<String, RulePatch>,
    /// Which add-ons a suite brings along, by the suite's value (`workplace_enterprise`), as licences
    /// with their sizes (`webinar_500`); goes over what the application's own data says of it.
    pub suites: BTreeMap<String, Vec<String>>,
    /// Licences held for fewer days than this are left alone.
    pub ignore_new_days: u16,
    /// What holds a finding back although its rule fits.
    pub guards: Guards,
    /// What counts as needing a licence.
    pub needs: NeedSettings,
    /// How the number to renew with is worked out.
    pub renewal: RenewalSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rules: RuleSet::default(),
            per_licence: BTreeMap::new(),
            per_group: BTreeMap::new(),
            suites: BTreeMap::new(),
            ignore_new_days: 30,
            guards: Guards::default(),
            needs: NeedSettings::default(),
            renewal: RenewalSettings::default(),
        }
    }
}
