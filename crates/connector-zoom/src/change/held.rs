//! What a user holds at Zoom at this moment.

use serde::{Deserialize, Serialize};
use zoom::{AddOn, Client, Error};

use super::step::name;

/// What a user holds. Kept in the journal, so that it can be given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Held {
    /// Zoom's number of the base licence.
    pub(super) user_type: i64,
    /// Size of the webinar licence, if one is held.
    pub(super) webinar: Option<i64>,
    /// Size of the large-meeting licence, if one is held.
    pub(super) large_meeting: Option<i64>,
    /// `active`, `inactive` or `pending`.
    pub(super) status: String,
    /// Whether this is the owner of the account, who must stay licensed.
    pub(super) owner: bool,
}

impl Held {
    /// Size of an add-on, if it is held.
    pub(super) fn add_on(&self, add_on: AddOn) -> Option<i64> {
        match add_on {
            AddOn::Webinar => self.webinar,
            AddOn::LargeMeeting => self.large_meeting,
        }
    }

    /// The add-ons that are held, in words.
    pub(super) fn add_ons(&self) -> Vec<String> {
        [AddOn::Webinar, AddOn::LargeMeeting]
            .into_iter()
            .filter_map(|add_on| Some(format!("{} {}", name(add_on), self.add_on(add_on)?)))
            .collect()
    }

    /// Whether this and `other` differ in licences by nothing but the base licence or this add-on.
    pub(super) fn same_but(&self, other: &Self, changed: Option<AddOn>) -> bool {
        let kept = |add_on| changed == Some(add_on) || self.add_on(add_on) == other.add_on(add_on);
        let base = changed.is_none() || self.user_type == other.user_type;
        base && kept(AddOn::Webinar) && kept(AddOn::LargeMeeting)
    }
}

/// Reads what a user holds; `None` when there is no such user (any more).
pub(super) async fn read(client: &Client, user: &str) -> Result<Option<Held>, Error> {
    let detail = match client.user(user).await {
        Ok(detail) => detail,
        Err(Error::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let settings = match client.user_settings(user).await {
        Ok(settings) => settings.feature,
        Err(Error::NotFound { .. }) => return Ok(None),
        // Nobody in this state holds an add-on.
        Err(Error::PendingSettings) => zoom::types::Feature::default(),
        Err(error) => return Err(error),
    };
    let held =
        |flag: Option<bool>, size: Option<i64>| (flag == Some(true)).then(|| size.unwrap_or(0));
    Ok(Some(Held {
        user_type: detail.r#type.unwrap_or(0),
        webinar: held(settings.webinar, settings.webinar_capacity),
        large_meeting: held(settings.large_meeting, settings.large_meeting_capacity),
        status: detail.status.unwrap_or_default(),
        owner: detail.role_id.as_deref() == Some("0"),
    }))
}
