//! Decisions as types and rows.

use model::{Day, FindingState, Licence, Rule, Timestamp};

use crate::db::{Bulk, Row};
use crate::findings::parse_finding_id;
use crate::{Error, Result, validate};

pub(super) const DECIDE: Bulk = Bulk {
    head:
        "INSERT INTO decisions (integration_id, finding, user_key, state, until_day, reason, owner,
             assignee, scope, actor, at)",
    columns: 11,
    tail: " ON CONFLICT (integration_id, finding) DO UPDATE SET
             state = excluded.state, until_day = excluded.until_day, reason = excluded.reason,
             owner = excluded.owner, scope = excluded.scope, actor = excluded.actor,
             at = excluded.at, assignee = CASE WHEN excluded.assignee = ''
               THEN decisions.assignee ELSE excluded.assignee END",
};

/// The scope of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DecisionScope {
    /// This finding. An exemption covers this licence of the user, for any rule.
    #[default]
    Finding,
    /// All findings about the user.
    User,
}

impl DecisionScope {
    /// The word for storage and the API.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::Finding => "finding",
            Self::User => "user",
        }
    }

    /// Parses a word from [`Self::value`].
    #[must_use]
    pub fn from_value(value: &str) -> Option<Self> {
        [Self::Finding, Self::User]
            .into_iter()
            .find(|scope| scope.value() == value)
    }
}

/// The present decision on a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub finding: String,
    /// The user concerned; `None` for findings about the whole account.
    pub user_key: Option<String>,
    pub licence: Licence,
    pub rule: Rule,
    /// The state; open when the finding is only assigned.
    pub state: FindingState,
    /// Last day of an exemption or of a kept licence (UTC, included).
    pub until: Option<Day>,
    /// The reason in the member's words; may be empty.
    pub reason: String,
    /// The person responsible for an exemption; may be empty.
    pub owner: String,
    /// E-mail address of the member assigned to the finding; empty when it is not assigned.
    pub assignee: String,
    pub scope: DecisionScope,
    /// The actor, as in the audit log.
    pub by: String,
    pub at: Timestamp,
}

impl Decision {
    /// Whether this is an exemption that covers this licence of this user on that day.
    #[must_use]
    pub fn exempts(&self, user_key: &str, licence: &Licence, today: Day) -> bool {
        self.state == FindingState::Exempt
            && self.until.is_none_or(|until| today <= until)
            && self.user_key.as_deref() == Some(user_key)
            && (self.scope == DecisionScope::User || self.licence == *licence)
    }
}

/// A new decision. Rule, licence and user are part of the finding's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDecision {
    pub finding: String,
    /// Asked, kept, accepted, done or exempt.
    pub state: FindingState,
    /// Last day (UTC, included); required for an exemption.
    pub until: Option<Day>,
    /// The reason; required for an exemption.
    pub reason: String,
    /// The person responsible for an exemption; may be empty.
    pub owner: String,
    /// E-mail address of the member to assign it to; empty leaves the assignment unchanged.
    pub assignee: String,
    pub scope: DecisionScope,
}

impl NewDecision {
    /// A decision with this state and no other details.
    #[must_use]
    pub fn new(finding: impl Into<String>, state: FindingState) -> Self {
        Self {
            finding: finding.into(),
            state,
            until: None,
            reason: String::new(),
            owner: String::new(),
            assignee: String::new(),
            scope: DecisionScope::Finding,
        }
    }

    pub(super) fn check(&self, today: Day) -> Result<()> {
        let parts = parse_finding_id(&self.finding)?;
        validate::text("reason", &self.reason, validate::REASON)?;
        validate::line("owner", &self.owner, validate::EMAIL)?;
        if !self.assignee.is_empty() {
            validate::email("assignee", &self.assignee)?;
        }
        if let Some(until) = self.until {
            validate::day("until", until)?;
            if until < today {
                return Err(Error::field(
                    "until",
                    format!("is {until}, which has passed"),
                    format!("use {today} or later"),
                ));
            }
        }
        match self.state {
            FindingState::Open | FindingState::OnHold => {
                return Err(Error::field(
                    "state",
                    format!("is {}", self.state.value()),
                    "decide on asked, kept, accepted, done or exempt",
                ));
            }
            FindingState::Exempt if self.until.is_none() => {
                return Err(Error::field(
                    "until",
                    "is missing",
                    "give the last day of the exemption",
                ));
            }
            FindingState::Exempt if self.reason.trim().is_empty() => {
                return Err(Error::field("reason", "is empty", "give a reason"));
            }
            _ => {}
        }
        if self.scope == DecisionScope::User && parts.user_key.is_none() {
            return Err(Error::field(
                "scope",
                "is user, but the finding is about the whole account",
                "use finding",
            ));
        }
        Ok(())
    }

    pub(super) fn words(&self) -> String {
        let whole = match self.scope {
            DecisionScope::Finding => "",
            DecisionScope::User => ", the whole person",
        };
        let until = self
            .until
            .map(|until| format!(" until {}", until.long()))
            .unwrap_or_default();
        let words = format!("{}{whole}{until}", self.state.label());
        if self.reason.is_empty() {
            return words;
        }
        format!("{words}: {}", self.reason)
    }
}

pub(super) fn read(row: &Row) -> Result<Decision> {
    let finding = row.text("finding")?;
    let corrupt = |what: &str| Error::corrupt(format!("{what} of decision {finding}"));
    let parts = parse_finding_id(&finding).map_err(|_| corrupt("name"))?;
    Ok(Decision {
        user_key: row.opt_text("user_key")?,
        licence: parts.licence,
        rule: parts.rule,
        state: FindingState::from_value(row.str("state")?).ok_or_else(|| corrupt("state"))?,
        until: row.opt_day("until_day")?,
        reason: row.text("reason")?,
        owner: row.text("owner")?,
        assignee: row.text("assignee")?,
        scope: DecisionScope::from_value(row.str("scope")?).ok_or_else(|| corrupt("scope"))?,
        by: row.text("actor")?,
        at: row.time("at")?,
        finding,
    })
}
