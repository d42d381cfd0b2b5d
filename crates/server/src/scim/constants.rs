//! Schema names and limits that several parts of SCIM use.

/// The SCIM schema of users.
pub(super) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The largest page size of a list of users.
pub(super) const MAX_PAGE_SIZE: u32 = 200;
