//! A look at one change before it is made: at the user, the evidence, and what speaks against it.

use store::Change;
use zoom::Client;

use super::Recheck;
use super::guard::Guard;
use super::held::{self, Held};
use super::report::{Came, OutcomeKind};
use super::step::Step;

/// What a look at a change finds.
pub(super) enum Look {
    /// Nothing speaks against it. With what is held now.
    Free(Held),
    /// Something does, or it could not be found out.
    Against(Came),
}

pub(super) async fn look(
    reader: &Client,
    guard: &mut Guard,
    change: &Change,
    step: &Step,
    recheck: Recheck<'_>,
) -> Look {
    let skip = |text: String| Look::Against(Came::to(OutcomeKind::Skipped, text));
    let Some(user) = change.external_id.as_deref() else {
        return skip(format!(
            "{} has not accepted the invitation yet, so there is no user to change. Withdraw the \
             invitation at Zoom or change its licence there.",
            change.email
        ));
    };
    // What was begun before and has been made needs no evidence any more, only the journal does.
    let begun = change.before_json.is_some();
    let held = match held::read(reader, user).await {
        Ok(Some(held)) => held,
        Ok(None) => {
            return skip(format!(
                "{} is no longer a user of the account.",
                change.email
            ));
        }
        Err(error) => return Look::Against(Came::failed(&error)),
    };
    if step.is_made(&held) {
        return if begun {
            let text = "It had been made before Seatwise was interrupted; Zoom confirms it.";
            Look::Against(Came::to(OutcomeKind::Done, text))
        } else {
            skip(format!(
                "Nothing to do: {} has {} already.",
                change.email,
                step.after()
            ))
        };
    }
    if let Err(why) = recheck(change) {
        return skip(why);
    }
    match guard.against(change, step, user, &held).await {
        Ok(None) => Look::Free(held),
        Ok(Some(why)) => skip(why),
        Err(error) => Look::Against(Came::failed(&error)),
    }
}
