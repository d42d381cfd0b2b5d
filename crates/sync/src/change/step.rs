//! What a change is about, read from the change list: the base licence, or one add-on.

use model::Licence;
use store::Change;
use zoom::AddOn;

use super::held::Held;

/// Zoom's number for Basic.
pub(super) const BASIC: i64 = 1;
/// Zoom's number for Licensed.
pub(super) const LICENSED: i64 = 2;

/// One change of one licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The base licence is given or taken.
    Base {
        /// Given.
        give: bool,
    },
    /// An add-on gets another size, or is taken.
    AddOn {
        /// Which.
        add_on: AddOn,
        /// Its size now; `None` when none is held.
        from: Option<i64>,
        /// Its size afterwards; `None` when it is taken.
        to: Option<i64>,
    },
}

fn add_on_of(licence: &Licence) -> Option<AddOn> {
    match licence.family.as_str() {
        "webinar" => Some(AddOn::Webinar),
        "large_meeting" => Some(AddOn::LargeMeeting),
        _ => None,
    }
}

pub(super) fn name(add_on: AddOn) -> &'static str {
    match add_on {
        AddOn::Webinar => "Webinar",
        AddOn::LargeMeeting => "Large Meeting",
    }
}

fn sized(add_on: AddOn, size: Option<i64>) -> String {
    match size {
        Some(size) => format!("{} {size}", name(add_on)),
        None => format!("no {} licence", name(add_on)),
    }
}

impl Step {
    /// Reads a change; the error says what is wrong with it.
    pub(super) fn of(change: &Change) -> Result<Self, String> {
        match (change.from.as_str(), change.to.as_str()) {
            ("licensed", "basic") => return Ok(Self::Base { give: false }),
            ("basic", "licensed") => return Ok(Self::Base { give: true }),
            _ => {}
        }
        let read = |text: &str| (text != "none").then(|| Licence::from_key(text));
        let (from, to) = (read(&change.from), read(&change.to));
        let add_on = add_on_of(from.as_ref().or(to.as_ref()).unwrap_or(&change.licence));
        let fits = |licence: &Option<Licence>| {
            licence
                .as_ref()
                .is_none_or(|licence| licence.size.is_some() && add_on_of(licence) == add_on)
        };
        match add_on {
            Some(add_on) if from != to && fits(&from) && fits(&to) => Ok(Self::AddOn {
                add_on,
                from: from.and_then(|licence| licence.size),
                to: to.and_then(|licence| licence.size),
            }),
            _ => Err(format!(
                "“{}” to “{}” is not a change that Seatwise can make at Zoom.",
                change.from, change.to
            )),
        }
    }

    /// The same change the other way round.
    pub(super) fn back(self) -> Self {
        match self {
            Self::Base { give } => Self::Base { give: !give },
            Self::AddOn { add_on, from, to } => Self::AddOn {
                add_on,
                from: to,
                to: from,
            },
        }
    }

    /// Whether Zoom has what the change begins with.
    pub(super) fn is_due(&self, held: &Held) -> bool {
        self.back().is_made(held)
    }

    /// Whether Zoom has what the change leads to.
    pub(super) fn is_made(&self, held: &Held) -> bool {
        match self {
            Self::Base { give } => held.user_type == if *give { LICENSED } else { BASIC },
            Self::AddOn { add_on, to, .. } => held.add_on(*add_on) == *to,
        }
    }

    /// Whether something is taken, and not given.
    pub(super) fn takes(&self) -> bool {
        match self {
            Self::Base { give } => !give,
            Self::AddOn { from, to, .. } => to.is_none() || to < from,
        }
    }

    /// What is there before, in words.
    pub(super) fn before(&self) -> String {
        self.back().after()
    }

    /// What is there afterwards, in words.
    pub(super) fn after(&self) -> String {
        match self {
            Self::Base { give: true } => "Licensed".to_owned(),
            Self::Base { give: false } => "Basic".to_owned(),
            Self::AddOn { add_on, to, .. } => sized(*add_on, *to),
        }
    }

    /// The change in words.
    pub(super) fn words(&self, email: &str) -> String {
        format!("{email}: from {} to {}", self.before(), self.after())
    }
}
