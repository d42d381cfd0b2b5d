//! Users and their settings.

use super::{Client, segment};
use crate::body::Body;
use crate::endpoint::{
    USER, USER_ASSISTANTS, USER_PERMISSIONS, USER_SCHEDULERS, USER_SETTINGS, USERS, USERS_SUMMARY,
};
use crate::error::Error;
use crate::member::Member as _;
use crate::page::{Page, PageToken};
use crate::record::Record;
use crate::types::{Delegate, User, UserDetail, UserSettings, UsersSummary};

/// Which users to list; a full list takes all three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UserStatus {
    /// Can sign in.
    Active,
    /// Deactivated.
    Inactive,
    /// Invited, has not accepted yet; has no id.
    Pending,
}

impl UserStatus {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Active, Self::Inactive, Self::Pending];

    /// Zoom's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Pending => "pending",
        }
    }
}

impl Client {
    /// Users of one status. Zoom promises no stable order: the same user can come twice.
    pub async fn users(
        &self,
        status: UserStatus,
        page_size: u32,
        next: Option<&PageToken>,
    ) -> Result<Page<User>, Error> {
        let query = vec![("status", status.as_str().to_owned())];
        let mut page: Page<User> = self
            .list(&USERS, "/users", query, (page_size, next))
            .await?;
        for user in &mut page.items {
            user.id.take_if(|id| id.is_empty());
        }
        Ok(page)
    }

    /// One user, by id or e-mail address.
    pub async fn user(&self, id_or_email: &str) -> Result<UserDetail, Error> {
        let path = format!("/users/{}", segment(id_or_email)?);
        self.get(&USER, &path, &[], UserDetail::from_members).await
    }

    /// The user who installed the app. Not for Server-to-Server apps.
    pub async fn me(&self) -> Result<UserDetail, Error> {
        self.user("me").await
    }

    /// A user's licences. [`Error::PendingSettings`] for a user who has not accepted the invitation.
    pub async fn user_settings(&self, id: &str) -> Result<UserSettings, Error> {
        let path = format!("/users/{}/settings", segment(id)?);
        self.get(&USER_SETTINGS, &path, &[], |body| {
            needed(body, "feature")?;
            UserSettings::from_members(body)
        })
        .await
    }

    /// The permission codes of a user's role: `User:Read` and so on.
    pub async fn user_permissions(&self, id: &str) -> Result<Vec<String>, Error> {
        let path = format!("/users/{}/permissions", segment(id)?);
        self.get(&USER_PERMISSIONS, &path, &[], |body| {
            Vec::read(needed(body, "permissions")?)
        })
        .await
    }

    /// Those who schedule for a user.
    pub async fn user_assistants(&self, id: &str) -> Result<Vec<Delegate>, Error> {
        let path = format!("/users/{}/assistants", segment(id)?);
        self.get(&USER_ASSISTANTS, &path, &[], |body| {
            Vec::read(needed(body, "assistants")?)
        })
        .await
    }

    /// Those for whom a user schedules.
    pub async fn user_schedulers(&self, id: &str) -> Result<Vec<Delegate>, Error> {
        let path = format!("/users/{}/schedulers", segment(id)?);
        self.get(&USER_SCHEDULERS, &path, &[], |body| {
            Vec::read(needed(body, "schedulers")?)
        })
        .await
    }

    /// How many users there are, by kind.
    pub async fn users_summary(&self) -> Result<UsersSummary, Error> {
        self.get(
            &USERS_SUMMARY,
            "/users/summary",
            &[],
            UsersSummary::from_members,
        )
        .await
    }
}

/// A member without which the answer is none.
pub(super) fn needed<'a>(
    body: &Body<'a>,
    name: &str,
) -> Result<&'a serde_json::value::RawValue, String> {
    body.get(name)
        .ok_or_else(|| format!("there is no `{name}`"))
}
