//! A contract with the dates that depend on the day on which one looks at it.

use model::{Contract, Day};
use serde::Serialize;
use utoipa::ToSchema;

use super::dates::dates;

/// A contract with the last day for notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ContractWithNotice {
    /// The contract with its terms.
    #[serde(flatten)]
    pub contract: Contract,
    /// The last day on which notice for the end of the current term can arrive (UTC).
    pub notice_by: Day,
}

impl ContractWithNotice {
    /// The contract as of a day, because a contract that renews itself has a new term every time.
    #[must_use]
    pub fn on(contract: Contract, today: Day) -> Self {
        let notice_by = dates(&contract, today).notice_by;
        Self {
            contract,
            notice_by,
        }
    }
}
