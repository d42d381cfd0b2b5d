//! Actions and selections, read from a form or from a JSON object with the same names.

use model::Day;
use store::{DecisionScope, OnSilence};

use super::action::{ASK_DAYS, Action, Selected};
use crate::account_snapshot::AccountSnapshot;
use crate::context::Context;
use crate::error::Error;
use crate::pairs::Pairs;
use crate::queries::finding_query;

/// Values of the parameter `action`.
const ACTIONS: [&str; 8] = [
    "ask",
    "hand_over",
    "exempt",
    "accept",
    "keep",
    "reopen",
    "assign",
    "comment",
];
/// The parameters of actions. All other parameters except `all` are filters.
pub(crate) const PARAMETERS: [&str; 15] = [
    "action",
    "message",
    "days",
    "remind_days",
    "on_silence",
    "to",
    "until",
    "reason",
    "scope",
    "note",
    "override",
    "text",
    "finding",
    "all",
    "dry_run",
];

impl Action {
    /// Reads `action` and its parameters.
    pub fn from_pairs(pairs: &Pairs, today: Day) -> Result<Self, Error> {
        let text = |name: &str| pairs.text(name).unwrap_or_default().to_owned();
        let needed = |name: &str, why: &str| match pairs.text(name) {
            Some(text) => Ok(text.to_owned()),
            None => Err(Error::parameter(name, format!("is missing: {why}"))),
        };
        let action = needed("action", &format!("give one of {}", ACTIONS.join(", ")))?;
        Ok(match action.as_str() {
            "ask" => Self::Ask {
                message: text("message"),
                days: days(pairs, "days")?.unwrap_or(ASK_DAYS),
                remind_days: reminder(pairs)?,
                on_silence: silence(pairs)?,
            },
            "hand_over" => Self::HandOver {
                to: address(&needed(
                    "to",
                    "give the e-mail address of the person to ask",
                )?)?,
                message: text("message"),
            },
            "exempt" => Self::Exempt {
                until: match pairs.day("until")? {
                    Some(until) if until >= today => until,
                    Some(until) => {
                        return Err(Error::parameter(
                            "until",
                            format!("{until} has passed: give {today} or later"),
                        ));
                    }
                    None => {
                        return Err(Error::parameter(
                            "until",
                            "is missing: give the last day of the exemption, `yyyy-mm-dd`",
                        ));
                    }
                },
                reason: needed("reason", "say why the licence is to stay")?,
                scope: match pairs.text("scope") {
                    None | Some("licence") => DecisionScope::Finding,
                    Some(word) => DecisionScope::from_value(word).ok_or_else(|| {
                        Error::parameter("scope", format!("`{word}` is not `licence` or `user`"))
                    })?,
                },
            },
            "accept" => Self::Accept {
                note: text("note"),
                against: match pairs.text("override") {
                    None | Some("no") => false,
                    Some("yes") => true,
                    Some(other) => {
                        return Err(Error::parameter(
                            "override",
                            format!("`{other}` is not `yes` or `no`"),
                        ));
                    }
                },
            },
            "keep" => Self::Keep { note: text("note") },
            "reopen" => Self::Reopen { note: text("note") },
            "assign" => Self::Assign {
                to: text("to").to_lowercase(),
            },
            "comment" => Self::Comment {
                text: needed("text", "write a comment")?,
            },
            other => {
                return Err(Error::parameter(
                    "action",
                    format!("`{other}` is not one of {}", ACTIONS.join(", ")),
                ));
            }
        })
    }
}

fn address(text: &str) -> Result<String, Error> {
    let is_one = text
        .split_once('@')
        .is_some_and(|(name, domain)| !name.is_empty() && domain.contains('.'));
    if is_one && !text.contains(char::is_whitespace) {
        Ok(text.to_lowercase())
    } else {
        Err(Error::parameter(
            "to",
            format!("`{text}` is not an e-mail address such as ada@example.com"),
        ))
    }
}

fn days(pairs: &Pairs, name: &str) -> Result<Option<u16>, Error> {
    match pairs.number::<u16>(name)? {
        Some(0 | 91..) => Err(Error::parameter(
            name,
            "is not a number of days from 1 to 90",
        )),
        days => Ok(days),
    }
}

fn reminder(pairs: &Pairs) -> Result<Option<u16>, Error> {
    let (end, remind) = (
        days(pairs, "days")?.unwrap_or(ASK_DAYS),
        days(pairs, "remind_days")?,
    );
    match remind {
        Some(remind) if remind >= end => Err(Error::parameter(
            "remind_days",
            format!("is {remind}, and the link runs out after {end} days: give less"),
        )),
        remind => Ok(remind),
    }
}

fn silence(pairs: &Pairs) -> Result<OnSilence, Error> {
    match pairs.text("on_silence") {
        None => Ok(OnSilence::Nothing),
        Some(word) => OnSilence::from_value(word).ok_or_else(|| {
            Error::parameter(
                "on_silence",
                format!("`{word}` is not `nothing` or `accept`"),
            )
        }),
    }
}

impl Selected {
    /// Reads `finding`, which may be repeated, or with `all=yes` the filters of the list.
    pub async fn from_pairs(
        context: &Context,
        account: &AccountSnapshot,
        pairs: &Pairs,
    ) -> Result<Self, Error> {
        if pairs.text("all") == Some("yes") {
            let filters = pairs
                .0
                .iter()
                .filter(|(name, _)| !PARAMETERS.contains(&name.as_str()))
                .cloned();
            let query =
                finding_query(context, account.application, &Pairs(filters.collect())).await?;
            return query.map(Self::Query).map_err(Error::from);
        }
        let ids: Vec<String> = pairs
            .0
            .iter()
            .filter(|(name, value)| name == "finding" && !value.is_empty())
            .map(|(_, value)| value.clone())
            .collect();
        if ids.is_empty() {
            return Err(Error::parameter(
                "finding",
                "is missing: name at least one finding, or give `all=yes` with filters",
            ));
        }
        Ok(Self::Ids(ids))
    }
}
