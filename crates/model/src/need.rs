//! Needs: hosted events that a cheaper licence would not have allowed. The limits of the free licence are
//! data of the application, so that the decision itself is one pure function for all applications.

use serde::{Deserialize, Serialize};

/// A reason why an event needed a licence. The position of a variant is its bit in [`Needs`], so new ones
/// go to the end.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::EnumCount,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum NeedKind {
    /// The meeting had at least two participants and was longer than a free user's may be.
    Length,
    /// The meeting had more participants than a free user of the account may have.
    Audience,
    /// The event was recorded to the cloud.
    CloudRecording,
    /// Participants had to register for the event.
    Registration,
    /// There were polls during the event.
    Poll,
    /// The meeting had more participants than the base licence allows.
    LargeMeeting,
    /// The event was a webinar.
    Webinar,
}

crate::word_enum!(NeedKind);

impl NeedKind {
    fn bit(self) -> u8 {
        1 << (self as u8)
    }
}

/// A set of reasons why an event needed a licence, one bit for each [`NeedKind`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Needs(pub u8);

impl Needs {
    /// The empty set: a free user could have hosted the event.
    pub const NONE: Self = Self(0);

    /// The set with one more reason.
    #[must_use]
    pub fn with(self, kind: NeedKind) -> Self {
        Self(self.0 | kind.bit())
    }

    /// The set with the reasons of both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the set has this reason.
    #[must_use]
    pub fn contains(self, kind: NeedKind) -> bool {
        self.0 & kind.bit() != 0
    }

    /// Whether the set has no reason.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The reasons of the set, in the order of [`NeedKind::ALL`].
    pub fn iter(self) -> impl Iterator<Item = NeedKind> {
        NeedKind::ALL
            .into_iter()
            .filter(move |kind| self.contains(*kind))
    }
}

/// The limits of the free licence, as an application declares them.
#[derive(Debug, Clone, Copy)]
pub struct FreeUse {
    /// Value of the base licence's field for the free type: `basic`.
    pub value: &'static str,
    /// Number of minutes after which a meeting with at least two participants is cut off.
    pub minutes: i32,
    /// Number of participants that are allowed, unless the account reports another number.
    pub audience: i64,
    /// Key of the metadata field with the number of participants that a user may have.
    pub audience_field: &'static str,
    /// Features that a free user does not have: the bit in [`crate::HostedEvent::features`] and the
    /// reason that it is.
    pub features: &'static [(u32, NeedKind)],
}
