//! Preview and execution of actions.

use std::collections::HashSet;

use insight::findings::Finding;
use model::{FindingState, Licence, Timestamp};
use store::{
    Actor, ChangeFilter, ChangeState, NewChange, NewComment, NewDecision, NewQuestion, OnSilence,
};

use super::action::{ASK_DAYS, Action, Selected};
use super::checks::{by_name_only, check};
use super::effect::{Effect, Objections, RecentlyAsked, compute};
use super::licence_change::new_change;
use crate::account_snapshot::AccountSnapshot;
use crate::context::Context;
use crate::error::Error;
use crate::questions::cool_down_days;

/// Users with an open question or an answer within the cool-down, with the licence.
async fn recently_asked(
    context: &Context,
    account: &AccountSnapshot,
    action: &Action,
) -> Result<Vec<RecentlyAsked>, Error> {
    if !matches!(action, Action::Ask { .. } | Action::HandOver { .. }) {
        return Ok(Vec::new());
    }
    let days = cool_down_days(&context.store).await?;
    let since = account.today.plus(-days).start();
    let cooling = context
        .store
        .recent_answers(account.integration.id, since)
        .await?;
    Ok(cooling
        .into_iter()
        .map(|cooling| RecentlyAsked {
            user_key: cooling.user_key,
            licence: cooling.licence,
        })
        .collect())
}

/// Reads the stored data that exclude findings from an action.
async fn read_objections(
    context: &Context,
    account: &AccountSnapshot,
    action: &Action,
) -> Result<Objections, Error> {
    let recently_asked = recently_asked(context, account, action).await?;
    let mut objections = Objections {
        recently_asked,
        ..Objections::default()
    };
    if matches!(action, Action::Accept { .. }) {
        let decisions = context.store.decisions(account.integration.id).await?;
        objections.answered = decisions
            .into_iter()
            .filter(|decision| decision.by.starts_with("question:"))
            .map(|decision| decision.finding)
            .collect();
        let filter = ChangeFilter {
            states: vec![
                ChangeState::Listed,
                ChangeState::Exported,
                ChangeState::Running,
                ChangeState::Failed,
            ],
            ..ChangeFilter::default()
        };
        objections.listed = context
            .store
            .changes(account.integration.id, &filter)
            .await?;
    }
    Ok(objections)
}

/// The effect of an action, without executing it.
#[crate::boxed]
pub async fn preview(
    context: &Context,
    account: &AccountSnapshot,
    selected: &Selected,
    action: &Action,
) -> Result<Effect, Error> {
    by_name_only(selected, action)?;
    let objections = read_objections(context, account, action).await?;
    let (effect, _) = compute(account, selected, action, &objections);
    Ok(effect)
}

/// Executes an action on all findings that it can be applied to, in one transaction.
#[crate::boxed]
pub async fn decide(
    context: &Context,
    account: &AccountSnapshot,
    selected: &Selected,
    action: &Action,
    actor: &Actor,
    owner: &str,
) -> Result<Effect, Error> {
    check(context, account, action).await?;
    by_name_only(selected, action)?;
    let objections = read_objections(context, account, action).await?;
    let (effect, reached) = compute(account, selected, action, &objections);
    if reached.is_empty() {
        return Err(nothing_to_do(&effect));
    }
    execute(context, account, action, &reached, actor, owner).await?;
    Ok(effect)
}

/// Stores the results of an action on these findings.
async fn execute(
    context: &Context,
    account: &AccountSnapshot,
    action: &Action,
    reached: &[Finding],
    actor: &Actor,
    owner: &str,
) -> Result<(), Error> {
    let (store, id, now) = (&context.store, account.integration.id, context.clock.now());
    let ids = || {
        reached
            .iter()
            .map(|finding| finding.id.clone())
            .collect::<Vec<_>>()
    };
    match action {
        Action::Ask { .. } | Action::HandOver { .. } => {
            let terms = QuestionTerms::of(action);
            let requests = terms.map(|terms| terms.requests(account, reached, now));
            let requests = requests.unwrap_or_default();
            store.create_questions(id, &requests, actor, now).await?;
        }
        Action::Exempt {
            until,
            reason,
            scope,
        } => {
            let decision = NewDecision {
                until: Some(*until),
                reason: reason.clone(),
                owner: owner.to_owned(),
                scope: *scope,
                ..NewDecision::new("", FindingState::Exempt)
            };
            let decisions = for_each(reached, &decision);
            store.decide(id, &decisions, actor, now).await?;
        }
        Action::Keep { note } => {
            let days = cool_down_days(store).await?;
            let decision = NewDecision {
                reason: note.clone(),
                until: Some(account.today.plus(days)),
                ..NewDecision::new("", FindingState::Kept)
            };
            let decisions = for_each(reached, &decision);
            store.decide(id, &decisions, actor, now).await?;
        }
        Action::Accept { note, .. } => {
            let changes: Vec<NewChange> = reached
                .iter()
                .filter_map(|finding| new_change(account, finding))
                .collect();
            let ids = ids();
            let comment = new_comment(&ids, note);
            store
                .accept_findings(id, &changes, comment, actor, now)
                .await?;
        }
        Action::Reopen { note } => {
            let reached_ids = ids();
            let mut ids = reached_ids.clone();
            ids.extend(exemptions(context, account, reached).await?);
            let comment = new_comment(&reached_ids, note);
            store.reopen(id, &ids, comment, actor, now).await?;
        }
        Action::Assign { to } => store.assign(id, &ids(), to, actor, now).await?,
        Action::Comment { text } => {
            comment(context, account, reached, text, actor).await?;
        }
    }
    Ok(())
}

/// A comment that is stored together with a decision; `None` without a text.
fn new_comment<'a>(findings: &'a [String], text: &'a str) -> Option<NewComment<'a>> {
    (!text.trim().is_empty()).then_some(NewComment { findings, text })
}

/// The same decision for each finding.
fn for_each(findings: &[Finding], decision: &NewDecision) -> Vec<NewDecision> {
    findings
        .iter()
        .map(|finding| NewDecision {
            finding: finding.id.clone(),
            ..decision.clone()
        })
        .collect()
}

/// The findings whose stored exemptions cover the licences of `reached`. They may be other findings,
/// because an exemption can cover a whole user, and they may no longer exist.
async fn exemptions(
    context: &Context,
    account: &AccountSnapshot,
    reached: &[Finding],
) -> Result<Vec<String>, Error> {
    let exempt: HashSet<(&str, &Licence)> = reached
        .iter()
        .filter(|finding| finding.state == FindingState::Exempt)
        .filter_map(|finding| Some((account.roster().key_of(finding.user?), &finding.licence)))
        .collect();
    let decisions = context.store.decisions(account.integration.id).await?;
    Ok(decisions
        .into_iter()
        .filter(|decision| {
            exempt
                .iter()
                .any(|(user, licence)| decision.exempts(user, licence, account.today))
        })
        .map(|decision| decision.finding)
        .collect())
}

/// Adds the same comment to the time lines of these findings.
async fn comment(
    context: &Context,
    account: &AccountSnapshot,
    reached: &[Finding],
    text: &str,
    actor: &Actor,
) -> Result<(), Error> {
    if text.trim().is_empty() {
        return Ok(());
    }
    let ids: Vec<String> = reached.iter().map(|finding| finding.id.clone()).collect();
    let (id, now) = (account.integration.id, context.clock.now());
    Ok(context
        .store
        .comment_all(id, &ids, text, actor, now)
        .await?)
}

/// A question about a licence, the same for many people.
struct QuestionTerms<'a> {
    to: Option<&'a str>,
    message: &'a str,
    days: u16,
    remind_days: Option<u16>,
    on_silence: OnSilence,
}

impl<'a> QuestionTerms<'a> {
    /// The terms of a question; `None` for other actions.
    fn of(action: &'a Action) -> Option<Self> {
        match action {
            Action::Ask {
                message,
                days,
                remind_days,
                on_silence,
            } => Some(Self {
                to: None,
                message,
                days: *days,
                remind_days: *remind_days,
                on_silence: *on_silence,
            }),
            Action::HandOver { to, message } => Some(Self {
                to: Some(to),
                message,
                days: ASK_DAYS,
                remind_days: Some(ASK_DAYS / 2),
                on_silence: OnSilence::Nothing,
            }),
            _ => None,
        }
    }

    fn requests(
        &self,
        account: &AccountSnapshot,
        findings: &[Finding],
        now: Timestamp,
    ) -> Vec<NewQuestion> {
        findings
            .iter()
            .filter_map(|finding| self.request(account, finding, now))
            .collect()
    }

    fn request(
        &self,
        account: &AccountSnapshot,
        finding: &Finding,
        now: Timestamp,
    ) -> Option<NewQuestion> {
        let email = self.to.unwrap_or(account.roster().email_of(finding.user?));
        let ends = |days: u16| now.plus_seconds(i64::from(days) * 86_400);
        Some(NewQuestion {
            finding: finding.id.clone(),
            email: email.to_lowercase(),
            message: self.message.to_owned(),
            expires_at: ends(self.days),
            remind_at: self.remind_days.map(ends),
            on_silence: self.on_silence,
            silence_at: (self.on_silence == OnSilence::Accept).then(|| ends(self.days)),
        })
    }
}

/// The error when the action cannot be applied to any selected finding.
fn nothing_to_do(effect: &Effect) -> Error {
    match effect.left_out.first() {
        Some(first) => Error::conflict(format!(
            "Nothing was changed. The first of {} that were left out: {}.",
            effect.left_out_count, first.why
        )),
        None => Error::parameter(
            "finding",
            "names no finding: choose at least one, or `all=yes` with filters that match some",
        ),
    }
}
