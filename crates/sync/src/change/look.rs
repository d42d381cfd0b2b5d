//! A look at one change before it is made: at the user, at the evidence, and at reasons against it.

use connector::{ChangeSubject, Error, Holding, LicenceChange};
use store::Change;

use super::carry::Carrier;
use super::report::{Came, OutcomeKind};

/// Whether the evidence for a change is still valid; the error is a sentence on why it is not.
pub type Recheck<'a> = &'a (dyn Fn(&Change) -> Result<(), String> + Send + Sync);

/// The result of a look at a change.
pub(super) enum Look {
    /// There is no reason against it. Contains the licences of the user.
    Free(Holding),
    /// There is a reason against it, or it could not be found out.
    Against(Came),
}

impl Carrier {
    /// Looks at a change without making it.
    pub(super) async fn look(
        &self,
        change: &Change,
        step: &LicenceChange,
        recheck: Recheck<'_>,
    ) -> Look {
        let skip = |text: String| Look::Against(Came::to(OutcomeKind::Skipped, text));
        let application = self.application;
        let Some(user) = change.external_id.as_deref() else {
            return skip(format!(
                "{} has not accepted the invitation yet, so there is no user to change. Withdraw the \
                 invitation at {} or change its licence there.",
                change.email, application.name
            ));
        };
        let holding = match self.changes.holding(user).await {
            Ok(Some(holding)) => holding,
            Ok(None) => {
                return skip(format!(
                    "{} is no longer a user of the account.",
                    change.email
                ));
            }
            Err(error) => return Look::Against(Came::failed(&error)),
        };
        if step.is_made(application, &holding) {
            // A change that was begun before and has been made needs no evidence, only its journal does.
            let begun = change.before_json.is_some();
            return if begun {
                let text = format!(
                    "It had been made before Seatwise was interrupted; {} confirms it.",
                    application.name
                );
                Look::Against(Came::to(OutcomeKind::Done, text))
            } else {
                skip(format!(
                    "Nothing to do: {} has {} already.",
                    change.email,
                    step.after(application)
                ))
            };
        }
        // A change that was begun is finished: half of a suite is of use to nobody.
        let under_way = change.before_json.is_some() && step.is_under_way(application, &holding);
        if !under_way && let Err(why) = recheck(change) {
            return skip(why);
        }
        match self.objection(change, step, user, &holding).await {
            Ok(None) => Look::Free(holding),
            Ok(Some(why)) => skip(why),
            Err(error) => Look::Against(Came::failed(&error)),
        }
    }

    async fn objection(
        &self,
        change: &Change,
        step: &LicenceChange,
        user: &str,
        holding: &Holding,
    ) -> Result<Option<String>, Error> {
        let scheduled = self.store.upcoming_events(change.integration).await;
        let scheduled = scheduled.map_err(|error| {
            tracing::debug!(%error, "stored events could not be read");
            Error::failed(
                "Whether there is a reason against it could not be found out: the events of the last \
                 sync could not be read.",
            )
        })?;
        let subject = ChangeSubject {
            user,
            email: &change.email,
            change: step,
            scheduled: &scheduled,
            now: self.clock.now(),
        };
        if let Some(why) = self.changes.objection(&subject, holding).await? {
            return Ok(Some(why));
        }
        // Checked here too, because the change must start from the licence on the list.
        let begun = change.before_json.is_some();
        let due = step.is_due(self.application, holding)
            || begun && step.is_under_way(self.application, holding);
        Ok((!due).then(|| {
            format!(
                "{} does not have {} any more.",
                change.email,
                step.before(self.application)
            )
        }))
    }
}
