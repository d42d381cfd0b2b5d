//! Groups and domains.

use crate::record::record;

record! {
    /// A group of users.
    pub struct Group {
        /// Zoom's identifier.
        pub id: Option<String> = "id",
        /// Name as shown.
        pub name: Option<String> = "name",
        /// How many users it has.
        pub total_members: Option<i64> = "total_members",
    }

    /// A user in a group.
    pub struct GroupMember {
        /// Zoom's identifier of the user; absent for pending users.
        pub id: Option<String> = "id",
        /// Sign-in address.
        pub email: Option<String> = "email",
        /// First name.
        pub first_name: Option<String> = "first_name",
        /// Last name.
        pub last_name: Option<String> = "last_name",
        /// As in [`super::User`].
        pub r#type: Option<i64> = "type",
    }

    /// A domain whose users belong to the account.
    pub struct ManagedDomain {
        /// The domain.
        pub domain: Option<String> = "domain",
        /// For example `verified`.
        pub status: Option<String> = "status",
    }
}
