//! Users of the account, their settings and permissions.

use super::{Client, segment};
use crate::body::Body;
use crate::endpoint::{
    USER, USER_ASSISTANTS, USER_PERMISSIONS, USER_SCHEDULERS, USER_SETTINGS, USERS, USERS_SUMMARY,
};
use crate::error::Error;
use crate::member::Member as _;
use crate::page::{Page, PageToken};
use crate::record::{Record as _, Unread};
use crate::types::{Delegate, User, UserDetail, UserSettings, UsersSummary};

/// The status of the users to list. A full list needs one request per status, because Zoom lists
/// one status at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UserStatus {
    /// Users who can sign in.
    Active,
    /// Users deactivated by an administrator.
    Inactive,
    /// Invited users without a first sign-in; they have no id.
    Pending,
}

impl UserStatus {
    /// All statuses, in the order in which they are read.
    pub const ALL: [Self; 3] = [Self::Active, Self::Inactive, Self::Pending];

    /// Zoom's value of the parameter `status`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Pending => "pending",
        }
    }
}

impl Client {
    /// Reads one page of the users of one status. The same user can come twice, because Zoom promises
    /// no stable order.
    pub async fn users(
        &self,
        status: UserStatus,
        page_size: u32,
        next: Option<&PageToken>,
    ) -> Result<Page<User>, Error> {
        let query = vec![("status", status.as_str().to_owned())];
        self.list(&USERS, "/users", query, (page_size, next)).await
    }

    /// Reads one user, by id or e-mail address.
    pub async fn user(&self, id_or_email: &str) -> Result<UserDetail, Error> {
        let path = format!("/users/{}", segment(id_or_email)?);
        self.get(&USER, &path, &[], |body| Ok(UserDetail::from_members(body)))
            .await
    }

    /// Reads the user that installed the app. Server-to-Server apps have none.
    pub async fn me(&self) -> Result<UserDetail, Error> {
        self.user("me").await
    }

    /// Reads the licences of a user.
    ///
    /// # Errors
    /// [`Error::PendingSettings`] for a pending user.
    pub async fn user_settings(&self, id: &str) -> Result<UserSettings, Error> {
        let path = format!("/users/{}/settings", segment(id)?);
        self.get(&USER_SETTINGS, &path, &[], |body| {
            // A null is an answer, about this user; without the member it is no answer.
            if body.members().all(|(name, _)| name != "feature") {
                return Err("there is no `feature`".to_owned());
            }
            let mut settings = UserSettings::from_members(body);
            if body.get("feature").is_none() {
                settings.unread.push(Unread {
                    member: "feature",
                    reason: "is empty".to_owned(),
                });
            }
            Ok(settings)
        })
        .await
    }

    /// Reads the permission codes of a user's role: `User:Read` and so on.
    pub async fn user_permissions(&self, id: &str) -> Result<Vec<String>, Error> {
        let path = format!("/users/{}/permissions", segment(id)?);
        self.get(&USER_PERMISSIONS, &path, &[], |body| {
            Vec::read(needed(body, "permissions")?)
        })
        .await
    }

    /// Reads the users that schedule for a user.
    pub async fn user_assistants(&self, id: &str) -> Result<Vec<Delegate>, Error> {
        let path = format!("/users/{}/assistants", segment(id)?);
        self.get(&USER_ASSISTANTS, &path, &[], |body| {
            Vec::read(needed(body, "assistants")?)
        })
        .await
    }

    /// Reads the users that a user schedules for.
    pub async fn user_schedulers(&self, id: &str) -> Result<Vec<Delegate>, Error> {
        let path = format!("/users/{}/schedulers", segment(id)?);
        self.get(&USER_SCHEDULERS, &path, &[], |body| {
            Vec::read(needed(body, "schedulers")?)
        })
        .await
    }

    /// Reads how many users there are, by kind.
    pub async fn users_summary(&self) -> Result<UsersSummary, Error> {
        self.get(&USERS_SUMMARY, "/users/summary", &[], |body| {
            Ok(UsersSummary::from_members(body))
        })
        .await
    }
}

/// A member that every good answer of the endpoint has; the error names it.
pub(super) fn needed<'a>(
    body: &Body<'a>,
    name: &str,
) -> Result<&'a serde_json::value::RawValue, String> {
    body.get(name)
        .ok_or_else(|| format!("there is no `{name}`"))
}
