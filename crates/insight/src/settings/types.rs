//! The settings document.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::guards::{Guards, NeedSettings};
use super::renewal::RenewalSettings;
use super::rules::{RulePatch, RuleSet};

/// The rules of an organisation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The rules that apply without changes for a licence or group.
    pub rules: RuleSet,
    /// Changes for a licence, by its key (`webinar_500`) or by that of its family (`webinar`). The former has
    /// priority.
    pub per_licence: BTreeMap<String, RulePatch>,
    /// Changes for members of a group, by the group's id. They have priority over those for licences. Of
    /// several groups, the last by id has priority.
    pub per_group: BTreeMap<String, RulePatch>,
    /// The add-ons that a suite includes, by the suite's value (`workplace_enterprise`), as licences with
    /// their sizes (`webinar_500`). They replace the application's own data.
    pub suites: BTreeMap<String, Vec<String>>,
    /// Findings about licences that are newer than this number of days are on hold.
    pub ignore_new_days: u16,
    /// Reasons for which a finding is on hold although its rule applies.
    pub guards: Guards,
    /// Which events count as needs of a licence.
    pub needs: NeedSettings,
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
