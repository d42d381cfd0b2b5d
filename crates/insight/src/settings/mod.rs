//! The organisation's rules: which findings are made, from which numbers on, and what holds one back.
//! One document for everything; parts of it differ by licence and by group. `read` checks a document
//! and says what is wrong in it, `effective` says which rules hold for one person's licence.

mod effective;
mod guards;
mod read;
mod renewal;
mod rules;
mod types;

pub(crate) use effective::Effective;
pub use guards::{Guards, NeedSettings};
pub use read::SettingsError;
pub use renewal::RenewalSettings;
pub use rules::{AddOnWindow, CutOffs, Oversize, Pooling, RulePatch, RuleSet, Switch, Window};
pub use types::Settings;
