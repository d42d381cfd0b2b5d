//! Groups and their members.

use super::{Client, segment};
use crate::endpoint::{GROUP_MEMBERS, GROUPS};
use crate::error::Error;
use crate::page::{Page, PageToken};
use crate::types::{Group, GroupMember};

impl Client {
    /// The account's groups.
    pub async fn groups(
        &self,
        page_size: u32,
        next: Option<&PageToken>,
    ) -> Result<Page<Group>, Error> {
        self.list(&GROUPS, "/groups", Vec::new(), (page_size, next))
            .await
    }

    /// The members of a group. The list of users names each user's groups as well.
    pub async fn group_members(
        &self,
        id: &str,
        page_size: u32,
        next: Option<&PageToken>,
    ) -> Result<Page<GroupMember>, Error> {
        let path = format!("/groups/{}/members", segment(id)?);
        self.list(&GROUP_MEMBERS, &path, Vec::new(), (page_size, next))
            .await
    }
}
