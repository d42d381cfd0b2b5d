//! Zoom's side of [`connector::Changes`].

use async_trait::async_trait;
use connector::{ChangeSubject, Changes, Error, ErrorKind, Holding, LicenceChange};
use zoom::Client;

use super::holding::{self, BASIC, LICENSED, ZoomHolding, add_on_of};
use super::objection::Objections;
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

    async fn write(&self, user: &str, change: &LicenceChange) -> Result<(), Error> {
        let Some(writer) = &self.writer else {
            let none = "No app that may change licences is connected.";
            return Err(Error::new(ErrorKind::Denied, none));
        };
        let written = match change {
            LicenceChange::Base { give } => {
                let user_type = if *give { LICENSED } else { BASIC };
                writer.set_user_type(user, user_type).await
            }
            LicenceChange::AddOn { family, to, .. } => match add_on_of(family) {
                Some(add_on) => writer.set_add_on(user, add_on, *to).await,
                None => return Err(Error::failed(format!("Zoom has no add-on {family}."))),
            },
        };
        written.map_err(|error| of_change(&error))
    }
}
