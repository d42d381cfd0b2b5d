//! The effect of an action: the findings that it can be applied to, and the saving. The preview
//! shows it, and the execution uses the same list.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use insight::findings::Finding;
use model::{Day, FindingState, Licence, Rule, Sums};
use store::{Change, DecisionScope};

use super::action::{Action, Selected};
use super::licence_change::licence_change;
use crate::account_snapshot::AccountSnapshot;

/// The most excluded findings that are returned with their reasons.
const LISTED_REASONS: usize = 100;

/// A user and a licence with an open question or a recent answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RecentlyAsked {
    pub user_key: String,
    pub licence: Licence,
}

/// Stored data that exclude findings from an action.
#[derive(Debug, Clone, Default)]
pub(super) struct Objections {
    /// Excluded from further questions for some time.
    pub recently_asked: Vec<RecentlyAsked>,
    /// Findings that the holder decided on by the link in the e-mail.
    pub answered: HashSet<String>,
    /// Changes that are on the change list and not done.
    pub listed: Vec<Change>,
}

/// The effect of an action. All amounts are for one year.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Effect {
    /// Number of findings that the action is applied to.
    pub findings: i64,
    /// Number of different users among them.
    pub people: i64,
    /// Seats that become free; seats to be bought count negative.
    pub seats: i64,
    /// Saving of all findings; negative if the costs are higher.
    pub saving: Sums,
    /// Seats without a known price.
    pub without_price: i64,
    /// Seats that are given back.
    pub given_back: i64,
    /// Saving of the seats that are given back.
    pub saved: Sums,
    /// Seats that users need and that have to be bought.
    pub bought: i64,
    /// Cost of the seats to be bought.
    pub cost: Sums,
    /// Seats that are given back and have no known price.
    pub saved_without_price: i64,
    /// Seats that are bought and have no known price.
    pub cost_without_price: i64,
    /// The first day on which a seat can be assigned to another user.
    pub seat_free_on: Option<Day>,
    /// The first known day on which an invoice can be lower.
    pub invoice_lower_on: Option<Day>,
    /// Seats whose day of a lower invoice is unknown.
    pub invoice_unknown: i64,
    /// The first hundred of the selected findings that the action cannot be applied to.
    pub left_out: Vec<LeftOut>,
    /// Number of all of them.
    pub left_out_count: i64,
    /// Number of those that are excluded because of an answer, or because an answer is still to
    /// come.
    pub answers: i64,
}

/// A finding that an action cannot be applied to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    pub finding: String,
    /// Reason, as the end of a sentence.
    pub why: String,
    /// Whether the reason is an answer, or an answer that is still to come.
    pub answer: bool,
}

/// The effect, and the findings that the action is applied to.
pub(super) fn compute(
    account: &AccountSnapshot,
    selected: &Selected,
    action: &Action,
    objections: &Objections,
) -> (Effect, Vec<Finding>) {
    let mut effect = Effect::default();
    let chosen = chosen(account, selected, &mut effect);
    let mut people = BTreeSet::new();
    let mut reached = Vec::with_capacity(chosen.len());
    let mut recently_asked: BTreeSet<_> = objections
        .recently_asked
        .iter()
        .map(|asked| (asked.user_key.as_str(), &asked.licence))
        .collect();
    // A licence of a user can be taken only once, whichever rules found it.
    let mut listed: BTreeMap<(&str, &Licence), String> = objections
        .listed
        .iter()
        .filter_map(|change| {
            let rule = change
                .finding
                .split('~')
                .next()
                .and_then(Rule::from_value)?;
            let reason = format!(
                "is on the change list already: change {}, for “{}”",
                change.id,
                rule.label()
            );
            Some(((change.user_key.as_deref()?, &change.licence), reason))
        })
        .collect();
    let is_question = matches!(action, Action::Ask { .. } | Action::HandOver { .. });
    for finding in &chosen {
        if let Some(why) = obstacle(account, finding, action) {
            effect.exclude(&finding.id, why);
            continue;
        }
        if matches!(action, Action::Accept { against: false, .. })
            && let Some(why) = answer(account, finding, objections)
        {
            effect.answers += 1;
            effect.exclude_for(&finding.id, why, true);
            continue;
        }
        let user = finding.user.map(|row| account.roster().key_of(row));
        if is_question && let Some(user) = user {
            // A user must not get two questions about one licence, even by one action.
            if !recently_asked.insert((user, &finding.licence)) {
                effect.exclude(
                    &finding.id,
                    "was asked about this licence within the cool-down, or is being asked",
                );
                continue;
            }
        }
        if matches!(action, Action::Accept { .. })
            && let Some(user) = user
        {
            if let Some(why) = listed.get(&(user, &finding.licence)) {
                effect.exclude(&finding.id, why.clone());
                continue;
            }
            let reason = "is accepted by this action already, under another rule";
            listed.insert((user, &finding.licence), reason.to_owned());
        }
        people.extend(user);
        effect.count(finding);
        reached.push(finding.clone());
    }
    effect.people = i64::try_from(people.len()).unwrap_or(i64::MAX);
    (effect, reached)
}

impl Effect {
    fn exclude(&mut self, finding: &str, why: impl Into<String>) {
        self.exclude_for(finding, why, false);
    }

    fn exclude_for(&mut self, finding: &str, why: impl Into<String>, answer: bool) {
        self.left_out_count += 1;
        if self.left_out.len() < LISTED_REASONS {
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
        let buys = finding.rule.costs();
        self.findings += 1;
        self.seats += if buys { -finding.seats } else { finding.seats };
        // Purchases are summed separately, because they would hide a saving if they were netted.
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

/// The selected findings without duplicates.
fn chosen(account: &AccountSnapshot, selected: &Selected, effect: &mut Effect) -> Vec<Finding> {
    let mut all = Vec::new();
    match selected {
        Selected::Ids(ids) => {
            for id in ids.iter().collect::<BTreeSet<_>>() {
                match account.finding(id) {
                    Some(finding) => all.push(finding),
                    None => effect.exclude(id, "is not a finding any more"),
                }
            }
        }
        Selected::Query(query) => all = account.findings.all(account.roster(), query),
    }
    all
}

/// The reason why an action cannot be applied to a finding, as the end of a sentence.
fn obstacle(account: &AccountSnapshot, finding: &Finding, action: &Action) -> Option<String> {
    let state = finding.state;
    let is = |word: &str| Some(word.to_owned());
    match action {
        Action::Comment { .. } => None,
        Action::Assign { to } => (to.is_empty() && finding.assignee.is_empty())
            .then(|| "is not assigned: choose a colleague".to_owned()),
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
            let until = account.findings.decision(account.roster(), finding);
            let until = until.and_then(|(_, _, until)| until);
            let until = until.map_or_else(String::new, |day| format!(" until {}", day.long()));
            Some(format!("is exempt{until}: reopen it first"))
        }
        Action::Accept { .. } => licence_change(account, finding)
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
                        .is_some_and(|row| account.roster().email_of(row).is_empty()) =>
                {
                    is("has no e-mail address")
                }
                _ => None,
            }
        }
        Action::Keep { .. } => None,
    }
}

/// The answer that an acceptance would contradict, as the end of a sentence.
fn answer(account: &AccountSnapshot, finding: &Finding, objections: &Objections) -> Option<String> {
    match finding.state {
        FindingState::Asked => Some("is being asked and has not answered yet".to_owned()),
        FindingState::Kept => {
            let who = if objections.answered.contains(&finding.id) {
                "answered that the licence is still needed"
            } else {
                "keeps the licence: a colleague decided so"
            };
            let reason = account.findings.decision(account.roster(), finding);
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
