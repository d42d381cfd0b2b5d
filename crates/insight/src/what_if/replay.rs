//! Going back.

use model::{Rule, Sums};

use super::{ThresholdPoint, WhatIf};
use crate::findings::Inputs;
use crate::roster::Roster;
use crate::settings::Settings;

/// What proposed rules would do.
#[must_use]
pub fn what_if(_: &Roster, _: &Inputs<'_>, _: &Settings) -> WhatIf {
    WhatIf {
        flagged: 0,
        seats: 0,
        saved: Sums::default(),
        without_price: 0,
        replayed: 0,
        wrongly_flagged: 0,
        wrongly: Vec::new(),
        by_rule: Vec::new(),
        replayed_days: None,
        unknown: 0,
    }
}

/// What each threshold of a rule would do, with all other rules as they are.
#[must_use]
pub fn thresholds(_: &Roster, _: &Inputs<'_>, _: Rule, _: &[u16]) -> Vec<ThresholdPoint> {
    Vec::new()
}
