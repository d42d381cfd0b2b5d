//! Writes the evidence of a finding. Both functions with a match on the rule are here, so that a new rule has
//! to be added in one place only.

use model::Rule;

use super::subject::{Subject, item, stream};
use super::types::{Evidence, EvidenceItem, EvidenceKind, FindingWithEvidence};
use super::{addon, base, counter, listed, unknown};
use crate::findings::Findings;
use crate::findings::types::Finding;
use crate::roster::Roster;

/// The sentences that summarise a finding, rule by rule.
fn headline(subject: &Subject<'_>) -> String {
    let row = subject.finding.user;
    match subject.finding.rule {
        Rule::Leaver => listed::leaver(subject, row),
        Rule::DeactivatedCounted => listed::deactivated(subject, row),
        Rule::PendingSeat => listed::pending(subject, row),
        Rule::DoubleLicence => listed::double(subject, row),
        Rule::NeverUsed => base::never_used(subject),
        Rule::Dormant => base::dormant(subject),
        Rule::AttendeeOnly => base::attendee_only(subject),
        Rule::OverLicensed => base::over_licensed(subject),
        Rule::AddonUnused => addon::unused(subject),
        Rule::AddonOversized => addon::oversized(subject),
        Rule::AddonPoolable => addon::poolable(subject),
        Rule::UnderLicensed => listed::under_licensed(subject),
    }
}

/// The facts and near misses of a finding, rule by rule.
fn items(subject: &Subject<'_>, out: &mut Vec<EvidenceItem>) {
    let row = subject.finding.user;
    match subject.finding.rule {
        Rule::Leaver => listed::leaver_items(subject, row, out),
        Rule::DeactivatedCounted => listed::deactivated_items(subject, out),
        Rule::PendingSeat => listed::pending_items(subject, row, out),
        Rule::DoubleLicence => listed::double_items(subject, row, out),
        Rule::NeverUsed => base::sign_in_items(subject, out),
        Rule::Dormant | Rule::AttendeeOnly | Rule::OverLicensed => base::items(subject, out),
        Rule::AddonUnused => addon::unused_items(subject, out),
        Rule::AddonOversized => addon::oversized_items(subject, out),
        Rule::AddonPoolable => addon::poolable_items(subject, out),
        Rule::UnderLicensed => listed::under_licensed_items(subject, row, out),
    }
}

impl Findings {
    /// The evidence of a finding, in words. Of a finding that is no longer true only its name is left.
    #[must_use]
    pub fn evidence(&self, roster: &Roster, finding: &Finding) -> Evidence {
        let Some(subject) = Subject::of(self, roster, finding) else {
            return Evidence {
                headline: finding.rule.label().to_owned(),
                items: Vec::new(),
                unknown: Vec::new(),
            };
        };
        let mut evidence = Vec::new();
        items(&subject, &mut evidence);
        if finding.user.is_some() && !finding.rule.costs() {
            counter::items(&subject, &mut evidence);
        }
        let entry = &subject.entry;
        let prices = self.prices[usize::from(entry.licence)].as_ref();
        let prices = prices.filter(|_| !finding.rule.costs());
        let remarks = prices.into_iter().flat_map(|prices| {
            let of = prices.back(i64::from(entry.before), i64::from(entry.seats));
            of.filter_map(|(price, _)| price?.remark.clone())
        });
        for remark in remarks {
            let today = subject.today;
            evidence.push(item(
                EvidenceKind::Fact,
                stream::CONTRACTS,
                (today, today),
                remark,
                None,
            ));
        }
        Evidence {
            headline: headline(&subject),
            items: evidence,
            unknown: unknown::items(&subject),
        }
    }

    /// A finding together with its evidence.
    #[must_use]
    pub fn with_evidence(&self, roster: &Roster, finding: Finding) -> FindingWithEvidence {
        let Evidence {
            headline,
            items,
            unknown,
        } = self.evidence(roster, &finding);
        FindingWithEvidence {
            finding,
            headline,
            evidence: items,
            unknown,
        }
    }

    /// The one or two sentences of [`Self::evidence`] that summarise the finding, made faster than
    /// the whole evidence.
    #[must_use]
    pub fn headline(&self, roster: &Roster, finding: &Finding) -> String {
        match Subject::of(self, roster, finding) {
            Some(subject) => headline(&subject),
            None => finding.rule.label().to_owned(),
        }
    }
}
