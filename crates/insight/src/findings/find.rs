//! Makes the findings.

use super::Inputs;
use super::store::Findings;
use crate::bits::Bits;
use crate::roster::Roster;

/// Concludes what can be concluded of a roster.
#[must_use]
pub fn find(roster: &Roster, inputs: &Inputs<'_>) -> Findings {
    Findings {
        today: inputs.today,
        settings: inputs.settings.clone(),
        licences: Vec::new(),
        prices: Vec::new(),
        holdings: Vec::new(),
        entries: Vec::new(),
        assignees: vec![String::new()],
        decided: rustc_hash::FxHashMap::default(),
        licensed: Bits::none(roster.len()),
        needed: Bits::none(roster.len()),
        unknown: Bits::none(roster.len()),
    }
}
