//! Licences that organisations buy and users hold: base licences, and add-ons by size. An application
//! declares its families once; a [`Licence`] is one product that can be bought.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::user::{FieldValue, Fields};

/// A family of licences of an application, e.g. "Webinar" with its sizes.
#[derive(Debug)]
pub struct LicenceFamily {
    /// Stable key of the family: `licensed`, `webinar`.
    pub key: &'static str,
    /// Name to show: `Licensed`, `Webinar`.
    pub label: &'static str,
    /// How a holder is recognised by metadata.
    pub holder: Holder,
}

/// How a holder of a licence of a family is recognised by the user's metadata.
#[derive(Debug, Clone, Copy)]
pub enum Holder {
    /// A base licence: the field has one of these values. A user holds at most one base licence.
    Base {
        /// Key of the metadata field.
        field: &'static str,
        /// Values that mean a paid licence.
        values: &'static [&'static str],
        /// The suite that the licence comes with.
        suite: OnSuite,
    },
    /// An add-on: the flag is set, and another field has the size.
    AddOn {
        /// Key of the yes/no field.
        flag: &'static str,
        /// Key of the field with the size.
        size: &'static str,
        /// Sizes that are sold, ascending.
        sizes: &'static [i64],
    },
}

/// Whether a base licence comes with a suite. Suites are sold and priced apart from the plain licence, so
/// each is a family of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnSuite {
    /// The plain licence: the metadata field with this key is empty. While the suite of a user is not known,
    /// the licence counts as the plain one.
    Without(&'static str),
    /// The field has this value.
    With {
        /// Key of the metadata field.
        field: &'static str,
        /// The value of the suite.
        suite: &'static str,
    },
    /// The field has a value that is none of these: a suite that is new to the connector.
    Unlisted {
        /// Key of the metadata field.
        field: &'static str,
        /// The suites that have families of their own.
        known: &'static [&'static str],
    },
    /// The application sells no suites.
    NotSold,
}

impl OnSuite {
    /// Key of the metadata field with the suite.
    #[must_use]
    pub fn field(self) -> Option<&'static str> {
        match self {
            Self::Without(field) | Self::With { field, .. } | Self::Unlisted { field, .. } => {
                Some(field)
            }
            Self::NotSold => None,
        }
    }

    /// Whether a licence of a user belongs to this suite. `value` is the value of the field, empty for a
    /// user without a suite and `None` while it is not known.
    #[must_use]
    pub fn accepts(self, value: Option<&str>) -> bool {
        match self {
            Self::Without(_) => value.unwrap_or_default().is_empty(),
            Self::With { suite, .. } => value == Some(suite),
            Self::Unlisted { known, .. } => {
                value.is_some_and(|value| !value.is_empty() && !known.contains(&value))
            }
            Self::NotSold => true,
        }
    }
}

impl LicenceFamily {
    /// Whether this is a base licence; otherwise it is an add-on.
    #[must_use]
    pub fn is_base(&self) -> bool {
        matches!(self.holder, Holder::Base { .. })
    }

    /// The licence of the family that a user with these metadata holds: `None` when the metadata are not
    /// known, `Some(None)` when the user is known to hold none.
    #[must_use]
    pub fn held(&self, fields: &Fields) -> Option<Option<Licence>> {
        self.held_by(|key| fields.get(key))
    }

    /// The same as [`Self::held`], for metadata that `value` looks up by the key of their field.
    #[must_use]
    pub fn held_by<'a>(
        &self,
        value: impl Fn(&str) -> Option<&'a FieldValue>,
    ) -> Option<Option<Licence>> {
        match self.holder {
            Holder::Base {
                field,
                values,
                suite,
            } => match value(field)? {
                FieldValue::Text(word) => {
                    let on = suite.field().and_then(&value);
                    let on = on.and_then(|on| match on {
                        FieldValue::Text(on) => Some(on.as_str()),
                        _ => None,
                    });
                    let holds = values.contains(&word.as_str()) && suite.accepts(on);
                    Some(holds.then(|| Licence::base(self.key)))
                }
                _ => None,
            },
            Holder::AddOn { flag, size, .. } => match value(flag)? {
                FieldValue::YesNo(true) => Some(Some(match value(size) {
                    Some(FieldValue::Integer(size)) if *size > 0 => Licence::sized(self.key, *size),
                    _ => Licence::base(self.key),
                })),
                FieldValue::YesNo(false) => Some(None),
                _ => None,
            },
        }
    }
}

/// A licence that can be bought and held, written as `licensed` or `webinar_500`: the key of the family, and
/// for an add-on its size.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Licence {
    /// Key of the family, such as `webinar`.
    pub family: String,
    /// Size of an add-on; `None` for a base licence.
    pub size: Option<i64>,
}

impl Licence {
    /// A licence without a size.
    #[must_use]
    pub fn base(family: &str) -> Self {
        Self {
            family: family.to_owned(),
            size: None,
        }
    }

    /// An add-on of this size.
    #[must_use]
    pub fn sized(family: &str, size: i64) -> Self {
        Self {
            family: family.to_owned(),
            size: Some(size),
        }
    }

    /// Reads the key that [`fmt::Display`] writes. Any text is accepted, because licences of contracts may be
    /// unknown to the application.
    #[must_use]
    pub fn from_key(key: &str) -> Self {
        match key.rsplit_once('_') {
            Some((family, size)) if !family.is_empty() && !size.starts_with('+') => {
                match size.parse() {
                    Ok(size) if size >= 0 => Self::sized(family, size),
                    _ => Self::base(key),
                }
            }
            _ => Self::base(key),
        }
    }
}

/// Writes the key: `licensed`, `webinar_500`.
impl fmt::Display for Licence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.family)?;
        match self.size {
            Some(size) => write!(f, "_{size}"),
            None => Ok(()),
        }
    }
}

impl Serialize for Licence {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl utoipa::PartialSchema for Licence {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some(
                "A licence, such as `licensed` or `webinar_500`: the key of its family, and for an \
                 add-on its size.",
            ))
            .into()
    }
}

impl ToSchema for Licence {}

impl<'de> Deserialize<'de> for Licence {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::from_key(&String::deserialize(deserializer)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAMILIES: [LicenceFamily; 4] = [
        LicenceFamily {
            key: "licensed",
            label: "Licensed",
            holder: Holder::Base {
                field: "user_type",
                values: &["pro", "corp"],
                suite: OnSuite::Without("suite"),
            },
        },
        LicenceFamily {
            key: "plus",
            label: "Plus",
            holder: Holder::Base {
                field: "user_type",
                values: &["pro", "corp"],
                suite: OnSuite::With {
                    field: "suite",
                    suite: "plus",
                },
            },
        },
        LicenceFamily {
            key: "other_suite",
            label: "Another suite",
            holder: Holder::Base {
                field: "user_type",
                values: &["pro", "corp"],
                suite: OnSuite::Unlisted {
                    field: "suite",
                    known: &["plus"],
                },
            },
        },
        LicenceFamily {
            key: "webinar",
            label: "Webinar",
            holder: Holder::AddOn {
                flag: "webinar",
                size: "webinar_capacity",
                sizes: &[100, 500],
            },
        },
    ];

    #[expect(
        clippy::option_option,
        reason = "unknown differs from none, as in what is tested"
    )]
    fn held(fields: &[(&str, FieldValue)]) -> [Option<Option<Licence>>; 4] {
        let fields = fields
            .iter()
            .map(|(key, value)| ((*key).to_owned(), value.clone()))
            .collect();
        FAMILIES.map(|family| family.held(&fields))
    }

    #[test]
    fn holders_are_recognised_by_metadata_and_unknown_is_not_none() {
        let text = |value: &str| FieldValue::Text(value.to_owned());
        assert_eq!(held(&[]), [None, None, None, None]);
        assert_eq!(held(&[("user_type", text("basic"))])[0], Some(None));
        let licensed = Some(Some(Licence::base("licensed")));
        assert_eq!(held(&[("user_type", text("corp"))])[0], licensed);
        let flag = |on| ("webinar", FieldValue::YesNo(on));
        let size = |size| ("webinar_capacity", FieldValue::Integer(size));
        let webinar = Some(Some(Licence::sized("webinar", 500)));
        assert_eq!(held(&[flag(true), size(500)])[3], webinar);
        assert_eq!(held(&[flag(false), size(500)])[3], Some(None));
        // The flag is set, and the size is unknown.
        let unsized_one = Some(Some(Licence::base("webinar")));
        assert_eq!(held(&[flag(true), size(0)])[3], unsized_one);
        assert_eq!(held(&[flag(true)])[3], unsized_one);
        assert_eq!(held(&[size(500)])[3], None);
    }

    #[test]
    fn a_user_holds_one_base_licence_the_one_of_the_suite_if_it_is_known() {
        let text = |value: &str| FieldValue::Text(value.to_owned());
        let bases = |fields: &[(&str, FieldValue)]| -> Vec<String> {
            let held = held(fields).into_iter().take(3).flatten().flatten();
            held.map(|licence| licence.to_string()).collect()
        };
        let licensed = ("user_type", text("pro"));
        for (suite, base) in [
            ("", "licensed"),
            ("plus", "plus"),
            ("Workplace option 2", "other_suite"),
        ] {
            assert_eq!(bases(&[licensed.clone(), ("suite", text(suite))]), [base]);
        }
        assert_eq!(bases(&[licensed]), ["licensed"]);
        // The suite was read before the licence was taken.
        let basic = ("user_type", text("basic"));
        assert!(bases(&[basic, ("suite", text("plus"))]).is_empty());
    }

    #[test]
    fn written_keys_parse_to_themselves() {
        for key in [
            "licensed",
            "webinar_500",
            "large_meeting_1000",
            "odd_one",
            "_",
            "x_-1",
        ] {
            assert_eq!(Licence::from_key(key).to_string(), key);
        }
        assert_eq!(Licence::from_key("large_meeting_1000").size, Some(1000));
    }
}
