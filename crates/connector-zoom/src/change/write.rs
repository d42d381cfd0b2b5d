//! Zoom's side of [`connector::Changes`].

use async_trait::async_trait;
use connector::{ChangeSubject, Changes, Error, ErrorKind, Holding, LicenceChange};
use model::Licence;
use zoom::Client;

use super::holding::{self, BASIC, LICENSED, ZoomHolding, add_on_of};
use super::objection::Objections;
use crate::application::ZOOM;
use crate::error::of_change;

/// Changes licences of one Zoom account.
pub(crate) struct ZoomChanges {
    reader: Client,
    writer: Option<Client>,
    objections: Objections,
}

impl ZoomChanges {
    /// `writer` is the client of the app that may write; without it changes can only be checked.
    pub(crate) fn new(reader: Client, writer: Option<Client>) -> Self {
        Self {
            objections: Objections::new(reader.clone()),
            reader,
            writer,
        }
    }
}

/// Family of the plain licence.
const PLAIN: &str = "licensed";

impl ZoomChanges {
    /// Takes a suite, and the plain licence that Zoom may leave in its place. Each step looks first, so that
    /// a change that was interrupted continues where it was.
    async fn take_suite(&self, writer: &Client, user: &str) -> Result<(), zoom::Error> {
        let gone = || zoom::Error::NotFound {
            code: 1001,
            message: "the user is gone".to_owned(),
        };
        let held = holding::read(&self.reader, user).await?.ok_or_else(gone)?;
        if held.workplace.is_some() {
            writer.set_workplace_plan(user, 0).await?;
        } else if held.united.is_some() {
            writer.set_united_plan(user, None).await?;
        }
        let left = holding::read(&self.reader, user).await?.ok_or_else(gone)?;
        if left.user_type == LICENSED && left.suite().is_none() {
            writer.set_user_type(user, BASIC).await?;
        }
        Ok(())
    }
}

/// Gives the suite that a user had before.
async fn give_suite(writer: &Client, user: &str, earlier: &ZoomHolding) -> Result<(), zoom::Error> {
    match (earlier.workplace, &earlier.united) {
        (Some(option), _) => writer.set_workplace_plan(user, option).await,
        (None, Some(option)) => writer.set_united_plan(user, Some(option)).await,
        (None, None) => writer.set_user_type(user, earlier.user_type).await,
    }
}

#[async_trait]
impl Changes for ZoomChanges {
    async fn holding(&self, user: &str) -> Result<Option<Holding>, Error> {
        let read = holding::read(&self.reader, user).await;
        let read = read.map_err(|error| of_change(&error))?;
        Ok(read.map(ZoomHolding::into_holding))
    }

    async fn objection(
        &self,
        subject: &ChangeSubject<'_>,
        holding: &Holding,
    ) -> Result<Option<String>, Error> {
        let objection = self.objections.against(subject, holding).await;
        objection.map_err(|error| of_change(&error))
    }

    async fn write(
        &self,
        user: &str,
        change: &LicenceChange,
        earlier: Option<&str>,
    ) -> Result<(), Error> {
        let Some(writer) = &self.writer else {
            let none = "No app that may change licences is connected.";
            return Err(Error::new(ErrorKind::Denied, none));
        };
        let written = match change {
            LicenceChange::Base { family, give } if family == PLAIN => {
                let user_type = if *give { LICENSED } else { BASIC };
                writer.set_user_type(user, user_type).await
            }
            LicenceChange::Base { give: false, .. } => self.take_suite(writer, user).await,
            LicenceChange::Base { family, give: true } => {
                let earlier = earlier.and_then(|record| serde_json::from_str(record).ok());
                let Some(earlier) = earlier else {
                    let name = Licence::base(family).label(&ZOOM);
                    return Err(Error::failed(format!(
                        "Which calling plan {name} should come with is not known. Give it at Zoom."
                    )));
                };
                give_suite(writer, user, &earlier).await
            }
            LicenceChange::AddOn { family, to, .. } => match add_on_of(family) {
                Some(add_on) => writer.set_add_on(user, add_on, *to).await,
                None => return Err(Error::failed(format!("Zoom has no add-on {family}."))),
            },
        };
        written.map_err(|error| of_change(&error))
    }
}
