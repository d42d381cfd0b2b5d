//! Users as they are stored.

use model::{Timestamp, User};
use sha2::{Digest as _, Sha256};

use super::batch::{first_8, json_text};
use super::types::ListedUser;
use crate::Result;

/// The part of a stored user that shows whether a listing changes it.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one column that is NULL or not"
)]
pub(super) struct StoredUserState {
    pub(super) content: i64,
    pub(super) details_key: i64,
    pub(super) missing: bool,
    pub(super) removed: bool,
    pub(super) external: bool,
    /// Whether the user's licences are known.
    pub(super) licences: bool,
}

/// The rest of a stored user, read when something changes.
pub(super) struct StoredUser {
    pub(super) email: String,
    pub(super) details: String,
    pub(super) licences: Option<String>,
    pub(super) first_seen: Timestamp,
}

/// A user with the values to store.
pub(super) struct UserToStore<'a> {
    pub(super) user: &'a User,
    pub(super) details_key: i64,
    pub(super) details_due: Option<Timestamp>,
    pub(super) email_lower: String,
    pub(super) groups: String,
    pub(super) fields: String,
    pub(super) content: i64,
}

impl<'a> UserToStore<'a> {
    pub(super) fn new(listed: &'a ListedUser) -> Result<Self> {
        let user = &listed.user;
        let mut groups: Vec<&str> = user.groups.iter().map(String::as_str).collect();
        groups.sort_unstable();
        groups.dedup();
        let groups = json_text(&groups)?;
        let fields = json_text(&user.fields)?;
        let content = content(user, &groups, &fields);
        Ok(Self {
            user,
            details_key: listed.details_key,
            details_due: listed.details_due,
            email_lower: user.email.to_lowercase(),
            groups,
            fields,
            content,
        })
    }

    /// The key under which an invited user may be stored, before the application assigned an id.
    pub(super) fn pending_key(&self) -> Option<&str> {
        (self.user.external_id.is_some()
            && !self.email_lower.is_empty()
            && self.email_lower != self.user.key)
            .then_some(self.email_lower.as_str())
    }
}

/// The first 8 bytes of a hash over all values from a listing.
pub(super) fn content(user: &User, groups: &str, fields: &str) -> i64 {
    let mut hash = Sha256::new();
    for part in [
        user.external_id.as_deref(),
        Some(&user.email),
        Some(&user.display_name),
        Some(groups),
        Some(fields),
    ] {
        hash.update(
            part.map_or(u64::MAX, |part| part.len() as u64)
                .to_be_bytes(),
        );
        hash.update(part.unwrap_or_default());
    }
    for time in [user.created_at, user.listed_sign_in] {
        hash.update([u8::from(time.is_some())]);
        hash.update(time.unwrap_or_default().0.to_be_bytes());
    }
    first_8(&hash.finalize())
}
