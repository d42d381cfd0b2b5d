//! Reads records: objects with Zoom's member names, each member read by [`crate::member`].

use serde_json::value::RawValue;

use crate::body::Body;

/// A member of a record that Zoom sent and that could not be understood. Its value is unknown, which is
/// not the same as absent or zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Zoom's name of the member.
    pub member: &'static str,
    /// The type that was expected; never the value, which may be personal.
    pub reason: String,
}

/// One item of a list, or the object that an endpoint returns.
pub(crate) trait Record: Sized {
    /// Reads the known members of an object. A member that can't be understood is left empty and noted
    /// among the unread ones, because one odd value must not cost the record.
    fn from_members(body: &Body<'_>) -> Self;
}

/// Reads a record from its text.
pub(crate) fn read<T: Record>(raw: &RawValue) -> Result<T, String> {
    Ok(T::from_members(
        &Body::parse(raw.get()).map_err(str::to_owned)?,
    ))
}

/// Declares a record type with the JSON name of each member. Members that are not declared are
/// ignored; see [`crate::member::is_absent`] for absent ones.
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
            /// Members that were sent and could not be understood. Their values are unknown.
            #[serde(skip)]
            pub unread: Vec<$crate::record::Unread>,
        }

        impl $crate::record::Record for $name {
            fn from_members(body: &$crate::body::Body<'_>) -> Self {
                let mut record = Self::default();
                for (name, raw) in body.members() {
                    match name {
                        $( $json => {
                            // Of equal names the last one counts.
                            record.unread.retain(|unread| unread.member != $json);
                            record.$member = Default::default();
                            if !$crate::member::is_absent(raw) {
                                match $crate::member::Member::read(raw) {
                                    Ok(value) => record.$member = value,
                                    Err(reason) => record.unread.push($crate::record::Unread {
                                        member: $json,
                                        reason,
                                    }),
                                }
                            }
                        } )*
                        _ => {}
                    }
                }
                record
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
