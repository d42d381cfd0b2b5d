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
    /// The base licence: the field has one of these values.
    Base {
        /// Key of the metadata field.
        field: &'static str,
        /// Values that mean a paid licence.
        values: &'static [&'static str],
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

impl LicenceFamily {
    /// The licence of the family that a user with these metadata holds: `None` when the metadata are not
    /// known, `Some(None)` when the user is known to hold none.
    #[must_use]
    pub fn held(&self, fields: &Fields) -> Option<Option<Licence>> {
        match self.holder {
            Holder::Base { field, values } => match fields.get(field)? {
                FieldValue::Text(value) => Some(
                    values
                        .contains(&value.as_str())
                        .then(|| Licence::base(self.key)),
                ),
                _ => None,
            },
            Holder::AddOn { flag, size, .. } => match fields.get(flag)? {
                FieldValue::YesNo(true) => Some(Some(match fields.get(size) {
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

    const FAMILIES: [LicenceFamily; 2] = [
        LicenceFamily {
            key: "licensed",
            label: "Licensed",
            holder: Holder::Base {
                field: "user_type",
                values: &["pro", "corp"],
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
    fn held(fields: &[(&str, FieldValue)]) -> [Option<Option<Licence>>; 2] {
        let fields = fields
            .iter()
            .map(|(key, value)| ((*key).to_owned(), value.clone()))
            .collect();
        FAMILIES.map(|family| family.held(&fields))
    }

    #[test]
    fn holders_are_recognised_by_metadata_and_unknown_is_not_none() {
        let text = |value: &str| FieldValue::Text(value.to_owned());
        assert_eq!(held(&[]), [None, None]);
        assert_eq!(held(&[("user_type", text("basic"))])[0], Some(None));
        let licensed = Some(Some(Licence::base("licensed")));
        assert_eq!(held(&[("user_type", text("corp"))])[0], licensed);
        let flag = |on| ("webinar", FieldValue::YesNo(on));
        let size = |size| ("webinar_capacity", FieldValue::Integer(size));
        let webinar = Some(Some(Licence::sized("webinar", 500)));
        assert_eq!(held(&[flag(true), size(500)])[1], webinar);
        assert_eq!(held(&[flag(false), size(500)])[1], Some(None));
        // The flag is set, and the size is unknown.
        let unsized_one = Some(Some(Licence::base("webinar")));
        assert_eq!(held(&[flag(true), size(0)])[1], unsized_one);
        assert_eq!(held(&[flag(true)])[1], unsized_one);
        assert_eq!(held(&[size(500)])[1], None);
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
