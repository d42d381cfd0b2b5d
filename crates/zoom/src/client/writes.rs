//! Changes: the licence of a user, and the add-ons among the settings.
//!
//! A change is sent with everything that it is about and nothing else, so that sending it twice does
//! no more than sending it once. Still it is not sent again when its answer was lost: see
//! [`Error::Unconfirmed`].

use serde_json::json;

use super::{Client, segment};
use crate::endpoint::{USER_SETTINGS_UPDATE, USER_UPDATE};
use crate::error::Error;

/// An add-on that a licensed user can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AddOn {
    /// Webinars.
    Webinar,
    /// Large meetings.
    LargeMeeting,
}

impl Client {
    /// Sets the type of a user: 1 Basic, 2 Licensed. Zoom takes the add-ons of a user who becomes
    /// Basic, and does not give them back with the licence.
    ///
    /// # Errors
    /// [`Error::SeatsExhausted`] when no licence is left to give.
    pub async fn set_user_type(&self, id: &str, user_type: i64) -> Result<(), Error> {
        let path = format!("/users/{}", segment(id)?);
        self.patch(&USER_UPDATE, &path, &json!({ "type": user_type }))
            .await
    }

    /// Gives a user an add-on of this size (participants), or takes it.
    ///
    /// # Errors
    /// [`Error::SeatsExhausted`] when none of this size is left to give.
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
