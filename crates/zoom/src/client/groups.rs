//! Groups of the account and their members.

use super::{Client, segment};
use crate::endpoint::{GROUP_MEMBERS, GROUPS};
use crate::error::Error;
use crate::page::{Page, PageToken};
use crate::types::{Group, GroupMember};

impl Client {
    /// Reads one page of the account's groups.
    pub async fn groups(
        &self,
        page_size: u32,
        next: Option<&PageToken>,
    ) -> Result<Page<Group>, Error> {
        self.list(&GROUPS, "/groups", Vec::new(), (page_size, next))
            .await
    }

    /// Reads one page of the members of a group. The list of users also names each user's groups.
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
