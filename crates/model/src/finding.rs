//! How far people have come with a finding. The finding itself, with its evidence, is in the insight
//! crate.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::tone::Tone;

/// How far people have come with a finding.
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
    ToSchema,
    strum::EnumCount,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum FindingState {
    /// There is no decision yet.
    Open,
    /// The person was asked and has not answered.
    Asked,
    /// The person wants to keep the licence; asked again after the cool-down.
    Kept,
    /// Accepted: it is on the change list.
    Accepted,
    /// The change was made; a later sync has yet to see the licence gone.
    Done,
    /// Left alone until a date, for a reason that a member gave.
    Exempt,
    /// The rule applies, but something speaks against the finding: needs that come back, a scheduled
    /// event, a licence that is new. It is not counted as waste.
    // The word was `held` before; filters still accept it.
    #[strum(to_string = "on_hold", serialize = "held")]
    OnHold,
}

crate::word_enum!(FindingState);

impl FindingState {
    /// The name of the state to show.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Asked => "Asked",
            Self::Kept => "Kept by the person",
            Self::Accepted => "On the change list",
            Self::Done => "Changed",
            Self::Exempt => "Exempt",
            Self::OnHold => "On hold",
        }
    }

    /// Colour in which the name is shown.
    #[must_use]
    pub fn tone(self) -> Tone {
        match self {
            Self::Open => Tone::Warn,
            Self::Asked | Self::Accepted => Tone::Info,
            Self::Done => Tone::Good,
            Self::OnHold | Self::Exempt | Self::Kept => Tone::Quiet,
        }
    }

    /// Whether there is still something to do: neither on hold nor exempt. Only these count as waste.
    #[must_use]
    pub fn is_active(self) -> bool {
        match self {
            Self::Open | Self::Asked | Self::Kept | Self::Accepted | Self::Done => true,
            Self::Exempt | Self::OnHold => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earlier_word_of_on_hold_is_still_read() {
        assert_eq!(FindingState::OnHold.value(), "on_hold");
        for word in ["on_hold", "held"] {
            assert_eq!(FindingState::from_value(word), Some(FindingState::OnHold));
        }
        for state in FindingState::ALL {
            assert_eq!(serde_json::to_value(state).unwrap(), state.value());
        }
    }
}
