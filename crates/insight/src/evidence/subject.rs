//! A finding with everything from which its evidence is made.

use model::{Day, Needs};

use super::types::{EvidenceItem, EvidenceKind, EvidenceValue};
use super::words::date;
use crate::findings::Findings;
use crate::findings::store::Entry;
use crate::findings::types::Finding;
use crate::judge::{Moment, Reader};
use crate::needs::{Family, counted_for};
use crate::roster::Roster;
use crate::roster::days::Hosting;
use crate::settings::{Effective, RuleSet};

/// The keys of streams in evidence.
pub(super) mod stream {
    pub(in super::super) const USERS: &str = "users";
    pub(in super::super) const SETTINGS: &str = "user_settings";
    pub(in super::super) const SIGN_INS: &str = "sign_ins";
    pub(in super::super) const HOSTED: &str = "meetings";
    pub(in super::super) const UPCOMING: &str = "upcoming_events";
    pub(in super::super) const PLAN: &str = "plan_usage";
    /// Data of the organisation: the list of employees or the directory, and contracts.
    pub(in super::super) const PEOPLE: &str = "people";
    pub(in super::super) const CONTRACTS: &str = "contracts";
}

/// A finding with everything from which its evidence is made.
pub(super) struct Subject<'a> {
    pub(super) roster: &'a Roster,
    pub(super) findings: &'a Findings,
    pub(super) finding: &'a Finding,
    pub(super) entry: Entry,
    pub(super) rules: RuleSet,
    pub(super) family: Family,
    pub(super) moment: Moment<'a>,
    pub(super) reader: Reader<'a>,
    /// The day on which the user got the licence, as far as it is known.
    pub(super) since: Day,
    /// Whether that day is certain; otherwise it is the earliest possible one.
    pub(super) since_seen: bool,
    pub(super) today: Day,
}

impl<'a> Subject<'a> {
    /// The subject of a finding; `None` when the finding does not exist any more.
    pub(super) fn of(
        findings: &'a Findings,
        roster: &'a Roster,
        finding: &'a Finding,
    ) -> Option<Self> {
        let entry = findings.entries[findings.position(roster, &finding.id)?];
        let groups = roster.groups.iter().map(|group| group.id.as_str());
        let effective = Effective::of(&findings.settings, &finding.licence, groups);
        let mut reader = Reader::new(roster, &findings.settings.needs, true);
        let mut rules = effective.rules;
        let mut since = findings.today;
        let mut since_seen = false;
        if let Some(row) = finding.user {
            reader.read(row as usize);
            rules = effective.rules_of(effective.variant(roster.groups_of(row as usize)));
            since = reader.since(&finding.licence);
            let held = roster.licensed_since(row, &finding.licence);
            since_seen = held.is_some_and(|(_, exact)| exact);
        }
        let family = roster.app().licences.iter();
        let family = family
            .clone()
            .find(|known| known.key == finding.licence.family);
        Some(Self {
            roster,
            findings,
            finding,
            entry,
            rules,
            family: family.map_or(Family::Other, Family::of),
            moment: Moment::now(roster),
            reader,
            since,
            since_seen,
            today: findings.today,
        })
    }

    /// A day as written in sentences.
    pub(super) fn date(&self, day: Day) -> String {
        date(day, self.today)
    }

    /// The day on which the user got the licence, to follow a verb: " since 5 May", ", since 5 May at the
    /// earliest".
    pub(super) fn since_text(&self) -> String {
        let since = self.date(self.since);
        if self.since_seen {
            format!(" since {since}")
        } else {
            format!(", since {since} at the earliest")
        }
    }

    pub(super) fn licence(&self) -> String {
        self.finding.licence.label(self.roster.app())
    }

    /// The hosted days since a day, newest first.
    pub(super) fn hosted_since(&self, from: Day) -> &[Hosting] {
        let hosted = &self.reader.hosted;
        let end = hosted.partition_point(|h| self.roster.day(h.day) >= from);
        &hosted[..end]
    }

    /// The last day with a need of the licence, with the reasons.
    pub(super) fn last_need(&self) -> Option<(Day, Needs)> {
        let kinds = counted_for(self.family, &self.findings.settings.needs);
        self.reader.hosted.iter().find_map(|hosting| {
            let counted = Needs(hosting.needs.0 & kinds.0);
            (!counted.is_empty()).then(|| (self.roster.day(hosting.day), counted))
        })
    }

    /// The first day of a window that ends today.
    pub(super) fn window(&self, days: u16) -> Day {
        self.moment.window(days)
    }

    /// The days of scheduled meetings, and those of scheduled webinars, from now on.
    pub(super) fn scheduled(&self) -> (Vec<Day>, Vec<Day>) {
        let (mut meetings, mut webinars) = (Vec::new(), Vec::new());
        if let Some(row) = self.finding.user {
            for (start, webinar) in self.roster.scheduled(row) {
                if start >= self.roster.as_of() {
                    if webinar {
                        &mut webinars
                    } else {
                        &mut meetings
                    }
                    .push(start.day());
                }
            }
        }
        (meetings, webinars)
    }
}

pub(super) fn item(
    kind: EvidenceKind,
    stream: &'static str,
    (from, to): (Day, Day),
    text: String,
    value: Option<EvidenceValue>,
) -> EvidenceItem {
    EvidenceItem {
        kind,
        text,
        stream,
        from: from.min(to),
        to,
        value,
    }
}

/// A number as the value of a piece of evidence.
pub(super) fn number(value: impl TryInto<i64>) -> Option<EvidenceValue> {
    value.try_into().ok().map(EvidenceValue::Number)
}

/// A day as the value of a piece of evidence.
#[expect(
    clippy::unnecessary_wraps,
    reason = "stands where a value may be missing"
)]
pub(super) fn day(value: Day) -> Option<EvidenceValue> {
    Some(EvidenceValue::Text(value.to_string()))
}
