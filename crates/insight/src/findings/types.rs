//! A finding, what it is made from, and what people decided about it.

use model::{Contract, Day, FindingState, Licence, ListPrice, Money, Rule};

use crate::settings::Settings;

/// What findings are made from beside a roster.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The organisation's rules.
    pub settings: &'a Settings,
    /// The integration's contracts.
    pub contracts: &'a [Contract],
    /// The integration's price book, for licences without a contract.
    pub prices: &'a [ListPrice],
    /// What people decided.
    pub decisions: &'a [DecisionRow],
    /// The day as which findings are made: the roster's own.
    pub today: Day,
}

/// What people decided about a finding, or about a whole person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionRow {
    /// Id of the finding.
    pub finding: String,
    /// How far they have come: `Exempt`, `Asked`, `Kept`, `Accepted` or `Done`.
    /// `Open` only assigns.
    pub state: FindingState,
    /// The last day on which it holds; without end when absent.
    pub until: Option<Day>,
    /// Why.
    pub reason: String,
    /// Who answers for it: e-mail address of a member.
    pub owner: String,
    /// Who is to work on it: e-mail address of a member; empty for nobody.
    pub assignee: String,
    /// Whom it is about; absent for a finding about the account.
    pub user_key: Option<String>,
    /// How far an exemption reaches.
    pub scope: ExemptScope,
}

/// How far an exemption reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExemptScope {
    /// The licence of the person that the finding is about, whichever rule finds it.
    #[default]
    Finding,
    /// Every finding about the person.
    User,
}

/// Why a finding is held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldBy {
    /// The licence is new.
    New,
    /// The person's own pattern of needs makes another one likely.
    Rhythm,
    /// Needs began at this time last year.
    Season,
    /// Something is scheduled.
    Scheduled,
    /// No need so far, but the licence has not been held for long.
    Settling,
    /// Was there lately, although the list of people says that they left.
    Active,
}

impl HeldBy {
    /// All of them; the position is the bit in a stored finding.
    pub const ALL: [Self; 6] = [
        Self::New,
        Self::Rhythm,
        Self::Season,
        Self::Scheduled,
        Self::Settling,
        Self::Active,
    ];

    /// The word for machines.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Rhythm => "rhythm",
            Self::Season => "season",
            Self::Scheduled => "scheduled",
            Self::Settling => "settling",
            Self::Active => "active",
        }
    }

    /// The name to show.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::New => "Licence is new",
            Self::Rhythm => "Needs it now and then",
            Self::Season => "Needed it at this time last year",
            Self::Scheduled => "Something is scheduled",
            Self::Settling => "Not licensed for long enough",
            Self::Active => "Was there lately",
        }
    }
}

/// A conclusion about a user's licence, or about a licence of the whole account.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// `rule~licence~user_key`, with an empty user key for one about the account.
    pub id: String,
    /// What it says.
    pub rule: Rule,
    /// The user's row in the roster; absent for one about the account.
    pub user: Option<u32>,
    /// The licence that it is about; of `under_licensed` the one that would be needed.
    pub licence: Licence,
    /// The day since when it has been true.
    pub since: Day,
    /// Seats that it is about.
    pub seats: i64,
    /// What acting on it saves; unknown without a price.
    pub saving: Option<Saving>,
    /// Whether the person can be given back what they had, with nothing lost.
    pub reversible: bool,
    /// How far people have come with it.
    pub state: FindingState,
    /// Why it is held back; empty when nothing speaks against it.
    pub held_by: Vec<HeldBy>,
    /// Who is to work on it: e-mail address of a member; empty for nobody.
    pub assignee: String,
}

/// What acting on a finding saves, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saving {
    /// For a year. Negative for `under_licensed`, which costs.
    pub amount: Money,
    /// The day on which somebody else could have the seat.
    pub seat_free_on: Day,
    /// The first day whose invoice can be smaller; unknown without a contract.
    pub invoice_lower_on: Option<Day>,
    /// Where the price is from: `contract ACME-1`, or `list price, Zoom, 2026-10-01 (listed)`.
    pub price_source: String,
}
