//! What an application is, as data: its metadata fields, its streams with the scopes and role
//! permissions that they need. Each connector's module declares one [`Application`]; filters,
//! facets, columns, API parameters, CSV headers, flags and the preflight table are made from it.

use std::fmt;

use crate::licence::{Licence, LicenceFamily};
use crate::need::FreeUse;
use crate::user::Fields;
use crate::words::number;

/// A SaaS product that can be connected.
#[derive(Debug)]
pub struct Application {
    /// Stable key, used in addresses: `zoom`.
    pub key: &'static str,
    /// Name to show.
    pub name: &'static str,
    /// Metadata of users, in the order in which pages show them.
    pub fields: &'static [Field],
    /// Kinds of data that are pulled, in the order in which pages show them.
    pub streams: &'static [Stream],
    /// Role permissions that the authorising administrator should have.
    pub permissions: &'static [RolePermission],
    /// What can be bought and held: the base licence first, then add-ons.
    pub licences: &'static [LicenceFamily],
    /// What needs no licence.
    pub free: FreeUse,
    /// Plans that bring add-ons along.
    pub suites: SuiteData,
}

impl Application {
    /// The position of the field with this key.
    #[must_use]
    pub fn field_index(&self, key: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.key == key)
    }

    /// The stream with this key.
    #[must_use]
    pub fn stream(&self, key: &str) -> Option<&'static Stream> {
        self.streams.iter().find(|stream| stream.key == key)
    }

    /// What a user with these metadata (from the list and from the details together) is known to hold,
    /// in the order in which the application declares its families.
    #[must_use]
    pub fn licences_of(&self, fields: &Fields) -> Vec<Licence> {
        self.licences
            .iter()
            .filter_map(|family| family.held(fields).flatten())
            .collect()
    }
}

impl Licence {
    /// Name to show: `Webinar 500`. Thousands are separated.
    #[must_use]
    pub fn label(&self, application: &Application) -> String {
        let family = application
            .licences
            .iter()
            .find(|family| family.key == self.family)
            .map_or(self.family.as_str(), |family| family.label);
        match self.size {
            Some(size) => format!("{family} {}", number(size)),
            None => family.to_owned(),
        }
    }
}

/// A metadata field of users.
#[derive(Debug)]
pub struct Field {
    /// Stable key: API member, query parameter, CSV header.
    pub key: &'static str,
    /// Name to show.
    pub label: &'static str,
    /// What its values are.
    pub kind: FieldKind,
    /// One sentence that says what it means.
    pub help: &'static str,
    /// The call that it comes from, for "where each fact came from".
    pub source: &'static str,
    /// Key of the stream that fills it.
    pub stream: &'static str,
}

/// What the values of a field are.
#[derive(Debug, Clone, Copy)]
pub enum FieldKind {
    /// Any text; empty means that the user is known to have none.
    Text,
    /// A whole number; zero means that the user is known to have none.
    Integer,
    /// Yes or no.
    YesNo,
    /// One of a few values. Values outside the list are kept and shown as they are.
    Choice(&'static [ChoiceLabel]),
    /// A version such as `6.2.11.43613 (mac)`: facets group it by its first two numbers, and a
    /// filter matches a whole leading part (`6.2` matches `6.2.11.43613 (mac)`, not `6.20.1`).
    Version,
}

/// A value of a choice with its names.
#[derive(Debug, Clone, Copy)]
pub struct ChoiceLabel {
    /// Stable value: API, filters, exports.
    pub value: &'static str,
    /// Name to show.
    pub label: &'static str,
    /// Other spellings that a filter accepts, lower case.
    pub aliases: &'static [&'static str],
}

/// A kind of data that an integration pulls.
#[derive(Debug)]
pub struct Stream {
    /// Stable key.
    pub key: &'static str,
    /// Name to show.
    pub label: &'static str,
    /// The call that fills it.
    pub source: &'static str,
    /// Whether coverage is counted in days of history, rather than complete or not.
    pub history: bool,
    /// Any of these scopes allows it; none when no scope is asked for it.
    pub scopes: Scopes,
    /// Key of the role permission that it needs, if one is known.
    pub permission: Option<&'static str>,
    /// Whether the application works well without it (some accounts can never have it).
    pub optional: bool,
    /// What the customer loses without it.
    pub without: &'static str,
}

/// Plans that are sold as one and bring add-ons along with the base licence.
#[derive(Debug, Clone, Copy)]
pub struct SuiteData {
    /// Key under which a user's metadata tell the suite. It is none of [`Application::fields`].
    pub field: &'static str,
    /// The day on which [`Suite::carries`] was looked up, as `2026-11-23`.
    pub as_of: &'static str,
    /// The suites that are told apart.
    pub suites: &'static [Suite],
}

/// A plan that is sold as one.
#[derive(Debug, Clone, Copy)]
pub struct Suite {
    /// Stable value: metadata of users, settings.
    pub value: &'static str,
    /// Name to show.
    pub label: &'static str,
    /// Add-ons that come with it, as key of the family and size. Applications do not tell this; empty
    /// where it is not known for certain, so that an organisation has to say it.
    pub carries: &'static [(&'static str, i64)],
}

impl SuiteData {
    /// An application without suites.
    pub const NONE: Self = Self {
        field: "",
        as_of: "",
        suites: &[],
    };

    /// The suite with this value.
    #[must_use]
    pub fn suite(&self, value: &str) -> Option<&'static Suite> {
        self.suites.iter().find(|suite| suite.value == value)
    }
}

/// The scopes of which any one allows a stream.
#[derive(Debug, Clone, Copy)]
pub struct Scopes {
    /// The scope of older apps.
    pub classic: &'static str,
    /// All of these are needed when the app has granular scopes. Empty: there is no such form.
    pub granular: &'static [&'static str],
}

impl Scopes {
    /// What is missing from `granted`: nothing when the classic scope or every granular one is there.
    /// A stream without a granular form misses its classic scope, and so does an app that has classic
    /// scopes.
    #[must_use]
    pub fn missing<'a>(&'a self, granted: &[String]) -> Vec<&'a str> {
        let has = |scope: &str| granted.iter().any(|g| g == scope);
        if self.classic.is_empty() || has(self.classic) {
            return Vec::new();
        }
        if self.granular.is_empty() || (!granted.is_empty() && !Self::are_granular(granted)) {
            return vec![self.classic];
        }
        self.granular
            .iter()
            .copied()
            .filter(|scope| !has(scope))
            .collect()
    }

    /// Whether these are the scopes of an app of the newer kind, whose names have four parts.
    #[must_use]
    pub fn are_granular(granted: &[String]) -> bool {
        granted.iter().any(|scope| scope.matches(':').count() >= 3)
    }

    /// As an app with these scopes is asked for it.
    #[must_use]
    pub fn words(&self, granted: &[String]) -> String {
        if Self::are_granular(granted) && !self.granular.is_empty() {
            self.granular.join(", ")
        } else {
            self.classic.to_owned()
        }
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.classic)
    }
}

/// A permission of the authorising administrator's role at the application.
#[derive(Debug)]
pub struct RolePermission {
    /// Stable key.
    pub key: &'static str,
    /// Its name at the application.
    pub label: &'static str,
    /// Codes in the application's permission list of which any one means granted. Empty when none
    /// is published: then only a call tells.
    pub codes: &'static [&'static str],
    /// What the customer loses without it.
    pub without: &'static str,
    /// Where it is granted, step by step.
    pub how_to_grant: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_is_told_the_scopes_of_its_own_kind() {
        let scopes = Scopes {
            classic: "user:read:admin",
            granular: &["user:read:list_users:admin", "user:read:user:admin"],
        };
        let missing = |granted: &str| scopes.missing(&[granted.to_owned()]);
        assert_eq!(missing("group:read:admin"), ["user:read:admin"]);
        assert_eq!(
            missing("user:read:user:admin"),
            ["user:read:list_users:admin"]
        );
        let words = |granted: &str| scopes.words(&[granted.to_owned()]);
        assert_eq!(words("group:read:admin"), "user:read:admin");
        assert_eq!(
            words("group:read:list_groups:admin"),
            "user:read:list_users:admin, user:read:user:admin"
        );
    }
}
