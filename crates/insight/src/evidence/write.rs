//! Puts the evidence of a finding together.

use model::Rule;

use super::subject::{Subject, item, stream};
use super::types::{Evidence, EvidenceKind, FindingWithEvidence};
use super::{addon, base, held, listed, unknown};
use crate::findings::Findings;
use crate::findings::types::Finding;
use crate::roster::Roster;

/// Which part of this module knows about a rule.
enum About {
    Use,
    AddOn,
    Lists,
}

fn about(rule: Rule) -> About {
    match rule {
        Rule::NeverUsed | Rule::Dormant | Rule::AttendeeOnly | Rule::OverLicensed => About::Use,
        Rule::AddonUnused | Rule::AddonOversized | Rule::AddonPoolable => About::AddOn,
        Rule::Leaver
        | Rule::DeactivatedCounted
        | Rule::PendingSeat
        | Rule::DoubleLicence
        | Rule::UnderLicensed => About::Lists,
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
        let mut items = Vec::new();
        match about(finding.rule) {
            About::Use => base::items(&subject, &mut items),
            About::AddOn => addon::items(&subject, &mut items),
            About::Lists => listed::items(&subject, &mut items),
        }
        if finding.user.is_some() && finding.rule != Rule::UnderLicensed {
            held::items(&subject, &mut items);
        }
        let entry = &subject.entry;
        let prices = self.prices[usize::from(entry.licence)].as_ref();
        let prices = prices.filter(|_| finding.rule != Rule::UnderLicensed);
        let remarks = prices.into_iter().flat_map(|prices| {
            let of = prices.back(i64::from(entry.before), i64::from(entry.seats));
            of.filter_map(|(price, _)| price?.remark.clone())
        });
        for remark in remarks {
            let today = subject.today;
            items.push(item(
                EvidenceKind::Fact,
                stream::CONTRACTS,
                (today, today),
                remark,
                None,
            ));
        }
        Evidence {
            headline: headline(&subject),
            items,
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

fn headline(subject: &Subject<'_>) -> String {
    match about(subject.finding.rule) {
        About::Use => base::headline(subject),
        About::AddOn => addon::headline(subject),
        About::Lists => listed::headline(subject),
    }
}
