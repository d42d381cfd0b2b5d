//! Evidence as data.

use model::Day;
use serde::Serialize;
use utoipa::ToSchema;

use crate::findings::types::Finding;
use crate::unknown::Unknown;

/// The evidence of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// The finding in one or two sentences.
    pub headline: String,
    /// Facts, near misses and counter-evidence.
    pub items: Vec<EvidenceItem>,
    /// What is not known about the finding.
    pub unknown: Vec<Unknown>,
}

/// A finding with its evidence, as the API answers it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FindingWithEvidence {
    /// The finding that the evidence is about.
    #[serde(flatten)]
    pub finding: Finding,
    /// The finding in one or two sentences.
    pub headline: String,
    /// Facts, near misses and counter-evidence.
    pub evidence: Vec<EvidenceItem>,
    /// What is not known about the finding.
    pub unknown: Vec<Unknown>,
}

/// One piece of evidence with its source and days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Evidence)]
pub struct EvidenceItem {
    /// The role of the evidence: `fact`, `near_miss` or `counter`.
    pub kind: EvidenceKind,
    /// The evidence as a sentence.
    pub text: String,
    /// Key of the stream from which it is known; `contracts`, `people` or `settings` for data of the
    /// organisation.
    #[schema(value_type = String)]
    pub stream: &'static str,
    /// First day that it covers (UTC).
    pub from: Day,
    /// Last day that it covers (UTC).
    pub to: Day,
    /// The number or text in the sentence, for programs; null when there is none.
    pub value: Option<EvidenceValue>,
}

/// The role of a piece of evidence: `fact` (supports the finding), `near_miss` (nearly contradicts it)
/// or `counter` (contradicts it).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
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
pub enum EvidenceKind {
    /// It supports the finding directly.
    Fact,
    /// It comes close to contradicting the finding.
    NearMiss,
    /// It speaks against the finding.
    Counter,
}

model::word_enum!(EvidenceKind);

/// The number or text that a piece of evidence is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum EvidenceValue {
    /// A number, such as a count of meetings.
    Number(i64),
    /// A text, such as a day or an e-mail address.
    Text(String),
}
