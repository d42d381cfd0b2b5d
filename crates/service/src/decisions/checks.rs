//! Checks of an action that need stored data or the selection.

use model::FieldValue;

use super::action::{Action, Selected};
use crate::account_snapshot::AccountSnapshot;
use crate::context::Context;
use crate::error::Error;

/// Refuses to override answers of all findings that match a filter. They must be named one by one,
/// because overriding an answer needs a look at it.
pub(super) fn by_name_only(selected: &Selected, action: &Action) -> Result<(), Error> {
    match (selected, action) {
        (Selected::Query(_), Action::Accept { against: true, .. }) => Err(Error::parameter(
            "override",
            "goes with findings that are named one by one, not with all that match",
        )),
        _ => Ok(()),
    }
}

/// Checks an action against stored data.
pub(super) async fn check(
    context: &Context,
    account: &AccountSnapshot,
    action: &Action,
) -> Result<(), Error> {
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
        Action::HandOver { to, .. } if !is_known(context, account, to).await? => {
            return Err(Error::parameter(
                "to",
                format!(
                    "`{to}` is neither an active user of this account nor a member: give the address \
                     of somebody who is"
                ),
            ));
        }
        Action::Exempt { until, .. } if *until < account.today => {
            return Err(Error::parameter(
                "until",
                format!("{until} has passed: give {} or later", account.today),
            ));
        }
        _ => {}
    }
    Ok(())
}

/// Whether data about a colleague may be sent to this address: it must belong to an active user of
/// the account or to a member of the organisation.
async fn is_known(
    context: &Context,
    account: &AccountSnapshot,
    email: &str,
) -> Result<bool, Error> {
    let roster = account.roster();
    let rows = u32::try_from(roster.len()).unwrap_or(u32::MAX);
    let is_user = (0..rows)
        .filter(|row| roster.email_of(*row).eq_ignore_ascii_case(email))
        .filter_map(|row| roster.user(roster.key_of(row), 30))
        .any(|detail| {
            let fields = account.application.fields.iter();
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
