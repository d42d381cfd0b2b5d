//! The filter that the lists of changes and of questions share.

/// Filter for a list of objects about findings. Empty fields match everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingListFilter<State, Id> {
    /// The state is one of these.
    pub states: Vec<State>,
    /// The user concerned has this key.
    pub user_key: Option<String>,
    /// Id of the finding.
    pub finding: Option<String>,
    /// The number is one of these.
    pub ids: Vec<Id>,
    /// The number is lower than this one, for the next page.
    pub before: Option<Id>,
    /// Largest number of objects; 0 for all.
    pub limit: u32,
}

impl<State, Id> Default for FindingListFilter<State, Id> {
    fn default() -> Self {
        Self {
            states: Vec::new(),
            user_key: None,
            finding: None,
            ids: Vec::new(),
            before: None,
            limit: 0,
        }
    }
}

impl<State, Id> FindingListFilter<State, Id> {
    /// The limit for a statement.
    pub(crate) fn sql_limit(&self) -> i64 {
        match self.limit {
            0 => i64::MAX,
            limit => limit.into(),
        }
    }
}
