//! A finding, the inputs it is made from, and decisions about it.

use model::{Contract, Day, FindingState, Licence, ListPrice, Money, Rule, YearlyAmount};
use serde::Serialize;
use utoipa::ToSchema;

use crate::settings::Settings;

/// The inputs of findings in addition to a roster.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    pub settings: &'a Settings,
    pub contracts: &'a [Contract],
    /// The integration's price book, for licences without a contract.
    pub prices: &'a [ListPrice],
    pub decisions: &'a [DecisionRow],
    /// The day for which findings are made: the roster's own.
    pub today: Day,
}

/// A decision about a finding, or about every finding of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionRow {
    /// Id of the finding that was decided.
    pub finding: String,
    /// The state that was decided: `Exempt`, `Asked`, `Kept`, `Accepted` or `Done`. `Open` only assigns the
    /// finding to a member.
    pub state: FindingState,
    /// The last day on which the decision is valid; `None` when it has no end.
    pub until: Option<Day>,
    /// The reason that the member gave.
    pub reason: String,
    /// E-mail address of the member that decided.
    pub owner: String,
    /// E-mail address of the member that is to work on the finding; empty when it is not assigned.
    pub assignee: String,
    /// Key of the user concerned; `None` for a finding about the account.
    pub user_key: Option<String>,
    /// The scope of an exemption.
    pub scope: ExemptScope,
}

/// The scope of an exemption.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExemptScope {
    /// The licence of the person that the finding is about, whichever rule finds it.
    #[default]
    Finding,
    /// Every finding about the person.
    User,
}

/// A reason why a finding is on hold: `new`, `rhythm`, `season`, `scheduled`, `settling`, `active`,
/// `unreadable` or `contradicted`.
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
    ToSchema,
    strum::EnumCount,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum HoldReason {
    /// The user got the licence only recently.
    New,
    /// The person's own pattern of needs makes another need likely.
    Rhythm,
    /// Needs began at this time last year.
    Season,
    /// An event that may need the licence is scheduled.
    Scheduled,
    /// No need so far, but the licence has not been held for long enough.
    Settling,
    /// The person was active recently, although the list of people says that they left.
    Active,
    /// Records that may be about the user could not be understood.
    Unreadable,
    /// The application's monthly report has more meetings than its history.
    Contradicted,
}

model::word_enum!(HoldReason);

impl HoldReason {
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::New => "Licence is new",
            Self::Rhythm => "Needs it now and then",
            Self::Season => "Needed it at this time last year",
            Self::Scheduled => "Something is scheduled",
            Self::Settling => "Not licensed for long enough",
            Self::Active => "Was active recently",
            Self::Unreadable => "Some records could not be read",
            Self::Contradicted => "The monthly report says otherwise",
        }
    }
}

/// A conclusion about a user's licence, or about a licence of the whole account.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Finding {
    /// Id that stays the same as long as the finding is true: `rule~licence~user`, where the user is empty
    /// for a finding about the account.
    pub id: String,
    /// The rule that made the finding.
    pub rule: Rule,
    /// The user's row in the roster; `None` for a finding about the account.
    #[serde(skip)]
    pub user: Option<u32>,
    /// The user's `id`; null for a finding about the account.
    pub user_id: Option<String>,
    /// The user's e-mail address; null for a finding about the account.
    pub email: Option<String>,
    /// The licence that the finding is about; for `under_licensed` the licence that is needed.
    pub licence: Licence,
    /// The day since when the finding has been true (UTC).
    pub since: Day,
    /// Number of seats that the finding is about.
    pub seats: i64,
    /// The saving when the finding is acted on; null when no price is known.
    pub saving: Option<Saving>,
    /// Whether the user can get back the licence later without losing anything.
    pub reversible: bool,
    /// How far people have come with the finding: `open`, `asked`, `kept`, `accepted`, `done`, `exempt` or
    /// `on_hold`.
    pub state: FindingState,
    /// The reasons why the finding is on hold; empty when nothing speaks against it.
    #[serde(rename = "held_by")]
    pub hold_reasons: Vec<HoldReason>,
    /// E-mail address of the member that is to work on the finding; null when it is not assigned.
    // Empty instead of `None`, as in the decisions that it comes from.
    #[serde(serialize_with = "model::json::empty_as_null")]
    #[schema(value_type = Option<String>)]
    pub assignee: String,
}

/// The saving of a finding, and from when on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Saving {
    /// The amount for a year. Negative for `under_licensed`, which costs money.
    #[serde(flatten, serialize_with = "model::sums::yearly")]
    #[schema(value_type = YearlyAmount)]
    pub amount: Money,
    /// The first day on which the seat is free for another user (UTC).
    pub seat_free_on: Day,
    /// The first day whose invoice can be lower (UTC); null without a contract.
    pub invoice_lower_on: Option<Day>,
    /// The contract or price list with the price: `contract ACME-1`, or `list price, Zoom, 2026-10-01
    /// (listed)`.
    pub price_source: String,
}
