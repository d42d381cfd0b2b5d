//! Changes: the licence of a user, and the add-ons among the settings.
//!
//! A change contains the complete new value and nothing else, so that sending it twice has the same
//! effect as sending it once. It is still not sent again when its answer was lost, because an
//! administrator may have made a newer change in between: see [`Error::Unconfirmed`].

use serde_json::json;

use super::{Client, segment};
use crate::endpoint::{USER_SETTINGS_UPDATE, USER_UPDATE};
use crate::error::Error;

/// An add-on that can be assigned to a licensed user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AddOn {
    /// The licence to host webinars.
    Webinar,
    /// The licence to host meetings above the plan's capacity.
    LargeMeeting,
}

impl Client {
    /// Sets the type of a user: 1 Basic, 2 Licensed. When a user becomes Basic, Zoom also removes the
    /// add-ons, and does not restore them with the licence.
    ///
    /// # Errors
    /// [`Error::SeatsExhausted`] when all bought licences are assigned.
    pub async fn set_user_type(&self, id: &str, user_type: i64) -> Result<(), Error> {
        let path = format!("/users/{}", segment(id)?);
        self.patch(&USER_UPDATE, &path, &json!({ "type": user_type }))
            .await
    }

    /// Gives a user the Zoom Workplace plan with this option, or turns it off with 0. Which licence is left
    /// when it is turned off is not documented: read the user afterwards.
    ///
    /// # Errors
    /// [`Error::Invalid`] with code 2038 when no seat is left, and with code 2039 when the plan cannot be
    /// turned off.
    pub async fn set_workplace_plan(&self, id: &str, option: u64) -> Result<(), Error> {
        let path = format!("/users/{}", segment(id)?);
        self.patch(&USER_UPDATE, &path, &json!({ "zoom_one_type": option }))
            .await
    }

    /// Gives a user the Zoom United plan with this option, or turns it off.
    ///
    /// # Errors
    /// As for [`Client::set_workplace_plan`].
    pub async fn set_united_plan(&self, id: &str, option: Option<&str>) -> Result<(), Error> {
        let path = format!("/users/{}", segment(id)?);
        let option = option.unwrap_or("none");
        self.patch(&USER_UPDATE, &path, &json!({ "plan_united_type": option }))
            .await
    }

    /// Assigns an add-on of this size (participants) to a user; `None` removes it.
    ///
    /// # Errors
    /// [`Error::SeatsExhausted`] when all bought licences of this size are assigned.
    pub async fn set_add_on(
        &self,
        id: &str,
        add_on: AddOn,
        size: Option<i64>,
    ) -> Result<(), Error> {
        let path = format!("/users/{}/settings", segment(id)?);
        let (flag, capacity) = match add_on {
            AddOn::Webinar => ("webinar", "webinar_capacity"),
            AddOn::LargeMeeting => ("large_meeting", "large_meeting_capacity"),
        };
        let feature = match size {
            Some(size) => json!({ flag: true, capacity: size }),
            None => json!({ flag: false }),
        };
        self.patch(&USER_SETTINGS_UPDATE, &path, &json!({ "feature": feature }))
            .await
    }
}
