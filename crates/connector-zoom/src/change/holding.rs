//! The licences that a user holds at Zoom at this moment.

use std::collections::BTreeMap;

use connector::Holding;
use serde::{Deserialize, Serialize};
use zoom::{AddOn, Client, Error};

use crate::suites::{OTHER_SUITE, SUITES, plans_of, suite_name};

/// Members of a user that must be understood before a licence is changed.
const DECISIVE: [&str; 6] = [
    "type",
    "status",
    "role_id",
    "zoom_one_type",
    "plan_united_type",
    "license_info_list",
];
/// Zoom's number for Basic.
pub(super) const BASIC: i64 = 1;
/// Zoom's number for Licensed.
pub(super) const LICENSED: i64 = 2;

/// Licences and state of a user. Kept in the journal as JSON, so that they can be given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ZoomHolding {
    /// Zoom's number of the base licence.
    pub(super) user_type: i64,
    /// Option of the Zoom Workplace plan, if the user is on one.
    #[serde(default)]
    pub(super) workplace: Option<u64>,
    /// Option of the Zoom United plan, if the user is on one.
    #[serde(default)]
    pub(super) united: Option<String>,
    /// Whether several subscriptions are told apart, so that a plan belongs to one of them.
    #[serde(default)]
    pub(super) subscription: bool,
    /// Whether the user has Zoom Phone.
    #[serde(default)]
    pub(super) phone: bool,
    /// Size of the webinar licence, if the user holds one.
    pub(super) webinar: Option<i64>,
    /// Size of the large-meeting licence, if the user holds one.
    pub(super) large_meeting: Option<i64>,
    /// `active`, `inactive` or `pending`.
    pub(super) status: String,
    /// Whether this is the owner of the account, who must stay licensed.
    pub(super) owner: bool,
}

/// Zoom's add-on of a licence family.
pub(super) fn add_on_of(family: &str) -> Option<AddOn> {
    match family {
        "webinar" => Some(AddOn::Webinar),
        "large_meeting" => Some(AddOn::LargeMeeting),
        _ => None,
    }
}

impl ZoomHolding {
    /// Family of the licence of the user's suite.
    pub(super) fn suite(&self) -> Option<String> {
        let name = suite_name(self.workplace, self.united.as_deref());
        let known = SUITES.suite(&name).is_some();
        match name.as_str() {
            "" => None,
            _ if known => Some(name),
            _ => Some(OTHER_SUITE.to_owned()),
        }
    }

    /// As the engine sees it.
    pub(super) fn into_holding(self) -> Holding {
        let add_ons = [
            ("webinar", self.webinar),
            ("large_meeting", self.large_meeting),
        ];
        Holding {
            base: match (self.user_type, self.suite()) {
                (BASIC, None) => "basic".to_owned(),
                (LICENSED, None) => "licensed".to_owned(),
                (LICENSED, Some(suite)) => suite,
                (other, _) => format!("type {other}"),
            },
            add_ons: add_ons
                .into_iter()
                .filter_map(|(family, size)| Some((family.to_owned(), size?)))
                .collect::<BTreeMap<_, _>>(),
            // Numbers and texts always serialise.
            record: serde_json::to_string(&self).unwrap_or_default(),
        }
    }
}

/// Reads the licences of a user; `None` when there is no such user (any more).
pub(super) async fn read(client: &Client, user: &str) -> Result<Option<ZoomHolding>, Error> {
    let detail = match client.user(user).await {
        Ok(detail) => detail,
        Err(Error::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let settings = match client.user_settings(user).await {
        Ok(settings) => settings,
        Err(Error::NotFound { .. }) => return Ok(None),
        // A pending user holds no add-on.
        Err(Error::PendingSettings) => zoom::types::UserSettings::default(),
        Err(error) => return Err(error),
    };
    let (settings, unread_settings) = (settings.feature, settings.unread);
    // A licence that is unknown must not look like none: nothing is changed then.
    let decisive = [
        "webinar",
        "webinar_capacity",
        "large_meeting",
        "large_meeting_capacity",
    ];
    let unread = detail
        .unread
        .iter()
        .filter(|it| DECISIVE.contains(&it.member))
        .chain(&unread_settings)
        .chain(
            settings
                .unread
                .iter()
                .filter(|it| decisive.contains(&it.member)),
        );
    if let Some(unread) = unread.into_iter().next() {
        return Err(Error::BadResponse {
            status: 200,
            detail: format!("{}: {}", unread.member, unread.reason),
        });
    }
    let (workplace, united) = plans_of(&detail);
    let size_if =
        |flag: Option<bool>, size: Option<i64>| (flag == Some(true)).then(|| size.unwrap_or(0));
    Ok(Some(ZoomHolding {
        user_type: detail.r#type.unwrap_or(0),
        workplace,
        united,
        subscription: detail
            .license_info_list
            .iter()
            .any(|it| it.subscription_id.is_some()),
        phone: settings.zoom_phone == Some(true),
        webinar: size_if(settings.webinar, settings.webinar_capacity),
        large_meeting: size_if(settings.large_meeting, settings.large_meeting_capacity),
        status: detail.status.unwrap_or_default(),
        owner: detail.role_id.as_deref() == Some("0"),
    }))
}
