//! Making one change. The journal records that it begins and the licences of the user, the change is sent, the
//! licence is read back, and only then the journal records the end. So wherever a process dies, the
//! journal is behind by one step at most, and the next look shows which.

use std::sync::Arc;

use connector::{Changes, ErrorKind, Holding, LicenceChange};
use model::{Application, Clock};
use store::{Actor, Change, Store};

use super::error::ChangeError;
use super::report::{Came, OutcomeKind};
use crate::engine::Engine;

/// Everything that making changes needs. Cheap to clone, because each change is a task of its own that
/// continues when its caller stops.
#[derive(Clone)]
pub(super) struct Carrier {
    pub(super) store: Store,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) application: &'static Application,
    pub(super) changes: Arc<dyn Changes>,
    pub(super) actor: Actor,
}

/// The result of a request to change something.
enum Written {
    /// The change was made. Contains the licences that the user holds then.
    Made(Holding),
    /// The user does not, or it is not known.
    NotMade(Came),
}

impl Engine {
    /// Makes a change against which there is no reason.
    pub(super) async fn carry(
        &self,
        carrier: &Carrier,
        change: &Change,
        step: LicenceChange,
        holding: Holding,
    ) -> Result<Came, ChangeError> {
        let (carrier, change) = (carrier.clone(), change.clone());
        self.finish(async move { carrier.make(&change, &step, &holding).await })
            .await
    }

    /// Reverses a change that was made.
    pub(super) async fn carry_back(
        &self,
        carrier: &Carrier,
        change: &Change,
        step: LicenceChange,
    ) -> Result<Came, ChangeError> {
        let (carrier, change) = (carrier.clone(), change.clone());
        self.finish(async move { carrier.take_back(&change, &step).await })
            .await
    }

    /// Runs something that must not be left in the middle when its caller stops.
    async fn finish(
        &self,
        work: impl Future<Output = Result<Came, store::Error>> + Send + 'static,
    ) -> Result<Came, ChangeError> {
        match self.to_the_end(work).await {
            Ok(came) => Ok(came?),
            Err(broken) if broken.is_panic() => std::panic::resume_unwind(broken.into_panic()),
            Err(broken) => Err(ChangeError::Unavailable(broken.to_string())),
        }
    }
}

impl Carrier {
    /// Records a change that was not made, or that had been made before.
    pub(super) async fn record(&self, change: &Change, came: &Came) -> Result<(), store::Error> {
        let (store, id) = (&self.store, change.integration);
        let (text, actor, now) = (&came.text, &self.actor, self.clock.now());
        match came.kind {
            OutcomeKind::Done => {
                store
                    .mark_change_done(id, change.id, text, actor, now)
                    .await?
            }
            OutcomeKind::Skipped => {
                store
                    .mark_change_skipped(id, change.id, text, actor, now)
                    .await?
            }
            OutcomeKind::Undone => {
                store
                    .mark_change_undone(id, change.id, text, actor, now)
                    .await?
            }
            // A change that was never begun stays on the list as it is.
            OutcomeKind::WouldChange | OutcomeKind::Failed | OutcomeKind::NotDue => false,
        };
        Ok(())
    }

    async fn make(
        &self,
        change: &Change,
        step: &LicenceChange,
        holding: &Holding,
    ) -> Result<Came, store::Error> {
        let (store, id, actor) = (&self.store, change.integration, &self.actor);
        // An undo gives back the licences before the first try, not those before a later one.
        let before = change.before_json.as_ref().unwrap_or(&holding.record);
        let begun = store
            .mark_change_running(id, change.id, before, actor, self.clock.now())
            .await?;
        if !begun {
            let text = "Somebody else has dealt with this change meanwhile.";
            return Ok(Came::to(OutcomeKind::NotDue, text));
        }
        store::crash::point("change begun");
        let came = match self.write(change, step, holding, None).await {
            Written::Made(after) => {
                let words = step.words(self.application, &change.email);
                let mut text = format!("Made and confirmed: {words}.");
                if !holding.differs_only_by(&after, step) {
                    text = format!(
                        "{text} Other licences of this user have changed at {} as well: look.",
                        self.application.name
                    );
                }
                Came::to(OutcomeKind::Done, text)
            }
            Written::NotMade(came) => came,
        };
        store::crash::point("change sent");
        let (text, now) = (&came.text, self.clock.now());
        if came.kind == OutcomeKind::Done {
            store
                .mark_change_done(id, change.id, text, actor, now)
                .await?;
        } else {
            store
                .mark_change_failed(id, change.id, text, actor, now)
                .await?;
        }
        store::crash::point("change ended");
        Ok(came)
    }

    async fn take_back(&self, change: &Change, step: &LicenceChange) -> Result<Came, store::Error> {
        let (back, application) = (step.reversed(), self.application);
        let Some(user) = change.external_id.as_deref() else {
            return Ok(Came::to(OutcomeKind::Failed, "There is no user to change."));
        };
        let holding = match self.changes.holding(user).await {
            Ok(Some(holding)) => holding,
            Ok(None) => {
                let text = format!("{} is no longer a user of the account.", change.email);
                return Ok(Came::to(OutcomeKind::Failed, text));
            }
            Err(error) => return Ok(Came::failed(&error)),
        };
        let came = if back.is_made(application, &holding) {
            let after = back.after(application);
            let text = format!("{} has {after} again already.", change.email);
            Came::to(OutcomeKind::Undone, text)
        } else if !back.is_due(application, &holding) {
            let text = format!(
                "Somebody has changed {} since: there is no {} to take back.",
                change.email,
                back.before(application)
            );
            Came::to(OutcomeKind::Failed, text)
        } else {
            let earlier = change.before_json.as_deref();
            match self.write(change, &back, &holding, earlier).await {
                Written::Made(_) => {
                    let words = back.words(application, &change.email);
                    Came::to(
                        OutcomeKind::Undone,
                        format!("Taken back and confirmed: {words}."),
                    )
                }
                Written::NotMade(came) => came,
            }
        };
        store::crash::point("change taken back");
        self.record(change, &came).await?;
        Ok(came)
    }

    /// Sends the change and reads the licences back, also when the answer was lost, so that
    /// no change is ever sent a second time without a look.
    async fn write(
        &self,
        change: &Change,
        step: &LicenceChange,
        before: &Holding,
        earlier: Option<&str>,
    ) -> Written {
        let user = change.external_id.as_deref().unwrap_or_default();
        let sent = self.changes.write(user, step, earlier).await;
        store::crash::point("change answered");
        let unsure = match &sent {
            Ok(()) => false,
            Err(error) if error.kind == ErrorKind::Unanswered => true,
            Err(error) => return Written::NotMade(Came::failed(error)),
        };
        let (application, name) = (self.application, self.application.name);
        let failed = |text: String| Written::NotMade(Came::to(OutcomeKind::Failed, text));
        match self.changes.holding(user).await {
            Ok(Some(after)) if step.is_made(application, &after) => Written::Made(after),
            Ok(Some(after)) if unsure && after == *before => failed(format!(
                "{name}'s answer was lost; {name} was asked again and has changed nothing."
            )),
            Ok(Some(_)) => failed(format!(
                "{name} took the change but still does not show {}.",
                step.after(application)
            )),
            Ok(None) => failed(format!(
                "{} is no longer a user of the account.",
                change.email
            )),
            Err(error) => Written::NotMade(Came {
                text: format!(
                    "Whether it was made is not known: {name} could not be asked afterwards ({error}) \
                     Trying again looks first."
                ),
                ..Came::failed(&error)
            }),
        }
    }
}
