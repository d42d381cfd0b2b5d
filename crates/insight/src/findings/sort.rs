//! The orders of findings.

/// The order of findings. Equal findings are ordered by rule, licence and user key. Findings without a price
/// come last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FindingSort {
    #[default]
    Saving,
    SmallestSaving,
    Since,
    Newest,
    /// By the user's name; findings about the account first.
    Name,
    Rule,
}

impl FindingSort {
    pub const ALL: [Self; 6] = [
        Self::Saving,
        Self::SmallestSaving,
        Self::Since,
        Self::Newest,
        Self::Name,
        Self::Rule,
    ];

    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::Saving => "-saving",
            Self::SmallestSaving => "saving",
            Self::Since => "since",
            Self::Newest => "-since",
            Self::Name => "name",
            Self::Rule => "rule",
        }
    }

    /// Parses the word of an order.
    #[must_use]
    pub fn from_value(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.value() == value)
    }
}
