//! The orders that findings can be asked in.

/// What findings can be ordered by. Equal ones come by rule, licence and user key; what has no price
/// comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FindingSort {
    /// The largest saving first.
    #[default]
    Saving,
    /// The smallest saving first.
    SmallestSaving,
    /// True for the longest first.
    Since,
    /// The newest first.
    Newest,
    /// By the user's name; those about the account first.
    Name,
    /// By rule.
    Rule,
}

impl FindingSort {
    /// All orders.
    pub const ALL: [Self; 6] = [
        Self::Saving,
        Self::SmallestSaving,
        Self::Since,
        Self::Newest,
        Self::Name,
        Self::Rule,
    ];

    /// The word for machines.
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

    /// Reads what [`Self::value`] writes.
    #[must_use]
    pub fn from_value(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.value() == value)
    }
}
