//! What users hold and organisations buy: base licences and add-ons by size. An application
//! declares its families once; a [`Licence`] names one thing that can be bought.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::application::Application;

/// A family of licences of an application, e.g. "Webinar" with its sizes.
#[derive(Debug)]
pub struct LicenceFamily {
    /// Stable key: `licensed`, `webinar`.
    pub key: &'static str,
    /// Name to show: `Licensed`, `Webinar`.
    pub label: &'static str,
    /// Who holds one.
    pub holder: Holder,
}

/// How a user's metadata tell that the user holds a licence of a family.
#[derive(Debug, Clone, Copy)]
pub enum Holder {
    /// The base licence: the field has one of these values.
    Base {
        /// Key of the metadata field.
        field: &'static str,
        /// Values that mean a paid licence.
        values: &'static [&'static str],
    },
    /// An add-on: the flag is set, and another field tells its size.
    AddOn {
        /// Key of the yes/no field.
        flag: &'static str,
        /// Key of the field with the size.
        size: &'static str,
        /// Sizes that are sold, ascending.
        sizes: &'static [i64],
    },
}

/// One thing that can be bought and held, as `licensed` or `webinar_500`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Licence {
    /// Key of the family.
    pub family: String,
    /// Size of an add-on; `None` for a base licence.
    pub size: Option<i64>,
}

impl Licence {
    /// A licence without sizes.
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

    /// Reads what [`fmt::Display`] writes; any text is a licence, known to an application or not.
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

    /// Name to show: `Webinar 500`. Thousands are separated.
    #[must_use]
    pub fn label(&self, application: &Application) -> String {
        let family = application
            .licences
            .iter()
            .find(|family| family.key == self.family)
            .map_or(self.family.as_str(), |family| family.label);
        match self.size {
            Some(size) if (1000..1_000_000).contains(&size) => {
                format!("{family} {},{:03}", size / 1000, size % 1000)
            }
            Some(size) => format!("{family} {size}"),
            None => family.to_owned(),
        }
    }
}

/// The key: `licensed`, `webinar_500`.
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

impl<'de> Deserialize<'de> for Licence {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::from_key(&String::deserialize(deserializer)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_back_what_they_write() {
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
