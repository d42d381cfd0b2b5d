//! Groups and domains of an account, as in Zoom's Groups and Accounts API documents.

use crate::record::record;

record! {
    /// A group of users of the account.
    pub struct Group {
        /// Zoom's identifier of the group.
        pub id: Option<String> = "id",
        /// Name that Zoom's pages show.
        pub name: Option<String> = "name",
        /// Number of users in the group.
        pub total_members: Option<i64> = "total_members",
    }

    /// A user as the list of a group's members shows it.
    pub struct GroupMember {
        /// Zoom's identifier of the user; absent for pending users.
        pub id: Option<String> = "id",
        /// E-mail address with which the user signs in.
        pub email: Option<String> = "email",
        /// First name, may be empty.
        pub first_name: Option<String> = "first_name",
        /// Last name, may be empty.
        pub last_name: Option<String> = "last_name",
        /// User type, with the same values as [`super::User::type`].
        pub r#type: Option<i64> = "type",
    }

    /// A domain whose users belong to the account.
    pub struct ManagedDomain {
        /// Name of the domain, for example `example.org`.
        pub domain: Option<String> = "domain",
        /// State of Zoom's check of the domain, for example `verified`.
        pub status: Option<String> = "status",
    }
}
