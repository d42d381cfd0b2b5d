//! Numbers of questions, changes, channels and messages, in a module without imports of the store, so
//! that the modules of these objects do not need to import each other.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ToSchema)]
        #[schema(value_type = String)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                TextOrNumber::deserialize(deserializer)?.read().map(Self)
            }
        }
    };
}

number! {
    /// Number of a question, unique in the organisation. A decimal text in JSON.
    QuestionId
}
number! {
    /// Number of a change, unique in the organisation. A decimal text in JSON.
    ChangeId
}
number! {
    /// Number of a notification channel. A decimal text in JSON.
    ChannelId
}
number! {
    /// Number of a message in the outbox. A decimal text in JSON.
    MessageId
}

/// A number in JSON. Payloads in the outbox from before schema 4 contain numbers instead of texts.
#[derive(Deserialize)]
#[serde(untagged)]
enum TextOrNumber {
    Text(String),
    Number(i64),
}

impl TextOrNumber {
    fn read<E: serde::de::Error>(self) -> Result<i64, E> {
        match self {
            Self::Text(text) => text.parse().map_err(E::custom),
            Self::Number(number) => Ok(number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_as_text_and_read_as_text_or_number() {
        assert_eq!(serde_json::to_string(&ChangeId(7)).unwrap(), "\"7\"");
        assert_eq!(
            serde_json::from_str::<ChangeId>("\"7\"").unwrap(),
            ChangeId(7)
        );
        assert_eq!(serde_json::from_str::<ChangeId>("7").unwrap(), ChangeId(7));
        assert!(serde_json::from_str::<ChangeId>("\"seven\"").is_err());
    }
}
