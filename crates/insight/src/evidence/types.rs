//! Evidence as data.

use model::Day;

/// What a finding rests on.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Evidence {
    /// One or two sentences that say it all.
    pub headline: String,
    /// The facts, near misses and counter-evidence.
    pub items: Vec<EvidenceItem>,
    /// What is not known.
    pub unknown: Vec<Unknown>,
}

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct EvidenceItem {
    /// What it does for the finding.
    pub kind: EvidenceKind,
    /// A sentence.
    pub text: String,
    /// Key of the stream that told it; `contracts`, `people` or `settings` for what the organisation
    /// told.
    pub stream: &'static str,
    /// First day that it covers.
    pub from: Day,
    /// Last day that it covers.
    pub to: Day,
    /// The number or word that it is about.
    pub value: Option<EvidenceValue>,
}

/// What a piece of evidence does for a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// Speaks for it.
    Fact,
    /// Nearly spoke against it.
    NearMiss,
    /// Speaks against it.
    Counter,
}

impl EvidenceKind {
    /// The word for machines.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::Fact => "fact",
            Self::NearMiss => "near_miss",
            Self::Counter => "counter",
        }
    }
}

/// The number or word that a piece of evidence is about.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(untagged)]
pub enum EvidenceValue {
    /// A number.
    Number(i64),
    /// A word.
    Text(String),
}

/// Something that is not known.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Unknown {
    /// What: a short phrase.
    pub what: String,
    /// Why: a sentence.
    pub why: String,
}
