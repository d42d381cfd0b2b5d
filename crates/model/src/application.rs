//! Applications as data: metadata fields, licences, and streams with the scopes and role permissions that
//! they need. Each connector declares one [`Application`]. Filters, facets, columns, API parameters, CSV
//! headers, flags and the preflight table are all made from it, so that a new field needs no other change.

use std::fmt;

use crate::licence::{Licence, LicenceFamily};
use crate::need::FreeUse;
use crate::plan::Plan;
use crate::user::Fields;
use crate::words::number;

/// A software service that can be connected, such as Zoom.
#[derive(Debug)]
pub struct Application {
    /// Stable key, used in URLs and in the database: `zoom`.
    pub key: &'static str,
    /// Name of the product to show.
    pub name: &'static str,
    /// Metadata fields of users, in the order of the columns on pages.
    pub fields: &'static [Field],
    /// Streams of data that a sync reads, in the order of pages.
    pub streams: &'static [Stream],
    /// Permissions that the role of the authorising administrator should have.
    pub permissions: &'static [RolePermission],
    /// Families of licences: the plain base licence first, then those of suites, then add-ons.
    pub licences: &'static [LicenceFamily],
    /// Limits of the free licence.
    pub free: FreeUse,
    /// Plans that include add-ons with the base licence.
    pub suites: SuiteData,
    /// Scopes that the application's app asks for.
    pub scopes: AppScopes,
    /// Words for people who connect an account.
    pub help: ConnectHelp,
}

impl Application {
    /// The position in [`Self::fields`] of the field with this key.
    #[must_use]
    pub fn field_index(&self, key: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.key == key)
    }

    /// The stream with this key.
    #[must_use]
    pub fn stream(&self, key: &str) -> Option<&'static Stream> {
        self.streams.iter().find(|stream| stream.key == key)
    }

    /// The name of the free licence, as the choices of its field have it.
    #[must_use]
    pub fn free_label(&self) -> &'static str {
        let value = self.free.value;
        let choices = self.fields.iter().flat_map(|field| match field.kind {
            FieldKind::Choice(choices) => choices,
            FieldKind::Text | FieldKind::Integer | FieldKind::YesNo | FieldKind::Version => &[],
        });
        let mut named = choices.filter(|choice| choice.value == value);
        named.next().map_or(value, |choice| choice.label)
    }

    /// The licences that a user with these metadata is known to hold, in the order of the families.
    /// `fields` has the metadata of the list and the details together.
    #[must_use]
    pub fn licences_of(&self, fields: &Fields) -> Vec<Licence> {
        self.licences
            .iter()
            .filter_map(|family| family.held(fields).flatten())
            .collect()
    }
}

impl Licence {
    /// The name to show: `Webinar 500`. Thousands are separated.
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
    /// Stable key: member of the API, query parameter, CSV header.
    pub key: &'static str,
    /// Name of the field to show.
    pub label: &'static str,
    /// Kind of the values of the field.
    pub kind: FieldKind,
    /// One sentence that explains the field.
    pub help: &'static str,
    /// The API call that returns the field, shown as the source of a value.
    pub source: &'static str,
    /// Key of the stream that reads the field.
    pub stream: &'static str,
    /// Whether the field is a column of the table of users. Every field is on the page of a user, among the
    /// filters and in exports.
    pub in_table: bool,
}

/// The kind of the values of a field.
#[derive(Debug, Clone, Copy)]
pub enum FieldKind {
    /// A text; empty when the user is known to have none.
    Text,
    /// A whole number; zero when the user is known to have none.
    Integer,
    /// A flag: yes or no.
    YesNo,
    /// One of a few values. A value outside the list is kept and shown as it is, because applications add
    /// values without notice.
    Choice(&'static [ChoiceLabel]),
    /// A version such as `6.2.11.43613 (mac)`. Facets group versions by the first two numbers. A filter
    /// matches whole leading parts: `6.2` matches `6.2.11.43613 (mac)`, but not `6.20.1`.
    Version,
}

/// A value of a choice with its names.
#[derive(Debug, Clone, Copy)]
pub struct ChoiceLabel {
    /// Stable value in the API, filters and exports.
    pub value: &'static str,
    /// Name of the value to show.
    pub label: &'static str,
    /// Other spellings that a filter accepts, in lower case.
    pub aliases: &'static [&'static str],
}

/// A kind of data that a sync reads.
#[derive(Debug)]
pub struct Stream {
    /// Stable key, used in the database and the API.
    pub key: &'static str,
    /// Name of the stream to show.
    pub label: &'static str,
    /// The API call that returns the data.
    pub source: &'static str,
    /// Whether the stream is a history whose coverage is counted in days. Other streams are complete or
    /// not.
    pub history: bool,
    /// The scopes of which any one is enough to read the stream.
    pub scopes: Scopes,
    /// Key of the role permission that it needs; `None` when none is known.
    pub permission: Option<&'static str>,
    /// Whether Seatwise works well without the stream, because some accounts can never have it.
    pub optional: bool,
    /// The consequence of a missing stream, as a sentence for administrators.
    pub without: &'static str,
}

/// Plans that include add-ons together with the base licence.
#[derive(Debug, Clone, Copy)]
pub struct SuiteData {
    /// Key of the metadata field with the user's suite.
    pub field: &'static str,
    /// The day on which [`Suite::carries`] was looked up, such as `2026-11-23`.
    pub as_of: &'static str,
    /// The suites that are known.
    pub suites: &'static [Suite],
}

/// A plan that includes add-ons.
#[derive(Debug, Clone, Copy)]
pub struct Suite {
    /// Stable value in the metadata of users and in settings.
    pub value: &'static str,
    /// Name of the suite to show.
    pub label: &'static str,
    /// Add-ons that the suite includes: key of the family and size. Empty when it is not known for certain,
    /// because no API call returns it; an organisation can then enter it in its settings.
    pub carries: &'static [(&'static str, i64)],
}

impl SuiteData {
    /// The value for applications without suites.
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
    /// The scopes that are all needed when the app has granular scopes; empty when there are none.
    pub granular: &'static [&'static str],
}

impl Scopes {
    /// The scopes that are missing in `granted`. None is missing when the classic scope or every granular
    /// one was granted. The classic scope is reported when the app has classic scopes, and when the stream
    /// has no granular ones.
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

    /// Whether these are granular scopes, which newer apps have. Their names have four parts.
    #[must_use]
    pub fn are_granular(granted: &[String]) -> bool {
        granted.iter().any(|scope| scope.matches(':').count() >= 3)
    }

    /// The scopes to add, in the form that an app with the scopes `granted` uses.
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

/// Scopes of the app through which accounts are connected, besides those of its streams.
#[derive(Debug, Clone, Copy)]
pub struct AppScopes {
    /// Scopes of the older kind that a connection asks for: these and no other.
    pub classic: &'static [&'static str],
    /// Scopes of the newer kind for requests that belong to no stream, with the use of each. All are
    /// optional.
    pub helpful: &'static [(&'static str, &'static str)],
    /// Scopes that are not asked for and are not reported as unneeded.
    pub harmless: &'static [&'static str],
    /// Scopes of the second app, which changes licences, with the use of each. The first one is enough.
    pub write: &'static [(&'static str, &'static str)],
}

impl AppScopes {
    /// An application without scopes of its own.
    pub const NONE: Self = Self {
        classic: &[],
        helpful: &[],
        harmless: &[],
        write: &[],
    };
}

/// Words for people who connect an account of the application.
#[derive(Debug, Clone, Copy)]
pub struct ConnectHelp {
    /// Where apps are managed: `the Zoom App Marketplace`.
    pub app_console: &'static str,
    /// How the permission to read users is granted, step by step, as a part of a sentence:
    /// `In Zoom, open …`.
    pub grant_users: &'static str,
    /// Host that the server must be able to reach: `zoom.us`.
    pub host: &'static str,
    /// Plans with different rate limits, and their names. Empty when all accounts have the same limits.
    pub plans: &'static [(Plan, &'static str)],
    /// Where the account id is found, and its form.
    pub account_id: &'static str,
    /// Where the redirect address has to be entered.
    pub redirect: &'static str,
    /// Steps that make the app through which administrators sign in. Names of menus are between asterisks.
    pub general_app: &'static [&'static str],
    /// Steps that make an app of the account itself, in the same form.
    pub account_app: &'static [&'static str],
}

impl ConnectHelp {
    /// An application without words of its own.
    pub const NONE: Self = Self {
        app_console: "",
        grant_users: "",
        host: "",
        plans: &[],
        account_id: "",
        redirect: "",
        general_app: &[],
        account_app: &[],
    };
}

/// A permission in the application that the role of the authorising administrator can have.
#[derive(Debug)]
pub struct RolePermission {
    /// Stable key, used in the API.
    pub key: &'static str,
    /// Name of the permission in the application.
    pub label: &'static str,
    /// Codes in the application's list of permissions of which any one means "granted". Empty when no code is
    /// published, so that only a trial call shows it.
    pub codes: &'static [&'static str],
    /// The consequence of a missing permission, as a sentence for administrators.
    pub without: &'static str,
    /// Steps with which an administrator grants the permission.
    pub how_to_grant: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_scopes_have_the_form_that_the_app_uses() {
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
