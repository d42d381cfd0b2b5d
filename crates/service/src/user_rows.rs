//! Users as rows of files: the page's exports and the command line write the columns of
//! [`insight::columns`].

use insight::UserView;
use insight::columns::{UserColumn, user_columns};
use model::Application;

use crate::export::{Cell, Column};

/// The table of an application's users.
#[derive(Debug, Clone)]
pub struct UserTable {
    columns: Vec<UserColumn>,
}

impl UserTable {
    #[must_use]
    pub fn new(application: &Application) -> Self {
        Self {
            columns: user_columns(application),
        }
    }

    /// The names of the columns, equal to the field names of the API.
    pub fn header(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().map(|column| column.key)
    }

    /// The columns with their types.
    #[must_use]
    pub fn columns(&self) -> Vec<Column> {
        let columns = self.columns.iter();
        columns
            .map(|column| Column::new(column.key, column.kind.into()))
            .collect()
    }

    /// The cells of one user, in the order of the columns.
    #[must_use]
    pub fn cells<'a>(&self, user: &UserView<'a>) -> Vec<Cell<'a>> {
        let columns = self.columns.iter();
        columns.map(|column| column.cell(user).into()).collect()
    }
}
