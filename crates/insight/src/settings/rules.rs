//! The numbers of the rules.

use std::collections::BTreeMap;

use model::Rule;
use serde::{Deserialize, Serialize};

/// The numbers of every rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RuleSet {
    /// The person left, according to the list of employees or the directory.
    pub leaver: Switch,
    /// The user is deactivated, and the licence still counts.
    pub deactivated_counted: Switch,
    /// The invitation is older than `days`, and holds a seat.
    pub pending_seat: Window,
    /// A person has two accounts, or a suite already includes the add-on.
    pub double_licence: Switch,
    /// The licence is older than `days`, and the user was never active.
    pub never_used: Window,
    /// No sign-in and no hosted event for `days`.
    pub dormant: Window,
    /// No hosted event for `days`.
    pub attendee_only: Window,
    /// Hosted events, but none that needed the licence for `days`.
    pub over_licensed: Window,
    /// No event of an add-on for `days`.
    pub addon_unused: AddOnWindow,
    /// The largest audience fits a smaller size of the add-on.
    pub addon_oversized: Oversize,
    /// The holders of an add-on could share fewer seats.
    pub addon_poolable: Pooling,
    /// The meetings of a free user are cut off again and again.
    pub under_licensed: CutOffs,
}

impl Default for RuleSet {
    fn default() -> Self {
        Self {
            leaver: Switch::default(),
            deactivated_counted: Switch::default(),
            pending_seat: Window::of(14),
            double_licence: Switch::default(),
            never_used: Window::of(30),
            dormant: Window::of(60),
            attendee_only: Window::of(60),
            over_licensed: Window::of(90),
            addon_unused: AddOnWindow::default(),
            addon_oversized: Oversize::default(),
            addon_poolable: Pooling::default(),
            under_licensed: CutOffs::default(),
        }
    }
}

impl RuleSet {
    /// The days of a rule's window; `None` for a rule without a window.
    #[must_use]
    pub fn days(&self, rule: Rule) -> Option<u16> {
        let mut rules = *self;
        rules.days_mut(rule).copied()
    }

    /// The same rules with another window for one of them; unchanged for a rule without a window.
    #[must_use]
    pub fn with_days(mut self, rule: Rule, days: u16) -> Self {
        if let Some(window) = self.days_mut(rule) {
            *window = days;
        }
        self
    }

    fn days_mut(&mut self, rule: Rule) -> Option<&mut u16> {
        match rule {
            Rule::PendingSeat => Some(&mut self.pending_seat.days),
            Rule::NeverUsed => Some(&mut self.never_used.days),
            Rule::Dormant => Some(&mut self.dormant.days),
            Rule::AttendeeOnly => Some(&mut self.attendee_only.days),
            Rule::OverLicensed => Some(&mut self.over_licensed.days),
            Rule::AddonUnused => Some(&mut self.addon_unused.days),
            Rule::UnderLicensed => Some(&mut self.under_licensed.days),
            Rule::Leaver
            | Rule::DeactivatedCounted
            | Rule::DoubleLicence
            | Rule::AddonOversized
            | Rule::AddonPoolable => None,
        }
    }
}

/// A rule that is on or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Switch {
    /// Whether the rule makes findings.
    pub on: bool,
}

impl Default for Switch {
    fn default() -> Self {
        Self { on: true }
    }
}

/// A rule about the last so many days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// Whether the rule makes findings.
    pub on: bool,
    /// Length of the window in days.
    pub days: u16,
}

impl Window {
    /// The rule, on, with so many days.
    #[must_use]
    pub fn of(days: u16) -> Self {
        Self { on: true, days }
    }
}

/// A rule about an add-on without an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AddOnWindow {
    /// Whether the rule makes findings.
    pub on: bool,
    /// Number of days without an event.
    pub days: u16,
    /// Days that are looked at for events that come once a year.
    pub look_back_days: u16,
}

impl Default for AddOnWindow {
    fn default() -> Self {
        Self {
            on: true,
            days: 90,
            look_back_days: 365,
        }
    }
}

/// A rule about the size of an add-on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Oversize {
    /// Whether the rule makes findings.
    pub on: bool,
    /// Days in which the largest audience is looked for.
    pub look_back_days: u16,
    /// The margin by which the smaller size must exceed the largest audience, in percent.
    pub margin_percent: u16,
}

impl Default for Oversize {
    fn default() -> Self {
        Self {
            on: true,
            look_back_days: 365,
            margin_percent: 20,
        }
    }
}

/// A rule about add-ons that people can lend each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pooling {
    /// Whether the rule makes findings.
    pub on: bool,
    /// Days in which overlapping events are counted.
    pub look_back_days: u16,
    /// Number of reserve seats in addition to the most that were in use at the same time.
    pub spare: u16,
}

impl Default for Pooling {
    fn default() -> Self {
        Self {
            on: true,
            look_back_days: 365,
            spare: 1,
        }
    }
}

/// A rule about meetings that were cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CutOffs {
    /// Whether the rule makes findings.
    pub on: bool,
    /// Days in which cut-offs are counted.
    pub days: u16,
    /// The least number of cut-offs.
    pub times: u16,
}

impl Default for CutOffs {
    fn default() -> Self {
        Self {
            on: true,
            days: 90,
            times: 3,
        }
    }
}

/// Numbers that replace those of [`RuleSet`] where they apply: by rule, then by the name of the
/// number, as `{"addon_unused": {"days": 180}}`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RulePatch(pub BTreeMap<String, BTreeMap<String, serde_json::Value>>);
