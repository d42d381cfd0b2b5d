//! Tokens with which a member's programs use the API. Only their hashes are kept.

use model::{MemberId, Timestamp};

use crate::{Actor, Member, Result, Store};

/// A token for the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// Its number.
    pub id: i64,
    /// Whose rights it has.
    pub member: MemberId,
    /// What it is for, in its owner's words.
    pub label: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it ends, if ever.
    pub expires_at: Option<Timestamp>,
}

impl Store {
    /// Makes a token; `token_hash` is what it hashes to.
    pub async fn create_api_token(
        &self,
        _token_hash: &str,
        _member: MemberId,
        _label: &str,
        _expires: Option<Timestamp>,
        _actor: &Actor,
        _now: Timestamp,
    ) -> Result<ApiToken> {
        todo!()
    }

    /// A member's tokens, by number.
    pub async fn api_tokens(&self, _member: MemberId) -> Result<Vec<ApiToken>> {
        todo!()
    }

    /// Ends a token.
    ///
    /// # Errors
    /// [`Error::NotFound`](crate::Error::NotFound) when this member has no such token.
    pub async fn revoke_api_token(
        &self,
        _member: MemberId,
        _id: i64,
        _actor: &Actor,
        _now: Timestamp,
    ) -> Result<()> {
        todo!()
    }

    /// The member whose token this is, unless it has ended or they are disabled. Notes the use.
    pub async fn member_by_api_token(
        &self,
        _token_hash: &str,
        _now: Timestamp,
    ) -> Result<Option<Member>> {
        todo!()
    }
}
