//! The columns of users and of findings, one table each. Pages, CSV, XLSX, Parquet and the command line
//! read these tables, so that a column has the same key, the same kind and the same value everywhere.

mod cell;
mod findings;
mod users;

pub use cell::{Cell, CellKind};
pub use findings::{FINDING_COLUMNS, FindingColumn, FindingRow};
pub use users::{UserColumn, UserColumnSource, user_columns};
