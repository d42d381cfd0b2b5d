//! The kinds of people: how often they sign in and host, and how likely they hold a licence.

use crate::dice::Dice;

/// What a person is like. Licences follow from it loosely, as in real companies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Persona {
    /// Hosts several long meetings each day.
    HeavyHost,
    /// Hosts a few times a week, often longer than forty minutes.
    RegularHost,
    /// Hosts a long meeting every month or two.
    OccasionalHost,
    /// Was a regular host until roles changed; attends since.
    Faded,
    /// Hosts short meetings of few people only: Basic would do.
    ShortHost,
    /// Attends meetings of others.
    Attendee,
    /// Signs in and does nothing else that is recorded.
    SignInOnly,
    /// Has an account and never used it.
    NeverCame,
    /// Teaches in terms and is silent between them.
    Lecturer,
    /// Hardly ever signs in: an assistant schedules under this name.
    Executive,
    /// A mailbox that several people run webinars with.
    WebinarHost,
    /// Holds a webinar licence that is not used.
    WebinarUnused,
    /// Hosts a monthly meeting of hundreds.
    LargeMeeting,
    /// Runs one event a year.
    YearlyEvent,
    /// The second account of somebody who works with another one.
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
    /// The kind of the person with this key.
    pub(crate) fn of(key: u64) -> Self {
        let mut dice = Dice::of(key, 1);
        WEIGHTS[dice.weighted(WEIGHTS.iter().map(|(_, weight)| *weight))].0
    }

    /// How many of ten thousand such people were given a licence.
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

    /// The name in the exported truth.
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
