//! Making one change: the journal says that it begins and what was there, Zoom is told, Zoom is asked
//! what it has now, and only then the journal says how it ended. So wherever a process dies, the
//! journal is behind by one step at most, and the next look at Zoom tells which.

use std::sync::Arc;

use model::Clock;
use store::{Actor, Change, Store};
use zoom::{Client, Error};

use super::held::{self, Held};
use super::step::{BASIC, LICENSED, Step};
use super::{Came, ChangeError, OutcomeKind};
use crate::engine::Engine;

/// Everything that making changes needs. Cheap to clone: each change is a task of its own, which goes
/// on when its caller goes away.
#[derive(Clone)]
pub(super) struct Carrier {
    pub(super) store: Store,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) reader: Client,
    pub(super) writer: Client,
    pub(super) actor: Actor,
}

/// What became of a request to change something.
enum Written {
    /// Zoom has what was wanted.
    Made(Held),
    /// It has not.
    NotMade(Came),
}

impl Engine {
    /// Makes a change against which nothing speaks.
    pub(super) async fn carry(
        &self,
        carrier: &Carrier,
        change: &Change,
        step: Step,
        held: Held,
    ) -> Result<Came, ChangeError> {
        let (carrier, change) = (carrier.clone(), change.clone());
        self.finish(async move { carrier.make(&change, step, &held).await })
            .await
    }

    /// Takes a change back.
    pub(super) async fn carry_back(
        &self,
        carrier: &Carrier,
        change: &Change,
        step: Step,
    ) -> Result<Came, ChangeError> {
        let (carrier, change) = (carrier.clone(), change.clone());
        self.finish(async move { carrier.take_back(&change, step).await })
            .await
    }

    /// Runs something that must not be left in the middle when its caller goes away.
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
    /// Writes down a change that was not made, or that turned out to have been made before.
    pub(super) async fn note(&self, change: &Change, came: &Came) -> Result<(), store::Error> {
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
            _ => false,
        };
        Ok(())
    }

    async fn make(&self, change: &Change, step: Step, held: &Held) -> Result<Came, store::Error> {
        let (store, id, actor) = (&self.store, change.integration, &self.actor);
        // What was there before the first try is what there is to go back to.
        let before = match &change.before_json {
            Some(before) => before.clone(),
            None => serde_json::to_string(held).unwrap_or_default(),
        };
        let begun = store
            .mark_change_running(id, change.id, &before, actor, self.clock.now())
            .await?;
        if !begun {
            let text = "Somebody else has dealt with this change meanwhile.";
            return Ok(Came::to(OutcomeKind::NotDue, text));
        }
        store::crash::point("change begun");
        let came = match self.write(change, step, held).await {
            Written::Made(after) => {
                let kept = held.same_but(&after, add_on(step));
                let mut text = format!("Made and confirmed: {}.", step.words(&change.email));
                if !kept {
                    text.push_str(
                        " Other licences of this user have changed at Zoom as well: look.",
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

    async fn take_back(&self, change: &Change, step: Step) -> Result<Came, store::Error> {
        let back = step.back();
        let Some(user) = change.external_id.as_deref() else {
            return Ok(Came::to(OutcomeKind::Failed, "There is no user to change."));
        };
        let held = match held::read(&self.reader, user).await {
            Ok(Some(held)) => held,
            Ok(None) => {
                let text = format!("{} is no longer a user of the account.", change.email);
                return Ok(Came::to(OutcomeKind::Failed, text));
            }
            Err(error) => return Ok(Came::failed(&error)),
        };
        let came = if back.is_made(&held) {
            let text = format!("{} has {} again already.", change.email, back.after());
            Came::to(OutcomeKind::Undone, text)
        } else if !back.is_due(&held) {
            let text = format!(
                "Somebody has changed {} since: there is no {} to take back.",
                change.email,
                back.before()
            );
            Came::to(OutcomeKind::Failed, text)
        } else {
            match self.write(change, back, &held).await {
                Written::Made(_) => {
                    let text = format!("Taken back and confirmed: {}.", back.words(&change.email));
                    Came::to(OutcomeKind::Undone, text)
                }
                Written::NotMade(came) => came,
            }
        };
        store::crash::point("change taken back");
        self.note(change, &came).await?;
        Ok(came)
    }

    /// Tells Zoom, and asks what it has then: also when its answer was lost, so that nothing is ever
    /// sent a second time without a look.
    async fn write(&self, change: &Change, step: Step, before: &Held) -> Written {
        let user = change.external_id.as_deref().unwrap_or_default();
        let sent = match step {
            Step::Base { give } => {
                let user_type = if give { LICENSED } else { BASIC };
                self.writer.set_user_type(user, user_type).await
            }
            Step::AddOn { add_on, to, .. } => self.writer.set_add_on(user, add_on, to).await,
        };
        store::crash::point("change answered");
        let unsure = match &sent {
            Ok(()) => false,
            Err(
                Error::Unconfirmed { .. }
                | Error::TooManyRetries { .. }
                | Error::Transport(_)
                | Error::BadResponse { .. },
            ) => true,
            Err(error) => return Written::NotMade(Came::failed(error)),
        };
        match held::read(&self.reader, user).await {
            Ok(Some(after)) if step.is_made(&after) => Written::Made(after),
            Ok(Some(after)) if unsure && after == *before => Written::NotMade(Came::to(
                OutcomeKind::Failed,
                "Zoom's answer was lost; Zoom was asked again and has changed nothing.",
            )),
            Ok(Some(_)) => Written::NotMade(Came::to(
                OutcomeKind::Failed,
                format!(
                    "Zoom took the change but still does not show {}.",
                    step.after()
                ),
            )),
            Ok(None) => Written::NotMade(Came::to(
                OutcomeKind::Failed,
                format!("{} is no longer a user of the account.", change.email),
            )),
            Err(error) => Written::NotMade(Came {
                text: format!(
                    "Whether it was made is not known: Zoom could not be asked afterwards ({error}). \
                     Trying again looks first."
                ),
                ..Came::failed(&error)
            }),
        }
    }
}

fn add_on(step: Step) -> Option<zoom::AddOn> {
    match step {
        Step::Base { .. } => None,
        Step::AddOn { add_on, .. } => Some(add_on),
    }
}
