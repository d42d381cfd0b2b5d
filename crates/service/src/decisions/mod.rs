//! What people do with findings: ask, hand over, exempt, accept, keep, reopen, assign, comment. Pages,
//! the API, answers and duties all come through here, so that a preview shows exactly what deciding
//! then does. `read` makes an action of a form, `effect` works out whom it reaches and what it is worth.

mod effect;
mod read;

use std::collections::HashSet;

use insight::findings::{Finding, FindingQuery};
use model::{Day, FieldValue, FindingState, Holder, Licence, Rule, Timestamp};
use store::{
    Actor, ChangeFilter, ChangeState, DecisionScope, NewChange, NewDecision, NewRequest, Silence,
};

use crate::account_snapshot::AccountSnapshot;
use crate::context::Context;
use crate::error::Error;
use crate::questions::cool_down_days;

pub use effect::{Effect, Known, Mark};

/// Days until a question's link runs out when nobody says otherwise.
pub const ASK_DAYS: u16 = 14;

/// Which findings something is done to.
#[expect(
    clippy::large_enum_variant,
    reason = "there is one of them for a request"
)]
#[derive(Debug, Clone)]
pub enum Selected {
    /// These.
    Ids(Vec<String>),
    /// All that match, on every page.
    Query(FindingQuery),
}

/// What is done to findings.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Ask the person who holds the licence.
    Ask {
        /// In whose words; empty: the organisation's.
        message: String,
        /// Days until the link runs out.
        days: u16,
        /// Days after which a reminder is sent.
        remind_days: Option<u16>,
        /// What silence means.
        on_silence: Silence,
    },
    /// Ask somebody else in the holder's place.
    HandOver {
        /// Their e-mail address.
        to: String,
        /// In whose words; empty: the organisation's.
        message: String,
    },
    /// Leave it alone until a day.
    Exempt {
        /// The last day.
        until: Day,
        /// Why.
        reason: String,
        /// This licence of the person, or everything about the person.
        scope: DecisionScope,
    },
    /// Put the change on the change list and promise the saving.
    Accept {
        /// Why, for the time line.
        note: String,
        /// Whether this is done against somebody's answer, or before there is one.
        against: bool,
    },
    /// The licence stays; asked again after the cool-down.
    Keep {
        /// Why.
        note: String,
    },
    /// Take the decision back.
    Reopen {
        /// Why, for the time line.
        note: String,
    },
    /// Give it to a colleague.
    Assign {
        /// E-mail address of a member; empty: nobody.
        to: String,
    },
    /// Write something below it.
    Comment {
        /// What.
        text: String,
    },
}

/// What changing a finding's licence means: from one value to another.
pub struct Step {
    pub from: String,
    pub to: String,
}

/// The change that a finding asks for; `None` for what has no single user.
pub fn step(case: &AccountSnapshot, finding: &Finding) -> Option<Step> {
    finding.user?;
    let free = case.application.free.value.to_owned();
    let held = finding.licence.to_string();
    if finding.rule == Rule::UnderLicensed {
        return Some(Step {
            from: free,
            to: held,
        });
    }
    let family = case
        .application
        .licences
        .iter()
        .find(|family| family.key == finding.licence.family)?;
    let to = match family.holder {
        Holder::Base { .. } => free,
        Holder::AddOn { .. } if finding.rule == Rule::AddonOversized => {
            case.findings.smaller(case.roster(), finding)?.to_string()
        }
        Holder::AddOn { .. } => "none".to_owned(),
    };
    Some(Step { from: held, to })
}

/// Whom not to ask because they answered lately or are being asked.
async fn marks(
    context: &Context,
    case: &AccountSnapshot,
    action: &Action,
) -> Result<Vec<Mark>, Error> {
    if !matches!(action, Action::Ask { .. } | Action::HandOver { .. }) {
        return Ok(Vec::new());
    }
    let days = cool_down_days(&context.store).await?;
    let since = case.today.plus(-days).start();
    let cooling = context.store.cooling(case.integration.id, since).await?;
    Ok(cooling
        .into_iter()
        .map(|cooling| Mark {
            user_key: cooling.user_key,
            licence: cooling.licence,
        })
        .collect())
}

/// What the store says that speaks against an action.
async fn known(context: &Context, case: &AccountSnapshot, action: &Action) -> Result<Known, Error> {
    let marks = marks(context, case, action).await?;
    let mut known = Known {
        marks,
        ..Known::default()
    };
    if matches!(action, Action::Accept { .. }) {
        let decisions = context.store.decisions(case.integration.id).await?;
        known.answered = decisions
            .into_iter()
            .filter(|decision| decision.by.starts_with("request:"))
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
        known.listed = context.store.changes(case.integration.id, &filter).await?;
    }
    Ok(known)
}

/// An answer is gone against one by one, never by everything that matches.
fn by_name_only(selected: &Selected, action: &Action) -> Result<(), Error> {
    match (selected, action) {
        (Selected::Query(_), Action::Accept { against: true, .. }) => Err(Error::parameter(
            "override",
            "goes with findings that are named one by one, not with all that match",
        )),
        _ => Ok(()),
    }
}

/// What an action would do, without doing it.
pub async fn preview(
    context: &Context,
    case: &AccountSnapshot,
    selected: &Selected,
    action: &Action,
) -> Result<Effect, Error> {
    by_name_only(selected, action)?;
    let known = known(context, case, action).await?;
    let (effect, _) = effect::effect(case, selected, action, &known);
    Ok(effect)
}

/// Does it: to all that can be reached, in one transaction.
pub async fn decide(
    context: &Context,
    case: &AccountSnapshot,
    selected: &Selected,
    action: &Action,
    actor: &Actor,
    owner: &str,
) -> Result<Effect, Error> {
    check(context, case, action).await?;
    by_name_only(selected, action)?;
    let known = known(context, case, action).await?;
    let (effect, reached) = effect::effect(case, selected, action, &known);
    if reached.is_empty() {
        return Err(nothing_to_do(&effect));
    }
    let (store, id, now) = (&context.store, case.integration.id, context.clock.now());
    let ids = || {
        reached
            .iter()
            .map(|finding| finding.id.clone())
            .collect::<Vec<_>>()
    };
    match action {
        Action::Ask {
            message,
            days,
            remind_days,
            on_silence,
        } => {
            let ask = Ask {
                to: None,
                message,
                days: *days,
                remind_days: *remind_days,
                on_silence: *on_silence,
            };
            let requests: Vec<NewRequest> = reached
                .iter()
                .filter_map(|finding| ask.request(case, finding, now))
                .collect();
            store.create_requests(id, &requests, actor, now).await?;
        }
        Action::HandOver { to, message } => {
            let ask = Ask {
                to: Some(to),
                message,
                days: ASK_DAYS,
                remind_days: Some(ASK_DAYS / 2),
                on_silence: Silence::Nothing,
            };
            let requests: Vec<NewRequest> = reached
                .iter()
                .filter_map(|finding| ask.request(case, finding, now))
                .collect();
            store.create_requests(id, &requests, actor, now).await?;
        }
        Action::Exempt {
            until,
            reason,
            scope,
        } => {
            let decisions: Vec<NewDecision> = reached
                .iter()
                .map(|finding| NewDecision {
                    until: Some(*until),
                    reason: reason.clone(),
                    owner: owner.to_owned(),
                    scope: *scope,
                    ..NewDecision::new(&finding.id, FindingState::Exempt)
                })
                .collect();
            store.decide(id, &decisions, actor, now).await?;
        }
        Action::Keep { note } => {
            let days = cool_down_days(store).await?;
            let decisions: Vec<NewDecision> = reached
                .iter()
                .map(|finding| NewDecision {
                    reason: note.clone(),
                    until: Some(case.today.plus(days)),
                    ..NewDecision::new(&finding.id, FindingState::Kept)
                })
                .collect();
            store.decide(id, &decisions, actor, now).await?;
        }
        Action::Accept { note, .. } => {
            let changes: Vec<NewChange> = reached
                .iter()
                .filter_map(|finding| change(case, finding))
                .collect();
            store.list_changes(id, &changes, actor, now).await?;
            remark(context, case, &reached, note, actor).await?;
        }
        Action::Reopen { note } => {
            remark(context, case, &reached, note, actor).await?;
            let mut ids = ids();
            ids.extend(exemptions(context, case, &reached).await?);
            store.reopen(id, &ids, actor, now).await?;
        }
        Action::Assign { to } => store.assign(id, &ids(), to, actor, now).await?,
        Action::Comment { text } => {
            remark(context, case, &reached, text, actor).await?;
        }
    }
    Ok(effect)
}

/// The findings on which it was decided that licences of these are exempt; they may be others, and not
/// be true any more.
async fn exemptions(
    context: &Context,
    case: &AccountSnapshot,
    reached: &[Finding],
) -> Result<Vec<String>, Error> {
    let exempt: HashSet<(&str, &Licence)> = reached
        .iter()
        .filter(|finding| finding.state == FindingState::Exempt)
        .filter_map(|finding| Some((case.roster().key_of(finding.user?), &finding.licence)))
        .collect();
    let decisions = context.store.decisions(case.integration.id).await?;
    Ok(decisions
        .into_iter()
        .filter(|decision| {
            exempt
                .iter()
                .any(|(user, licence)| decision.exempts(user, licence, case.today))
        })
        .map(|decision| decision.finding)
        .collect())
}

/// What can only be checked against what is stored.
async fn check(context: &Context, case: &AccountSnapshot, action: &Action) -> Result<(), Error> {
    match action {
        Action::Assign { to } if !to.is_empty() => {
            let member = context.store.member_by_email(to).await?;
            if member.is_none_or(|(member, _)| member.disabled) {
                return Err(Error::parameter(
                    "to",
                    format!("`{to}` is not the e-mail address of a member: see Members"),
                ));
            }
        }
        Action::HandOver { to, .. } if !is_known(context, case, to).await? => {
            return Err(Error::parameter(
                "to",
                format!(
                    "`{to}` is neither an active user of this account nor a member: give the address \
                     of somebody who is"
                ),
            ));
        }
        Action::Exempt { until, .. } if *until < case.today => {
            return Err(Error::parameter(
                "until",
                format!("{until} has passed: give {} or later", case.today),
            ));
        }
        _ => {}
    }
    Ok(())
}

/// Whether what is known of a colleague may be sent to this address: an active user of the account has
/// it, or a member of the organisation.
async fn is_known(context: &Context, case: &AccountSnapshot, email: &str) -> Result<bool, Error> {
    let roster = case.roster();
    let rows = u32::try_from(roster.len()).unwrap_or(u32::MAX);
    let is_user = (0..rows)
        .filter(|row| roster.email_of(*row).eq_ignore_ascii_case(email))
        .filter_map(|row| roster.user(roster.key_of(row), 30))
        .any(|detail| {
            let fields = case.application.fields.iter();
            let value = fields
                .zip(&detail.user.metadata.values)
                .find(|(field, _)| field.key == "user_status")
                .and_then(|(_, value)| *value);
            matches!(value, Some(FieldValue::Text(status)) if status == "active")
        });
    if is_user {
        return Ok(true);
    }
    let member = context.store.member_by_email(email).await?;
    Ok(member.is_some_and(|(member, _)| !member.disabled))
}

/// Adds the same words to the time lines of these findings.
async fn remark(
    context: &Context,
    case: &AccountSnapshot,
    reached: &[Finding],
    text: &str,
    actor: &Actor,
) -> Result<(), Error> {
    if text.trim().is_empty() {
        return Ok(());
    }
    let ids: Vec<String> = reached.iter().map(|finding| finding.id.clone()).collect();
    let (id, now) = (case.integration.id, context.clock.now());
    Ok(context
        .store
        .comment_all(id, &ids, text, actor, now)
        .await?)
}

/// A question about a licence, the same for many people.
struct Ask<'a> {
    to: Option<&'a str>,
    message: &'a str,
    days: u16,
    remind_days: Option<u16>,
    on_silence: Silence,
}

impl Ask<'_> {
    fn request(
        &self,
        case: &AccountSnapshot,
        finding: &Finding,
        now: Timestamp,
    ) -> Option<NewRequest> {
        let email = self.to.unwrap_or(case.roster().email_of(finding.user?));
        let ends = |days: u16| now.plus_seconds(i64::from(days) * 86_400);
        Some(NewRequest {
            finding: finding.id.clone(),
            email: email.to_lowercase(),
            message: self.message.to_owned(),
            expires_at: ends(self.days),
            remind_at: self.remind_days.map(ends),
            on_silence: self.on_silence,
            silence_at: (self.on_silence == Silence::Accept).then(|| ends(self.days)),
        })
    }
}

/// The entry of the change list for an accepted finding, with the evidence as it is now.
pub fn change(case: &AccountSnapshot, finding: &Finding) -> Option<NewChange> {
    let step = step(case, finding)?;
    let row = finding.user?;
    let user = case.roster().user(case.roster().key_of(row), 30)?.user;
    let evidence = case.findings.evidence(case.roster(), finding);
    let saving = finding.saving.as_ref();
    Some(NewChange {
        finding: finding.id.clone(),
        external_id: user.external_id.map(str::to_owned),
        email: user.email.to_owned(),
        from: step.from,
        to: step.to,
        seats: finding.seats,
        evidence_json: serde_json::to_string(&evidence).unwrap_or_default(),
        saving: saving.map(|saving| saving.amount),
        seat_free_on: saving.map(|saving| saving.seat_free_on),
        invoice_lower_on: saving.and_then(|saving| saving.invoice_lower_on),
    })
}

/// Nothing that was chosen can be reached.
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
