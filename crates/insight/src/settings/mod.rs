//! The organisation's rules: which findings are made, with which numbers, and when they are on hold. All
//! settings are one document, so that a version of it can be stored, compared and tried out. `read` checks a
//! document, and `effective` finds the rules for one person's licence.

mod effective;
mod guards;
mod read;
mod renewal;
mod rules;
mod types;

pub(crate) use effective::Effective;
pub use guards::{Guards, NeedSettings};
pub use read::{SettingsError, SettingsErrors};
pub use renewal::RenewalSettings;
pub use rules::{AddOnWindow, CutOffs, Oversize, Pooling, RulePatch, RuleSet, Switch, Window};
pub use types::Settings;
