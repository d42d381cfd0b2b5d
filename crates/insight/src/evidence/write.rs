//! Evidence in words.

use super::Evidence;
use crate::findings::{Finding, Findings};
use crate::roster::Roster;

pub(crate) fn write(_: &Findings, _: &Roster, finding: &Finding) -> Evidence {
    Evidence {
        headline: finding.rule.label().to_owned(),
        items: Vec::new(),
        unknown: Vec::new(),
    }
}

pub(crate) fn headline(_: &Findings, _: &Roster, finding: &Finding) -> String {
    finding.rule.label().to_owned()
}
