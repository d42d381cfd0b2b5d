//! Reads records: objects with Zoom's member names, each member read by [`crate::member`].

use serde_json::value::RawValue;

use crate::body::Body;

/// One item of a list, or the object that an endpoint returns.
pub(crate) trait Record: Sized {
    /// Reads the known members of an object; the error names the wrong member.
    fn from_members(body: &Body<'_>) -> Result<Self, String>;
}

/// Reads a record from its text.
pub(crate) fn read<T: Record>(raw: &RawValue) -> Result<T, String> {
    T::from_members(&Body::parse(raw.get()).map_err(str::to_owned)?)
}

/// Declares a record type with the JSON name of each member. Members that are not declared are
/// ignored; a null counts as absent.
macro_rules! record {
    ($(
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $( $(#[$doc:meta])* $member_vis:vis $member:ident: $type:ty = $json:literal, )*
        }
    )*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
        $vis struct $name {
            $( $(#[$doc])* $member_vis $member: $type, )*
        }

        impl $crate::record::Record for $name {
            fn from_members(body: &$crate::body::Body<'_>) -> Result<Self, String> {
                let mut record = Self::default();
                for (name, raw) in body.members() {
                    match name {
                        $( $json => {
                            record.$member = if raw.get() == "null" {
                                Default::default()
                            } else {
                                $crate::member::Member::read(raw)
                                    .map_err(|reason: String| format!("{}: {reason}", $json))?
                            };
                        } )*
                        _ => {}
                    }
                }
                Ok(record)
            }
        }

        impl $crate::member::Member for $name {
            fn read(raw: &serde_json::value::RawValue) -> Result<Self, String> {
                $crate::record::read(raw)
            }
        }
    )*};
}

pub(crate) use record;
