//! Whom an action reaches and what that is worth: the preview that is shown before, and the list that
//! deciding then works through.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use insight::findings::Finding;
use model::{Day, FindingState, Licence, Rule, Sums};
use store::{Change, DecisionScope};

use super::{Action, Selected, step};
use crate::account_snapshot::AccountSnapshot;

/// The most reasons for leaving out that are told one by one.
const TOLD: usize = 100;

/// Somebody who is not to be asked about a licence at the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub user_key: String,
    pub licence: Licence,
}

/// What the store says that speaks against an action.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Whom not to ask.
    pub marks: Vec<Mark>,
    /// Findings on which the person decided by the link in the e-mail.
    pub answered: HashSet<String>,
    /// Changes that are to be made already.
    pub listed: Vec<Change>,
}

/// What an action comes to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Effect {
    /// Findings that it reaches.
    pub findings: i64,
    /// Different people among them.
    pub people: i64,
    /// Seats that become free; those that would be bought count negative.
    pub seats: i64,
    /// What that saves in a year; negative where it costs.
    pub saving: Sums,
    /// Seats without a price.
    pub without_price: i64,
    /// Seats that are given back.
    pub given_back: i64,
    /// What giving them back saves in a year.
    pub saved: Sums,
    /// Seats that people need and that would be bought.
    pub bought: i64,
    /// What those cost in a year.
    pub cost: Sums,
    /// Seats that are given back without a price.
    pub saved_without_price: i64,
    /// Seats that are bought without a price.
    pub cost_without_price: i64,
    /// The first day on which a seat is free for somebody else.
    pub seat_free_on: Option<Day>,
    /// The first known day whose invoice can be smaller.
    pub invoice_lower_on: Option<Day>,
    /// Seats of which nobody knows when the invoice gets smaller.
    pub invoice_unknown: i64,
    /// To which of those chosen it can't be done, and why: the first hundred.
    pub left_out: Vec<LeftOut>,
    /// To how many in all.
    pub left_out_count: i64,
    /// Against how many of those somebody's answer speaks, or that there is none yet.
    pub answers: i64,
}

/// A finding to which an action can't be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    pub finding: String,
    /// Why, as the end of a sentence.
    pub why: String,
    /// Whether it is somebody's answer that speaks against it, or that there is none yet.
    pub answer: bool,
}

/// The effect, and the findings that are reached.
pub(super) fn effect(
    case: &AccountSnapshot,
    selected: &Selected,
    action: &Action,
    known: &Known,
) -> (Effect, Vec<Finding>) {
    let mut effect = Effect::default();
    let chosen = chosen(case, selected, &mut effect);
    let mut people = BTreeSet::new();
    let mut reached = Vec::with_capacity(chosen.len());
    let mut marks: BTreeSet<_> = known
        .marks
        .iter()
        .map(|mark| (mark.user_key.as_str(), &mark.licence))
        .collect();
    // A licence of a person goes once, under whatever rule it was decided.
    let mut going: BTreeMap<(&str, &Licence), String> = known
        .listed
        .iter()
        .filter_map(|change| {
            let rule = change
                .finding
                .split('~')
                .next()
                .and_then(Rule::from_value)?;
            let words = format!(
                "is on the change list already: change {}, for “{}”",
                change.id,
                rule.label()
            );
            Some(((change.user_key.as_deref()?, &change.licence), words))
        })
        .collect();
    let asks = matches!(action, Action::Ask { .. } | Action::HandOver { .. });
    for finding in &chosen {
        if let Some(why) = obstacle(case, finding, action) {
            effect.leave_out(&finding.id, why);
            continue;
        }
        if matches!(action, Action::Accept { against: false, .. })
            && let Some(why) = answer(case, finding, known)
        {
            effect.answers += 1;
            effect.leave(&finding.id, why, true);
            continue;
        }
        let user = finding.user.map(|row| case.roster().key_of(row));
        if asks && let Some(user) = user {
            // Twice about the same licence is once too often, within this action as well.
            if !marks.insert((user, &finding.licence)) {
                effect.leave_out(
                    &finding.id,
                    "was asked about this licence lately, or is being asked",
                );
                continue;
            }
        }
        if matches!(action, Action::Accept { .. })
            && let Some(user) = user
        {
            if let Some(why) = going.get(&(user, &finding.licence)) {
                effect.leave_out(&finding.id, why.clone());
                continue;
            }
            let words = "is accepted by this already, under another rule";
            going.insert((user, &finding.licence), words.to_owned());
        }
        people.extend(user);
        effect.count(finding);
        reached.push(finding.clone());
    }
    effect.people = i64::try_from(people.len()).unwrap_or(i64::MAX);
    (effect, reached)
}

impl Effect {
    fn leave_out(&mut self, finding: &str, why: impl Into<String>) {
        self.leave(finding, why, false);
    }

    fn leave(&mut self, finding: &str, why: impl Into<String>, answer: bool) {
        self.left_out_count += 1;
        if self.left_out.len() < TOLD {
            self.left_out.push(LeftOut {
                finding: finding.to_owned(),
                why: why.into(),
                answer,
            });
        }
    }

    fn count(&mut self, finding: &Finding) {
        fn earlier(one: Option<Day>, other: Option<Day>) -> Option<Day> {
            one.into_iter().chain(other).min()
        }
        let buys = finding.rule == Rule::UnderLicensed;
        self.findings += 1;
        self.seats += if buys { -finding.seats } else { finding.seats };
        // What is bought is told apart: netted, a purchase would hide a saving.
        let amount = finding.saving.as_ref().map(|saving| saving.amount);
        if buys {
            self.bought += finding.seats;
            match amount {
                Some(amount) => self.cost.add(amount.times(-1)),
                None => self.cost_without_price += finding.seats,
            }
        } else {
            self.given_back += finding.seats;
            match amount {
                Some(amount) => self.saved.add(amount),
                None => self.saved_without_price += finding.seats,
            }
        }
        if let Some(saving) = &finding.saving {
            self.saving.add(saving.amount);
            self.seat_free_on = earlier(self.seat_free_on, Some(saving.seat_free_on));
            self.invoice_lower_on = earlier(self.invoice_lower_on, saving.invoice_lower_on);
            if saving.invoice_lower_on.is_none() {
                self.invoice_unknown += finding.seats;
            }
        } else {
            self.without_price += finding.seats;
            self.invoice_unknown += finding.seats;
        }
    }
}

/// The findings that were chosen, each once.
fn chosen(case: &AccountSnapshot, selected: &Selected, effect: &mut Effect) -> Vec<Finding> {
    let mut all = Vec::new();
    match selected {
        Selected::Ids(ids) => {
            for id in ids.iter().collect::<BTreeSet<_>>() {
                match case.finding(id) {
                    Some(finding) => all.push(finding),
                    None => effect.leave_out(id, "is not a finding any more"),
                }
            }
        }
        Selected::Query(query) => all = case.findings.all(case.roster(), query),
    }
    all
}

/// Why an action can't be done to a finding, as the end of a sentence.
fn obstacle(case: &AccountSnapshot, finding: &Finding, action: &Action) -> Option<String> {
    let state = finding.state;
    let is = |word: &str| Some(word.to_owned());
    match action {
        Action::Comment { .. } => None,
        Action::Assign { to } => (to.is_empty() && finding.assignee.is_empty())
            .then(|| "is looked after by nobody already: choose a colleague".to_owned()),
        Action::Reopen { .. } => match state {
            FindingState::Open | FindingState::OnHold => is("has no decision to take back"),
            FindingState::Done => is("was changed already: undo the change first"),
            _ => None,
        },
        _ if state == FindingState::Done => is("was changed already"),
        Action::Exempt { scope, .. } => (*scope == DecisionScope::User && finding.user.is_none())
            .then(|| "is about the account and not about a person".to_owned()),
        Action::Accept { .. }
        | Action::Keep { .. }
        | Action::Ask { .. }
        | Action::HandOver { .. }
            if finding.user.is_none() =>
        {
            is(
                "is about the account as a whole and not about one person: decide on the people who hold the licence, or exempt, assign or comment on it",
            )
        }
        Action::Accept { .. } if state == FindingState::Accepted => {
            is("is on the change list already")
        }
        Action::Accept { .. } if state == FindingState::Exempt => {
            let until = case.findings.decision(case.roster(), finding);
            let until = until.and_then(|(_, _, until)| until);
            let until = until.map_or_else(String::new, |day| format!(" until {}", day.long()));
            Some(format!("is exempt{until}: reopen it first"))
        }
        Action::Accept { .. } => step(case, finding)
            .is_none()
            .then(|| "has no smaller licence to change to".to_owned()),
        Action::Ask { .. } | Action::HandOver { .. } => {
            let unreachable = matches!(finding.rule, Rule::Leaver | Rule::DeactivatedCounted);
            match state {
                FindingState::Asked => is("is being asked already"),
                FindingState::Accepted => is("is on the change list already"),
                FindingState::Exempt => is("is exempt"),
                _ if matches!(action, Action::Ask { .. }) && unreachable => {
                    is("cannot be asked: the person has left or is deactivated")
                }
                _ if matches!(action, Action::Ask { .. })
                    && finding
                        .user
                        .is_some_and(|row| case.roster().email_of(row).is_empty()) =>
                {
                    is("has no e-mail address")
                }
                _ => None,
            }
        }
        Action::Keep { .. } => None,
    }
}

/// Whose answer an acceptance would go against, as the end of a sentence.
fn answer(case: &AccountSnapshot, finding: &Finding, known: &Known) -> Option<String> {
    match finding.state {
        FindingState::Asked => Some("is being asked and has not answered yet".to_owned()),
        FindingState::Kept => {
            let who = if known.answered.contains(&finding.id) {
                "answered that the licence is still needed"
            } else {
                "keeps the licence: a colleague decided so"
            };
            let reason = case.findings.decision(case.roster(), finding);
            let reason = reason.map_or("", |(reason, ..)| reason.trim());
            Some(if reason.is_empty() {
                who.to_owned()
            } else {
                format!("{who}: “{reason}”")
            })
        }
        _ => None,
    }
}
