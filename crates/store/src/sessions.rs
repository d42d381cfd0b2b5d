//! Browser sessions and the count of failed sign-ins that slows down guessing. Only hashes of
//! session tokens are kept.

use model::{MemberId, Timestamp};

use crate::{Member, Result, Store};

/// A browser that is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Who.
    pub member: Member,
    /// Text that forms of this session must carry (hex).
    pub csrf: String,
    /// When they signed in.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Store {
    /// Begins a session and notes the sign-in on the member; `token_hash` is what its cookie hashes to.
    pub async fn create_session(
        &self,
        _token_hash: &str,
        _member: MemberId,
        _now: Timestamp,
        _expires: Timestamp,
    ) -> Result<()> {
        todo!()
    }

    /// The session, unless it has ended or its member is disabled.
    pub async fn session(&self, _token_hash: &str, _now: Timestamp) -> Result<Option<Session>> {
        todo!()
    }

    /// Lets a session end later.
    pub async fn touch_session(&self, _token_hash: &str, _expires: Timestamp) -> Result<()> {
        todo!()
    }

    /// Ends a session.
    pub async fn delete_session(&self, _token_hash: &str) -> Result<()> {
        todo!()
    }

    /// Ends all sessions of a member.
    pub async fn delete_sessions_of(&self, _member: MemberId) -> Result<()> {
        todo!()
    }

    /// Counts a failed sign-in under a key (an address, a network).
    pub async fn note_failed_sign_in(&self, _key: &str, _now: Timestamp) -> Result<()> {
        todo!()
    }

    /// How many sign-ins failed under this key at or after `since`.
    pub async fn failed_sign_ins(&self, _key: &str, _since: Timestamp) -> Result<i64> {
        todo!()
    }

    /// Forgets the failed sign-ins under this key.
    pub async fn clear_failed_sign_ins(&self, _key: &str) -> Result<()> {
        todo!()
    }
}
