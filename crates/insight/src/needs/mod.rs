//! Whether an event needed a licence, and which kinds of needs an organisation counts.

use model::{FreeUse, Holder, HostedSummary, LicenceFamily, NeedKind, Needs};

use crate::roster::details::NeedLimits;
use crate::settings::NeedSettings;

/// The reasons why a free user could not have hosted the event: all kinds, also those that the organisation
/// does not count.
pub(crate) fn needs_of(event: &HostedSummary, limits: &NeedLimits, free: &FreeUse) -> Needs {
    let mut needs = Needs::NONE;
    let mut when = |holds: bool, kind: NeedKind| {
        if holds {
            needs = needs.with(kind);
        }
    };
    // An unknown number of people is taken for company, because a meeting that long is rarely held alone.
    let company = event.participants.is_none_or(|people| people > 1);
    let people = i64::from(event.participants.unwrap_or(0));
    when(event.webinar, NeedKind::Webinar);
    if !event.webinar {
        when(event.minutes > limits.minutes && company, NeedKind::Length);
        when(people > limits.audience, NeedKind::Audience);
        when(people > limits.licensed_audience, NeedKind::LargeMeeting);
    }
    for (bit, kind) in free.features {
        when(event.features >> bit & 1 == 1, *kind);
    }
    needs
}

/// The kinds of needs that count for the base licence.
pub(crate) fn counted(settings: &NeedSettings) -> Needs {
    NeedKind::ALL
        .into_iter()
        .filter(|kind| match kind {
            NeedKind::Length | NeedKind::Audience => true,
            NeedKind::CloudRecording => settings.cloud_recording,
            NeedKind::Registration => settings.registration,
            NeedKind::Poll => settings.polls,
            NeedKind::LargeMeeting => settings.large_meeting,
            NeedKind::Webinar => settings.webinar,
        })
        .fold(Needs::NONE, Needs::with)
}

/// The kinds of needs that count for a family. An add-on has only its own kind.
pub(crate) fn counted_for(family: Family, settings: &NeedSettings) -> Needs {
    match family {
        Family::Base => counted(settings),
        Family::Webinar => Needs::NONE.with(NeedKind::Webinar),
        Family::Large => Needs::NONE.with(NeedKind::LargeMeeting),
        Family::Other => Needs::NONE,
    }
}

/// The kind of events that a family of licences is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Family {
    Base,
    Webinar,
    /// Meetings that are too large for a base licence.
    Large,
    /// An add-on whose use is not known.
    Other,
}

impl Family {
    /// The kind of a family. An add-on whose key is the word of a need is for that need.
    pub(crate) fn of(family: &LicenceFamily) -> Self {
        match family.holder {
            Holder::Base { .. } => Self::Base,
            Holder::AddOn { .. } if family.key == NeedKind::Webinar.value() => Self::Webinar,
            Holder::AddOn { .. } if family.key == NeedKind::LargeMeeting.value() => Self::Large,
            Holder::AddOn { .. } => Self::Other,
        }
    }
}
