//! The rules by which findings are made: one table with everything about a rule that is the same for
//! every organisation. The numbers that an organisation can change are in the settings of the insight
//! crate.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::tone::Tone;

/// A reason for concluding that a licence is not needed, or that one is missing.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    ToSchema,
    strum::EnumCount,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Rule {
    /// The person left the organisation, according to the list of employees or the directory.
    Leaver,
    /// The user is deactivated, and the application still counts the licence.
    DeactivatedCounted,
    /// The invitation was sent long ago and never accepted, and it holds a seat.
    PendingSeat,
    /// Two accounts of one person, or an add-on that the holder's suite already includes.
    DoubleLicence,
    /// The user never signed in and never hosted anything.
    NeverUsed,
    /// No sign-in and no hosting for a long time.
    Dormant,
    /// The user signs in or attends meetings, and hosts nothing.
    AttendeeOnly,
    /// The user hosts, but nothing that needed the licence.
    OverLicensed,
    /// No event that the add-on is for.
    AddonUnused,
    /// The largest audience fits a smaller size of the add-on.
    AddonOversized,
    /// The holders could share fewer seats of the add-on.
    AddonPoolable,
    /// A user of the free type whose meetings are cut off again and again.
    UnderLicensed,
}

crate::word_enum!(Rule);

/// Everything about a rule that does not depend on an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleInfo {
    /// The rule of this line.
    pub rule: Rule,
    /// Name to show.
    pub label: &'static str,
    /// One sentence that explains which users or licences the rule finds.
    pub explanation: &'static str,
    /// Colour of the name.
    pub tone: Tone,
    /// The data that the rule is based on.
    pub basis: RuleBasis,
    /// The families of licences that it is about.
    pub family: RuleFamily,
    /// The change that a finding proposes.
    pub effect: RuleEffect,
}

/// The data that a rule is based on, which decides how its evidence is written and how certain it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RuleBasis {
    /// Lists: of users, of employees, of accounts.
    Lists,
    /// What the holder of a base licence hosted, and when the holder signed in.
    Use,
    /// The events that an add-on is for.
    AddOnUse,
    /// Meetings of a user of the free type that ended at its limit.
    CutOffs,
}

/// The families of licences that a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RuleFamily {
    /// The base licence.
    Base,
    /// Add-ons.
    AddOn,
    /// Both.
    Any,
}

/// The change that a finding of a rule proposes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RuleEffect {
    /// The holder gives the licence back.
    FreeSeat,
    /// The holder gets a smaller size of the add-on.
    SmallerSize,
    /// Holders share seats, so that some can be given back.
    ShareSeats,
    /// The user gets a licence. It costs money instead of saving it.
    AddSeat,
}

/// The table of rules, in the order of [`Rule::ALL`].
static TABLE: [RuleInfo; Rule::ALL.len()] = [
    RuleInfo {
        rule: Rule::Leaver,
        label: "Leaver",
        explanation: "Not on the imported list of employees, or left by it or by the \
                              directory, and still licensed.",
        tone: Tone::Bad,
        basis: RuleBasis::Lists,
        family: RuleFamily::Any,
        effect: RuleEffect::FreeSeat,
    },
    RuleInfo {
        rule: Rule::DeactivatedCounted,
        label: "Deactivated, still counted",
        explanation: "Deactivated people whose licence still counts.",
        tone: Tone::Bad,
        basis: RuleBasis::Lists,
        family: RuleFamily::Any,
        effect: RuleEffect::FreeSeat,
    },
    RuleInfo {
        rule: Rule::PendingSeat,
        label: "Pending, holds a seat",
        explanation: "Invited long ago, never accepted, and holding a seat.",
        tone: Tone::Bad,
        basis: RuleBasis::Lists,
        family: RuleFamily::Base,
        effect: RuleEffect::FreeSeat,
    },
    RuleInfo {
        rule: Rule::DoubleLicence,
        label: "Double licence",
        explanation: "Two accounts of one person, or an add-on that the suite includes.",
        tone: Tone::Warn,
        basis: RuleBasis::Lists,
        family: RuleFamily::Any,
        effect: RuleEffect::FreeSeat,
    },
    RuleInfo {
        rule: Rule::NeverUsed,
        label: "Never used",
        explanation: "Licensed, and no sign-in and nothing hosted since.",
        tone: Tone::Bad,
        basis: RuleBasis::Use,
        family: RuleFamily::Base,
        effect: RuleEffect::FreeSeat,
    },
    RuleInfo {
        rule: Rule::Dormant,
        label: "Dormant",
        explanation: "No sign-in and nothing hosted for so many days.",
        tone: Tone::Bad,
        basis: RuleBasis::Use,
        family: RuleFamily::Base,
        effect: RuleEffect::FreeSeat,
    },
    RuleInfo {
        rule: Rule::AttendeeOnly,
        label: "Attendee only",
        explanation: "Signs in or joins, and has hosted nothing for so many days.",
        tone: Tone::Warn,
        basis: RuleBasis::Use,
        family: RuleFamily::Base,
        effect: RuleEffect::FreeSeat,
    },
    RuleInfo {
        rule: Rule::OverLicensed,
        label: "Over-licensed host",
        explanation: "Hosts, but nothing in so many days needed the licence.",
        tone: Tone::Warn,
        basis: RuleBasis::Use,
        family: RuleFamily::Base,
        effect: RuleEffect::FreeSeat,
    },
    RuleInfo {
        rule: Rule::AddonUnused,
        label: "Add-on unused",
        explanation: "No webinar or large meeting in so many days; the look-back finds \
                              yearly events.",
        tone: Tone::Warn,
        basis: RuleBasis::AddOnUse,
        family: RuleFamily::AddOn,
        effect: RuleEffect::FreeSeat,
    },
    RuleInfo {
        rule: Rule::AddonOversized,
        label: "Add-on oversized",
        explanation: "The largest audience fits the next smaller size with a margin.",
        tone: Tone::Warn,
        basis: RuleBasis::AddOnUse,
        family: RuleFamily::AddOn,
        effect: RuleEffect::SmallerSize,
    },
    RuleInfo {
        rule: Rule::AddonPoolable,
        label: "Add-on poolable",
        explanation: "The holders never needed so many at once: some could be shared.",
        tone: Tone::Warn,
        basis: RuleBasis::AddOnUse,
        family: RuleFamily::AddOn,
        effect: RuleEffect::ShareSeats,
    },
    RuleInfo {
        rule: Rule::UnderLicensed,
        label: "Under-licensed",
        explanation: "A Basic user who is cut off again and again. This one costs money.",
        tone: Tone::Info,
        basis: RuleBasis::CutOffs,
        family: RuleFamily::Base,
        effect: RuleEffect::AddSeat,
    },
];

impl Rule {
    /// The rule's line in the table. Of several rules that apply to one licence of one user, the one that
    /// comes first in [`Rule::ALL`] makes the finding.
    #[must_use]
    pub fn info(self) -> &'static RuleInfo {
        // The table has a line for every rule, at the position of the rule: a test checks it.
        &TABLE[self as usize]
    }

    /// The name of the rule to show.
    #[must_use]
    pub fn label(self) -> &'static str {
        self.info().label
    }

    /// One sentence that explains which users or licences the rule finds.
    #[must_use]
    pub fn explanation(self) -> &'static str {
        self.info().explanation
    }

    /// Colour of the name.
    #[must_use]
    pub fn tone(self) -> Tone {
        self.info().tone
    }

    /// The data that the rule is based on.
    #[must_use]
    pub fn basis(self) -> RuleBasis {
        self.info().basis
    }

    /// The families of licences that the rule is about.
    #[must_use]
    pub fn family(self) -> RuleFamily {
        self.info().family
    }

    /// The change that a finding proposes.
    #[must_use]
    pub fn effect(self) -> RuleEffect {
        self.info().effect
    }

    /// Whether a finding means that a licence has to be bought or given, so that it costs money.
    #[must_use]
    pub fn costs(self) -> bool {
        matches!(self.effect(), RuleEffect::AddSeat)
    }

    /// Whether a finding says that the holder does not need the licence at all. A finding that a smaller
    /// size would be enough, or that a user needs a licence, does not say so.
    #[must_use]
    pub fn is_unneeded(self) -> bool {
        match self.effect() {
            RuleEffect::FreeSeat | RuleEffect::ShareSeats => true,
            RuleEffect::SmallerSize | RuleEffect::AddSeat => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back_and_nothing_else_is_a_rule() {
        for rule in Rule::ALL {
            assert_eq!(Rule::from_value(rule.value()), Some(rule));
            assert_eq!(serde_json::to_value(rule).unwrap(), rule.value());
        }
        assert_eq!(Rule::AddonUnused.value(), "addon_unused");
        assert_eq!(Rule::from_value("AddonUnused"), None);
        assert_eq!(Rule::from_value(""), None);
    }

    #[test]
    fn every_rule_has_a_label_of_its_own_and_a_whole_sentence() {
        for (place, rule) in Rule::ALL.into_iter().enumerate() {
            assert_eq!((rule.info().rule, rule as usize), (rule, place));
            let same = |other: &Rule| other.label() == rule.label();
            assert_eq!(Rule::ALL.iter().position(same), Some(place));
            assert!(rule.explanation().ends_with('.'), "{rule:?}");
        }
    }
}
