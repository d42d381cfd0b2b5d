//! What is concluded of a roster: findings about users and licences, with their money and the state
//! that people's decisions gave them. [`find()`] makes them all at once; pages, API, exports and the
//! command line ask the result, with the same filters as the users page. Each finding's evidence is
//! put into words only when somebody looks at it.

pub(crate) mod account;
pub(crate) mod census;
mod decisions;
pub(crate) mod double;
mod facets;
pub(crate) mod find;
pub(crate) mod ground;
pub(crate) mod included;
mod label;
mod licences;
pub(crate) mod page;
mod pass;
mod people;
mod query;
pub(crate) mod rules;
pub(crate) mod smaller;
mod sort;
pub(crate) mod store;
mod totals;

use model::{Contract, Day, FindingState, Licence, ListPrice, Money, Rule, Sums};

use crate::settings::Settings;

pub use crate::evidence::{Evidence, EvidenceItem, EvidenceKind, EvidenceValue, Unknown};
pub use find::find;
pub use label::FindingFilter;
pub use page::FindingPage;
pub use people::Licensed;
pub use query::FindingQuery;
pub use sort::FindingSort;
pub use store::Findings;

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

/// What the findings of a query come to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FindingTotals {
    /// Findings.
    pub findings: i64,
    /// Different people.
    pub people: i64,
    /// Seats that could be given back; those of `under_licensed`, which would be bought, not counted.
    pub seats: i64,
    /// What that would save in a year, each currency for itself; what would be bought is not taken off.
    pub saving: Sums,
    /// Seats without a price.
    pub without_price: i64,
    /// Licensed people of the query's users of whom nothing can be concluded.
    pub unknown_people: i64,
}

/// What the findings of one rule come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleTotal {
    /// The rule.
    pub rule: Rule,
    /// Findings.
    pub findings: i64,
    /// Seats; of `under_licensed` those that would be bought.
    pub seats: i64,
    /// For a year; negative for `under_licensed`.
    pub saving: Sums,
    /// Seats without a price.
    pub without_price: i64,
    /// Findings held back, which are in none of the other numbers.
    pub held: i64,
}

/// What was found in one department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepartmentTotal {
    /// Its name; empty for people who are known to have none, absent where it is unknown.
    pub department: Option<String>,
    /// Users.
    pub users: i64,
    /// Users with a base licence.
    pub licensed: i64,
    /// Licensed users of whom enough is known and nothing is found; absent while what was hosted is not
    /// known for 90 days.
    pub needed: Option<i64>,
    /// Licensed users with an open finding about the base licence.
    pub not_needed: i64,
    /// Open findings about add-ons of its people.
    pub add_ons: i64,
    /// Licensed users of whom nothing can be concluded.
    pub unknown: i64,
    /// What its open findings, of both kinds, would save in a year.
    pub saving: Sums,
}

/// People who hold a licence and of whom nothing can be concluded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownTotal {
    /// The licence.
    pub licence: Licence,
    /// How many.
    pub people: i64,
    /// Why, as a sentence.
    pub why: String,
}

/// How a licence is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenceTotal {
    /// The licence.
    pub licence: Licence,
    /// Users who hold it.
    pub holders: i64,
    /// Whether these are all: of add-ons they are not while settings of active users are unread.
    pub holders_known: bool,
    /// Holders of whom nothing else is said here: so holders, and seats counted as given that nobody
    /// holds, are those needed, not needed, held and unknown together. Unknown when hosting is not
    /// known for the last 90 days.
    pub needed: Option<i64>,
    /// Seats of open findings about it; those that could be shared not counted.
    pub not_needed: i64,
    /// Holders whose finding is held back or exempt.
    pub held: i64,
    /// Seats more that could go if holders lent them to each other.
    pub pooled: i64,
    /// Holders of whom nothing can be concluded.
    pub unknown: i64,
    /// Seats bought, from plan usage, else from the contracts; unknown without either.
    pub purchased: Option<i64>,
}
