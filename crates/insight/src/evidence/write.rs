//! Puts the evidence of a finding together.

use model::Rule;

use super::subject::{Subject, item, stream};
use super::{Evidence, EvidenceKind, addon, base, held, listed, unknown};
use crate::findings::{Finding, Findings};
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

/// What a finding rests on. Of a finding that isn't true any more only its name is left.
pub(crate) fn write(findings: &Findings, roster: &Roster, finding: &Finding) -> Evidence {
    let Some(subject) = Subject::of(findings, roster, finding) else {
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
    let prices = findings.prices[usize::from(entry.licence)].as_ref();
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
        headline: say(&subject),
        items,
        unknown: unknown::items(&subject),
    }
}

/// The one or two sentences that say it all.
pub(crate) fn headline(findings: &Findings, roster: &Roster, finding: &Finding) -> String {
    match Subject::of(findings, roster, finding) {
        Some(subject) => say(&subject),
        None => finding.rule.label().to_owned(),
    }
}

fn say(subject: &Subject<'_>) -> String {
    match about(subject.finding.rule) {
        About::Use => base::headline(subject),
        About::AddOn => addon::headline(subject),
        About::Lists => listed::headline(subject),
    }
}
