//! Applies decisions to findings. An exemption always has priority: the exemption of a person over all
//! findings about that person, the exemption of one finding over all findings about the same licence of the
//! same person, whichever rule made them. Other decisions set the finding's state as long as they are valid.

use model::{Day, FindingState, Licence};
use rustc_hash::FxHashMap;

use super::store::{Decided, Findings};
use super::types::{DecisionRow, ExemptScope, Inputs};
use crate::roster::Roster;

pub(super) fn apply(roster: &Roster, inputs: &Inputs<'_>, findings: &mut Findings) {
    let mut assignees: FxHashMap<String, u16> = FxHashMap::default();
    let holds = |row: &&DecisionRow| row.until.is_none_or(|until: Day| inputs.today <= until);
    // Exempt people and licences come first, then single findings. Exemptions are never overwritten, so they
    // have priority.
    for row in inputs.decisions.iter().filter(holds) {
        let user = row.user_key.as_deref().and_then(|key| roster.row_of(key));
        let Some(user) = user.filter(|_| row.state == FindingState::Exempt) else {
            continue;
        };
        // The licence of the finding that was decided. Another rule may have made today's finding.
        let licence = row.finding.split('~').nth(1).map(Licence::from_key);
        let first = findings.entries.partition_point(|entry| entry.row < user);
        let theirs = findings.entries[first..]
            .iter()
            .take_while(|entry| entry.row == user)
            .count();
        for at in first..first + theirs {
            let this = findings
                .licences
                .get(usize::from(findings.entries[at].licence));
            if row.scope == ExemptScope::Finding && this != licence.as_ref() {
                continue;
            }
            findings.entries[at].state = FindingState::Exempt;
            remember(findings, at, row);
        }
    }
    for row in inputs.decisions {
        let Some(at) = findings.position(roster, &row.finding) else {
            continue;
        };
        let email = row.assignee.trim().to_lowercase();
        if !email.is_empty() {
            let next = findings.assignees.len();
            let number = *assignees.entry(email.clone()).or_insert_with(|| {
                findings.assignees.push(email);
                // There are never so many members that the number does not fit.
                u16::try_from(next).unwrap_or(0)
            });
            findings.entries[at].assignee = number;
        }
        let entry = &mut findings.entries[at];
        let decided = match row.state {
            FindingState::Open | FindingState::OnHold => false,
            FindingState::Asked
            | FindingState::Kept
            | FindingState::Accepted
            | FindingState::Done
            | FindingState::Exempt => true,
        };
        let settled = entry.state == FindingState::Exempt;
        if decided && holds(&row) && (!settled || row.state == FindingState::Exempt) {
            entry.state = row.state;
            remember(findings, at, row);
        }
    }
}

fn remember(findings: &mut Findings, at: usize, row: &DecisionRow) {
    let Ok(at) = u32::try_from(at) else {
        return;
    };
    findings.decided.insert(
        at,
        Decided {
            state: row.state,
            until: row.until,
            reason: row.reason.clone(),
            owner: row.owner.clone(),
        },
    );
}
