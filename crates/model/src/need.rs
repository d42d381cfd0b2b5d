//! Needs: things hosted that a cheaper licence would not have allowed. What a user of the free base
//! type may do is data of the application; whether a hosted event was a need is one pure function.

use serde::{Deserialize, Serialize};

/// Why an event needed a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NeedKind {
    /// Longer than a free user's meeting with at least two people may be.
    Length,
    /// More participants than a free user of the account may have.
    Audience,
    /// Recorded to the cloud.
    CloudRecording,
    /// Registration was asked for.
    Registration,
    /// Polls were held.
    Poll,
    /// More participants than the base licence allows: a large meeting.
    LargeMeeting,
    /// A webinar.
    Webinar,
}

impl NeedKind {
    /// All kinds; the position is the bit in [`Needs`].
    pub const ALL: [Self; 7] = [
        Self::Length,
        Self::Audience,
        Self::CloudRecording,
        Self::Registration,
        Self::Poll,
        Self::LargeMeeting,
        Self::Webinar,
    ];

    /// The word for machines.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::Length => "length",
            Self::Audience => "audience",
            Self::CloudRecording => "cloud_recording",
            Self::Registration => "registration",
            Self::Poll => "poll",
            Self::LargeMeeting => "large_meeting",
            Self::Webinar => "webinar",
        }
    }

    fn bit(self) -> u8 {
        1 << (self as u8)
    }
}

/// A set of reasons why something needed a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Needs(pub u8);

impl Needs {
    /// No reason: a free user could have done it.
    pub const NONE: Self = Self(0);

    /// With this reason too.
    #[must_use]
    pub fn with(self, kind: NeedKind) -> Self {
        Self(self.0 | kind.bit())
    }

    /// With the reasons of both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether this is one of the reasons.
    #[must_use]
    pub fn contains(self, kind: NeedKind) -> bool {
        self.0 & kind.bit() != 0
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The reasons.
    pub fn iter(self) -> impl Iterator<Item = NeedKind> {
        NeedKind::ALL
            .into_iter()
            .filter(move |kind| self.contains(*kind))
    }
}

/// What a user of the free base type may do, as an application declares it.
#[derive(Debug, Clone, Copy)]
pub struct FreeUse {
    /// Value of the base licence's field that means the free type: `basic`.
    pub value: &'static str,
    /// Minutes after which a meeting with at least two people is cut off.
    pub minutes: i32,
    /// Participants when the account tells nothing else.
    pub audience: i64,
    /// Key of the metadata field that tells how many participants a user may have.
    pub audience_field: &'static str,
    /// Features that a free user does not have: bit of [`crate::HostedEvent::features`], and the
    /// reason that it is.
    pub features: &'static [(u32, NeedKind)],
}
