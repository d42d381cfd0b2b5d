//! The kinds of people: how often they sign in and host, and how likely they have a licence.

use crate::dice::Dice;

/// The kind of a person. Licences depend on it only loosely, as in real companies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Persona {
    /// Hosts several long meetings each day.
    HeavyHost,
    /// Hosts a few times a week, often longer than forty minutes.
    RegularHost,
    /// Hosts a long meeting every month or two.
    OccasionalHost,
    /// Was a regular host until a change of role; only attends since then.
    Faded,
    /// Hosts only short meetings of few people, for which Basic is enough.
    ShortHost,
    /// Attends meetings of other people and rarely hosts.
    Attendee,
    /// Signs in and does nothing else that is recorded.
    SignInOnly,
    /// Has an account but has never used it.
    NeverCame,
    /// Teaches in terms and does nothing between them.
    Lecturer,
    /// Rarely signs in, because an assistant schedules under this name.
    Executive,
    /// A shared mailbox with which several people host webinars.
    WebinarHost,
    /// Has a webinar licence that is not used.
    WebinarUnused,
    /// Hosts a monthly meeting of hundreds.
    LargeMeeting,
    /// Hosts one event per year.
    YearlyEvent,
    /// The second account of a person that works with the first one.
    SecondAccount,
    /// A service account for integrations.
    Service,
}

const WEIGHTS: [(Persona, u32); 14] = [
    (Persona::HeavyHost, 100),
    (Persona::RegularHost, 190),
    (Persona::OccasionalHost, 85),
    (Persona::Faded, 40),
    (Persona::ShortHost, 90),
    (Persona::Attendee, 255),
    (Persona::SignInOnly, 75),
    (Persona::NeverCame, 35),
    (Persona::Lecturer, 50),
    (Persona::Executive, 20),
    (Persona::WebinarHost, 10),
    (Persona::WebinarUnused, 10),
    (Persona::LargeMeeting, 10),
    (Persona::YearlyEvent, 15),
];

impl Persona {
    /// Draws the kind of the person with this key.
    pub(crate) fn of(key: u64) -> Self {
        let mut dice = Dice::of(key, 1);
        WEIGHTS[dice.weighted(WEIGHTS.iter().map(|(_, weight)| *weight))].0
    }

    /// Number of people of this kind, of ten thousand, that have a licence.
    pub(crate) const fn licensed(self) -> u64 {
        match self {
            Self::HeavyHost | Self::Lecturer => 9_700,
            Self::RegularHost => 9_300,
            Self::OccasionalHost => 8_500,
            Self::Faded => 9_000,
            Self::ShortHost => 4_500,
            Self::Attendee => 1_300,
            Self::SignInOnly => 1_800,
            Self::NeverCame => 2_500,
            Self::Executive | Self::WebinarHost | Self::WebinarUnused | Self::LargeMeeting => {
                10_000
            }
            Self::YearlyEvent => 7_500,
            Self::SecondAccount => 8_000,
            Self::Service => 0,
        }
    }

    /// Chance in 65,536 to sign in on a working day.
    pub(crate) const fn signs_in(self) -> u64 {
        match self {
            Self::HeavyHost => 30_000,
            Self::RegularHost | Self::ShortHost | Self::LargeMeeting => 23_000,
            Self::Attendee | Self::OccasionalHost | Self::Faded => 16_000,
            Self::SignInOnly | Self::WebinarUnused | Self::YearlyEvent => 12_000,
            Self::Lecturer => 18_000,
            Self::Executive => 900,
            Self::WebinarHost | Self::SecondAccount => 1_500,
            Self::Service => 40_000,
            Self::NeverCame => 0,
        }
    }

    /// Name of the kind in the exported truth.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::HeavyHost => "heavy host",
            Self::RegularHost => "regular host",
            Self::OccasionalHost => "occasional host",
            Self::Faded => "host until roles changed",
            Self::ShortHost => "short-meeting host",
            Self::Attendee => "attendee",
            Self::SignInOnly => "sign-in only",
            Self::NeverCame => "never came",
            Self::Lecturer => "seasonal lecturer",
            Self::Executive => "executive with assistant",
            Self::WebinarHost => "shared webinar host",
            Self::WebinarUnused => "webinar holder, unused",
            Self::LargeMeeting => "large-meeting holder",
            Self::YearlyEvent => "yearly event",
            Self::SecondAccount => "second account of somebody",
            Self::Service => "service account",
        }
    }
}
