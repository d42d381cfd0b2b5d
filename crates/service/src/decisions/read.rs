//! Actions and selections, read from a form or from a JSON object with the same names.

use model::Day;
use store::{DecisionScope, OnSilence};

use super::action::{ASK_DAYS, Action, Selected};
use crate::account_snapshot::AccountSnapshot;
use crate::context::Context;
use crate::error::{Error, FieldError};
use crate::pairs::Pairs;
use crate::parameters::{
    FromParameter, Member, MemberKind, ParameterValue, Reader, YesNo, not_one_of, whole_number,
};
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
/// The parameters of actions.
pub const ACTION_MEMBERS: [Member; 12] = [
    Member {
        required: true,
        ..Member::optional(
            "action",
            MemberKind::Text,
            "`ask`, `hand_over`, `exempt`, `accept`, `keep`, `reopen`, `assign` or `comment`.",
        )
    },
    Member::optional(
        "message",
        MemberKind::Text,
        "`ask`, `hand_over`: the text of the question, instead of the organisation's own text.",
    ),
    Member::optional(
        "days",
        MemberKind::Days,
        "`ask`: days until the link expires, 1 to 90; 14 when not given.",
    ),
    Member::optional(
        "remind_days",
        MemberKind::Days,
        "`ask`: days after which a reminder is sent; none when not given.",
    ),
    Member::optional(
        "on_silence",
        MemberKind::Text,
        "`ask`: the effect of no answer: `nothing` (the default) or `accept`.",
    ),
    Member::optional(
        "to",
        MemberKind::Text,
        "`hand_over`: the person who answers instead of the holder. `assign`: a member; empty to\nremove the assignment.",
    ),
    Member::optional(
        "until",
        MemberKind::Text,
        "`exempt`: the last day of the exemption.",
    ),
    Member::optional(
        "reason",
        MemberKind::Text,
        "`exempt`: the reason for the exemption.",
    ),
    Member::optional(
        "scope",
        MemberKind::Text,
        "`exempt`: `licence` (the default; `finding` means the same) for this licence of the user,\nwhichever rule finds it, or `user` for everything about the user.",
    ),
    Member::optional(
        "note",
        MemberKind::Text,
        "`accept`, `keep`, `reopen`: the reason, for the history.",
    ),
    Member::optional(
        "override",
        MemberKind::YesNo,
        "`accept` with `ids`: also against an answer that keeps the licence, and before a question is\nanswered; exempt findings have to be reopened first.",
    ),
    Member::optional(
        "text",
        MemberKind::Text,
        "`comment`: the text of the comment.",
    ),
];

/// Whether this is the name of a parameter of actions.
#[must_use]
pub fn is_of_action(name: &str) -> bool {
    ACTION_MEMBERS.iter().any(|member| member.name == name)
}

/// The parameters of a form beside those of the action and the filters.
const SELECTION: [&str; 3] = ["finding", "all", "dry_run"];

impl Action {
    /// Reads `action` and its parameters. Parameters of other actions are ignored.
    pub fn read(reader: &mut Reader<'_>, today: Day) -> Option<Self> {
        reader.allow(&ACTION_MEMBERS.map(|member| member.name));
        let right = format!("give one of {}", ACTIONS.join(", "));
        let action = reader.needed("action", &right, |word| {
            if ACTIONS.contains(&word) {
                Ok(word.to_owned())
            } else {
                Err(not_one_of(word, &ACTIONS))
            }
        })?;
        match action.as_str() {
            "ask" => ask(reader),
            "hand_over" => {
                let right = "give the e-mail address of the person to ask";
                let to = reader.needed("to", right, address);
                let message = reader.get("message");
                Some(Self::HandOver {
                    to: to?,
                    message: message?,
                })
            }
            "exempt" => exempt(reader, today),
            "accept" => {
                let (note, against) = (reader.get("note"), reader.get::<YesNo>("override"));
                Some(Self::Accept {
                    note: note?,
                    against: against?.0,
                })
            }
            "keep" => reader.get("note").map(|note| Self::Keep { note }),
            "reopen" => reader.get("note").map(|note| Self::Reopen { note }),
            "assign" => {
                let to: Option<String> = reader.get("to");
                to.map(|to| Self::Assign {
                    to: to.to_lowercase(),
                })
            }
            _ => {
                let text = reader.needed("text", "write a comment", any_text);
                text.map(|text| Self::Comment { text })
            }
        }
    }
}

fn ask(reader: &mut Reader<'_>) -> Option<Action> {
    let message = reader.get("message");
    let days = reader.get::<Option<DaysToAnswer>>("days");
    let remind_days = reader.get::<Option<DaysToAnswer>>("remind_days");
    let on_silence = reader.get("on_silence");
    let days = days.map(|days| days.map_or(ASK_DAYS, |days| days.0));
    let remind_days = remind_days.map(|remind| remind.map(|remind| remind.0));
    if let (Some(days), Some(Some(remind))) = (days, remind_days)
        && remind >= days
    {
        let message = format!("is {remind}, and the link runs out after {days} days: give less");
        reader.error("remind_days", message);
    }
    Some(Action::Ask {
        message: message?,
        days: days?,
        remind_days: remind_days?,
        on_silence: on_silence?,
    })
}

fn exempt(reader: &mut Reader<'_>, today: Day) -> Option<Action> {
    let right = "give the last day of the exemption, `yyyy-mm-dd`";
    let until = reader.needed("until", right, |text| {
        let until = Day::parse(text)?;
        if until < today {
            return Err(format!("{until} has passed: give {today} or later"));
        }
        Ok(until)
    });
    let reason = reader.needed("reason", "say why the licence is to stay", any_text);
    let scope = reader.get("scope");
    Some(Action::Exempt {
        until: until?,
        reason: reason?,
        scope: scope?,
    })
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the reader takes functions that can refuse a text"
)]
fn any_text(text: &str) -> Result<String, String> {
    Ok(text.to_owned())
}

fn address(text: &str) -> Result<String, String> {
    let is_one = text
        .split_once('@')
        .is_some_and(|(name, domain)| !name.is_empty() && domain.contains('.'));
    if is_one && !text.contains(char::is_whitespace) {
        Ok(text.to_lowercase())
    } else {
        Err(format!(
            "`{text}` is not an e-mail address such as ada@example.com"
        ))
    }
}

/// Days within which a question can be answered.
struct DaysToAnswer(u16);

impl ParameterValue for DaysToAnswer {
    fn parse(text: &str) -> Result<Self, String> {
        match whole_number(text)? {
            days @ 1..=90 => Ok(Self(days)),
            _ => Err("is not a number of days from 1 to 90".to_owned()),
        }
    }
}

impl FromParameter for OnSilence {
    fn from_values(values: &[&str]) -> Result<Self, Vec<String>> {
        match values.first().copied().unwrap_or_default() {
            "" => Ok(Self::Nothing),
            word => Self::from_value(word)
                .ok_or_else(|| vec![format!("`{word}` is not `nothing` or `accept`")]),
        }
    }
}

impl FromParameter for DecisionScope {
    fn from_values(values: &[&str]) -> Result<Self, Vec<String>> {
        match values.first().copied().unwrap_or_default() {
            "" | "licence" => Ok(Self::Finding),
            word => Self::from_value(word)
                .ok_or_else(|| vec![format!("`{word}` is not `licence` or `user`")]),
        }
    }
}

impl Selected {
    /// Reads `finding`, which may be repeated, or with `all=yes` the filters of the list. The inner
    /// error contains everything that is wrong with them.
    #[crate::boxed]
    pub async fn from_pairs(
        context: &Context,
        account: &AccountSnapshot,
        pairs: &Pairs,
    ) -> Result<Result<Self, Vec<FieldError>>, Error> {
        if pairs.text("all") == Some("yes") {
            let filters = pairs
                .0
                .iter()
                .filter(|(name, _)| {
                    let name = name.as_str();
                    !is_of_action(name) && !SELECTION.contains(&name)
                })
                .cloned();
            return Self::matching(context, account, &Pairs(filters.collect())).await;
        }
        let ids: Vec<String> = pairs
            .0
            .iter()
            .filter(|(name, value)| name == "finding" && !value.is_empty())
            .map(|(_, value)| value.clone())
            .collect();
        if ids.is_empty() {
            return Ok(Err(vec![FieldError::new(
                "finding",
                "is missing: name at least one finding, or give `all=yes` with filters",
            )]));
        }
        Ok(Ok(Self::Ids(ids)))
    }

    /// All findings that match the filters of the list.
    #[crate::boxed]
    pub async fn matching(
        context: &Context,
        account: &AccountSnapshot,
        filters: &Pairs,
    ) -> Result<Result<Self, Vec<FieldError>>, Error> {
        // The cursor is left out, because the filters of users would read it as theirs.
        let filters = filters.0.iter().filter(|(name, _)| name != "cursor");
        let filters = Pairs(filters.cloned().collect());
        let query = finding_query(context, account.application, &filters).await?;
        Ok(query
            .map(Self::Query)
            .map_err(|errors| Error::from(errors).text.errors))
    }
}
