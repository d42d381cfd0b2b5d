//! What people decided on findings. A finding has one decision at most; what led there is in its
//! time line. What follows for a decision from something else is in `following`.

mod following;

use std::collections::BTreeSet;

use model::{Day, FindingState, IntegrationId, Licence, Rule, Timestamp};

use crate::audit::note;
use crate::bounds;
use crate::db::{Bulk, Row, args};
use crate::timeline::{FindingEventKind, happened, last_of_each, named, told};
use crate::{Actor, Error, Result, Store, asks, changes};

use following::DECIDED;
pub(crate) use following::{follow, hold, state_of, take_back, touch};

const DECIDE: Bulk = Bulk {
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
const ASSIGN: Bulk = Bulk {
    head:
        "INSERT INTO decisions (integration_id, finding, user_key, state, until_day, reason, owner,
             assignee, scope, actor, at)",
    columns: 11,
    tail: " ON CONFLICT (integration_id, finding) DO UPDATE SET assignee = excluded.assignee",
};
/// What a decision is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DecisionScope {
    /// This finding; an exemption holds for the licence of the person, whatever is found about it.
    #[default]
    Finding,
    /// Everything that is found about the person.
    User,
}

impl DecisionScope {
    /// The word that is stored and shown to machines.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::Finding => "finding",
            Self::User => "user",
        }
    }

    /// Reads what [`Self::value`] writes.
    #[must_use]
    pub fn from_value(value: &str) -> Option<Self> {
        [Self::Finding, Self::User]
            .into_iter()
            .find(|scope| scope.value() == value)
    }
}

impl Decision {
    /// Whether it is an exemption that holds on a day for a licence of a person.
    #[must_use]
    pub fn exempts(&self, user_key: &str, licence: &Licence, today: Day) -> bool {
        self.state == FindingState::Exempt
            && self.until.is_none_or(|until| today <= until)
            && self.user_key.as_deref() == Some(user_key)
            && (self.scope == DecisionScope::User || self.licence == *licence)
    }
}

/// What was decided on a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Id of the finding.
    pub finding: String,
    /// Whom it is about; `None` for the whole account.
    pub user_key: Option<String>,
    /// The licence.
    pub licence: Licence,
    /// The rule.
    pub rule: Rule,
    /// How far people have come; open when it was only given to somebody.
    pub state: FindingState,
    /// Last day on which it holds, for exemptions.
    pub until: Option<Day>,
    /// Why.
    pub reason: String,
    /// Who answers for an exemption; may be empty.
    pub owner: String,
    /// E-mail address of the colleague it was given to; empty for nobody.
    pub assignee: String,
    /// What it is about.
    pub scope: DecisionScope,
    /// Who decided, as in the audit log.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A decision to be made. Rule, licence and person are in the finding's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDecision {
    /// Id of the finding.
    pub finding: String,
    /// Asked, kept, accepted, done or exempt.
    pub state: FindingState,
    /// Last day on which it holds; an exemption needs one.
    pub until: Option<Day>,
    /// Why; an exemption needs one.
    pub reason: String,
    /// Who answers for it; may be empty.
    pub owner: String,
    /// E-mail address of a colleague to give it to; empty leaves that as it is.
    pub assignee: String,
    /// What it is about.
    pub scope: DecisionScope,
}

impl NewDecision {
    /// This state for this finding, and nothing else said.
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

    fn check(&self, today: Day) -> Result<()> {
        let named = named(&self.finding)?;
        bounds::text("reason", &self.reason, bounds::REASON)?;
        bounds::line("owner", &self.owner, bounds::EMAIL)?;
        if !self.assignee.is_empty() {
            bounds::email("assignee", &self.assignee)?;
        }
        if let Some(until) = self.until {
            bounds::day("until", until)?;
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
                    "name the day until which the exemption holds",
                ));
            }
            FindingState::Exempt if self.reason.trim().is_empty() => {
                return Err(Error::field("reason", "is empty", "say why"));
            }
            _ => {}
        }
        if self.scope == DecisionScope::User && named.user_key.is_none() {
            return Err(Error::field(
                "scope",
                "is user, but the finding is about the whole account",
                "use finding",
            ));
        }
        Ok(())
    }

    fn words(&self) -> String {
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

fn read(row: &Row) -> Result<Decision> {
    let finding = row.text(0)?;
    let corrupt = |what: &str| Error::corrupt(format!("{what} of decision {finding}"));
    let named = named(&finding).map_err(|_| corrupt("name"))?;
    Ok(Decision {
        user_key: row.opt_text(1)?,
        licence: named.licence,
        rule: named.rule,
        state: FindingState::from_value(row.str(2)?).ok_or_else(|| corrupt("state"))?,
        until: row
            .opt_int(3)?
            .map(|day| i32::try_from(day).map(Day).map_err(|_| corrupt("day")))
            .transpose()?,
        reason: row.text(4)?,
        owner: row.text(5)?,
        assignee: row.text(6)?,
        scope: DecisionScope::from_value(row.str(7)?).ok_or_else(|| corrupt("scope"))?,
        by: row.text(8)?,
        at: row.time(9)?,
        finding,
    })
}

impl Store {
    /// Moves on whenever something was decided or entered for this integration: decisions, contracts,
    /// prices, questions, changes, imports. 0 when there is no such integration.
    pub async fn decision_revision(&self, id: IntegrationId) -> Result<i64> {
        self.read()
            .await?
            .optional(
                "SELECT decision_revision FROM integrations WHERE integration_id = $1",
                args![id],
            )
            .await?
            .map_or(Ok(0), |row| row.int(0))
    }

    /// All decisions of an integration, by finding.
    pub async fn decisions(&self, id: IntegrationId) -> Result<Vec<Decision>> {
        let mut all = Vec::new();
        self.read()
            .await?
            .each(
                "SELECT finding, user_key, state, until_day, reason, owner, assignee, scope, actor, at
                 FROM decisions WHERE integration_id = $1 ORDER BY finding",
                args![id],
                |row| {
                    all.push(read(row)?);
                    Ok(())
                },
            )
            .await?;
        Ok(all)
    }

    /// Decides on findings, on all of them or, when one is wrong, on none. What was on its way ends with
    /// it: a change that was not begun leaves the change list with its promise unless it is still wanted,
    /// and people are not asked any more about what is decided.
    ///
    /// # Errors
    /// [`Error::Field`] naming the entry (`decisions[2].until`, counted from 0), [`Error::NotFound`]
    /// when there is no such integration.
    pub async fn decide(
        &self,
        id: IntegrationId,
        decisions: &[NewDecision],
        actor: &Actor,
        now: Timestamp,
    ) -> Result<()> {
        bounds::count("decisions", decisions.len(), bounds::MANY)?;
        for (position, decision) in decisions.iter().enumerate() {
            bounds::entry("decisions", position, decision.check(now.day()))?;
        }
        let each = last_of_each(decisions, |decision| decision.finding.as_str());
        let mut tx = self.begin().await?;
        touch(&mut tx, id).await?;
        let (by, mut rows) = (actor.to_string(), Vec::new());
        for (finding, decision) in &each {
            rows.extend(args![
                id,
                *finding,
                named(finding)?.user_key,
                decision.state.value(),
                decision.until.map(|day| i64::from(day.0)),
                &decision.reason,
                &decision.owner,
                &decision.assignee,
                decision.scope.value(),
                &by,
                now,
            ]);
        }
        tx.bulk(&DECIDE, rows).await?;
        let of = |wanted: &dyn Fn(FindingState) -> bool| -> BTreeSet<&str> {
            each.iter()
                .filter(|(_, decision)| wanted(decision.state))
                .map(|(finding, _)| *finding)
                .collect()
        };
        let unwanted = of(&|state| !changes::ACCEPTED.contains(&state));
        changes::withdraw(&mut tx, id, &unwanted, actor, now).await?;
        let decided = of(&|state| state != FindingState::Asked);
        asks::withdraw(&mut tx, id, &decided, now).await?;
        let words = each
            .iter()
            .map(|(finding, decision)| (*finding, decision.words()));
        happened(&mut tx, id, words, FindingEventKind::Decision, actor, now).await?;
        let mut detail = told(id, each.keys().copied());
        if let Some(decision) = decisions.first() {
            detail["state"] = decision.state.value().into();
            detail["until"] = decision.until.map(|day| day.to_string()).into();
        }
        let target = format!("integration:{id}");
        note(&mut tx, actor, "finding.decide", target, &detail, now).await?;
        tx.commit().await
    }

    /// Takes decisions back: changes that were not begun leave the change list, their promises leave
    /// the ledger, and people who were asked are not asked any more. Answers how many decisions there
    /// were.
    ///
    /// # Errors
    /// [`Error::Field`], [`Error::NotFound`] when there is no such integration.
    pub async fn reopen(
        &self,
        id: IntegrationId,
        findings: &[String],
        actor: &Actor,
        now: Timestamp,
    ) -> Result<u64> {
        let findings = checked(findings)?;
        let mut tx = self.begin().await?;
        touch(&mut tx, id).await?;
        let reopened =
            take_back(&mut tx, id, findings.iter().copied(), &DECIDED, actor, now).await?;
        changes::withdraw(&mut tx, id, &findings, actor, now).await?;
        asks::withdraw(&mut tx, id, &findings, now).await?;
        let words = reopened
            .iter()
            .map(|finding| (finding.as_str(), "Reopened".to_owned()));
        happened(&mut tx, id, words, FindingEventKind::Reopening, actor, now).await?;
        let detail = told(id, reopened.iter().map(String::as_str));
        let target = format!("integration:{id}");
        note(&mut tx, actor, "finding.reopen", target, &detail, now).await?;
        tx.commit().await?;
        Ok(reopened.len() as u64)
    }

    /// Gives findings to a colleague, by e-mail address; an empty one takes them from whoever has them.
    ///
    /// # Errors
    /// [`Error::Field`], [`Error::NotFound`] when there is no such integration.
    pub async fn assign(
        &self,
        id: IntegrationId,
        findings: &[String],
        assignee: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<()> {
        let findings = checked(findings)?;
        if !assignee.is_empty() {
            bounds::email("assignee", assignee)?;
        }
        let mut tx = self.begin().await?;
        touch(&mut tx, id).await?;
        let (by, mut rows) = (actor.to_string(), Vec::new());
        for finding in &findings {
            rows.extend(args![
                id,
                *finding,
                named(finding)?.user_key,
                FindingState::Open.value(),
                None::<i64>,
                "",
                "",
                assignee,
                DecisionScope::Finding.value(),
                &by,
                now,
            ]);
        }
        tx.bulk(&ASSIGN, rows).await?;
        tx.execute(
            "DELETE FROM decisions WHERE integration_id = $1 AND state = 'open' AND assignee = ''",
            args![id],
        )
        .await?;
        let words = if assignee.is_empty() {
            "Given to nobody".to_owned()
        } else {
            format!("Given to {assignee}")
        };
        let words = findings.iter().map(|finding| (*finding, words.clone()));
        happened(&mut tx, id, words, FindingEventKind::Assignment, actor, now).await?;
        let mut detail = told(id, findings.iter().copied());
        detail["assignee"] = assignee.into();
        let target = format!("integration:{id}");
        note(&mut tx, actor, "finding.assign", target, &detail, now).await?;
        tx.commit().await
    }
}

/// These findings once each, if every one of them is named as findings are.
fn checked(findings: &[String]) -> Result<BTreeSet<&str>> {
    bounds::count("findings", findings.len(), bounds::MANY)?;
    for (position, finding) in findings.iter().enumerate() {
        bounds::entry("findings", position, named(finding).map(|_| ()))?;
    }
    Ok(findings.iter().map(String::as_str).collect())
}
