//! The rights of a request: the token, its scopes, and the role of the user that authorised the app.

use crate::api::error::Refusal;
use crate::api::permission::Permission;
use crate::company::person::Person;
use crate::oauth;
use crate::oauth::grants::Access;
use crate::{Sim, SimState};
use std::sync::PoisonError;

impl SimState {
    /// Whether the role of a person includes a permission. `None` is a Server-to-Server app.
    fn role_permits(&self, person: Option<&Person>, wanted: Permission) -> bool {
        let dropped = self
            .dropped
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(&wanted);
        let role = person.map_or("1", |person| person.role().0);
        let lacks = match person.map(|person| person.no.slot) {
            Some(1) => wanted == Permission::OperationLogs,
            Some(2) => wanted == Permission::UserActivities,
            _ => role == "2",
        };
        !dropped && !lacks
    }

    /// The codes in the list of permissions of a user.
    pub(crate) fn permission_codes(&self, person: &Person) -> Vec<&'static str> {
        let permitted = Permission::ALL.into_iter();
        let permitted = permitted.filter(|wanted| self.role_permits(Some(person), *wanted));
        permitted.filter_map(Permission::code).collect()
    }
}

impl Sim {
    /// Whether the token's user has a permission.
    pub(crate) fn permitted(&self, access: &Access, wanted: Permission) -> bool {
        let account = &self.state.accounts[access.account];
        let now = self.now_ms().div_euclid(1000);
        let person = access.user.and_then(|slot| account.occupant(slot, now));
        self.state.role_permits(person.as_ref(), wanted)
    }

    /// Whether the token has a scope.
    pub(crate) fn in_scope(&self, access: &Access, scope: &str) -> bool {
        let only = self
            .state
            .scopes
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        access.scopes.iter().any(|granted| granted == scope)
            && only
                .as_ref()
                .is_none_or(|only| only.iter().any(|left| left == scope))
    }

    /// Checks a bearer token and returns its content.
    pub(crate) fn access(&self, bearer: Option<&str>, now: i64) -> Result<Access, Refusal> {
        let invalid = || Refusal::new(401, 124, "Invalid access token.");
        oauth::access(self, bearer.ok_or_else(invalid)?, now)
    }
}
