//! The columns of users.

use model::{Application, HostedWindow};

use super::cell::{Cell, CellKind};
use crate::query::SortKey;
use crate::roster::UserView;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UserColumn {
    /// Stable key: CSV header, name in XLSX and Parquet, and member of the API.
    pub key: &'static str,
    /// Name of the column on pages.
    pub label: &'static str,
    pub kind: CellKind,
    /// The value that it shows.
    pub source: UserColumnSource,
    /// The order of users by this column; `None` when users cannot be ordered by it.
    pub sort: Option<SortKey>,
}

/// The value that a column of users shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserColumnSource {
    Key,
    Email,
    DisplayName,
    /// A metadata field, by its position in the application.
    Field(usize),
    /// The names of the user's groups.
    Groups,
    LastSignIn,
    LastHosted,
    /// A sum over hosted events.
    Hosted(HostedWindow),
    State,
}

impl UserColumn {
    const fn new(
        key: &'static str,
        label: &'static str,
        kind: CellKind,
        source: UserColumnSource,
    ) -> Self {
        let sort = match source {
            UserColumnSource::Email => Some(SortKey::Email),
            UserColumnSource::DisplayName => Some(SortKey::Name),
            UserColumnSource::Field(index) => Some(SortKey::Field(index)),
            UserColumnSource::LastSignIn => Some(SortKey::LastSignIn),
            UserColumnSource::LastHosted => Some(SortKey::LastHosted),
            UserColumnSource::Hosted(window) => Some(SortKey::Hosted(window)),
            UserColumnSource::Key | UserColumnSource::Groups | UserColumnSource::State => None,
        };
        Self {
            key,
            label,
            kind,
            source,
            sort,
        }
    }

    /// The user's value in this column.
    #[must_use]
    pub fn cell<'a>(&self, user: &UserView<'a>) -> Cell<'a> {
        let activity = &user.activity;
        match self.source {
            UserColumnSource::Key => Cell::text(user.key),
            UserColumnSource::Email => Cell::text(user.email),
            UserColumnSource::DisplayName => Cell::text(user.display_name),
            UserColumnSource::Field(index) => {
                Cell::field(user.metadata.values.get(index).copied().flatten())
            }
            UserColumnSource::Groups => Cell::text(user.groups.join("; ")),
            UserColumnSource::LastSignIn => Cell::maybe(activity.last_sign_in, Cell::Time),
            UserColumnSource::LastHosted => Cell::maybe(activity.last_hosted, Cell::Time),
            UserColumnSource::Hosted(window) => Cell::maybe(activity.hosted(window), |number| {
                Cell::Integer(number.into())
            }),
            UserColumnSource::State => Cell::text(activity.state.value()),
        }
    }
}

/// All columns of users of an application, in the order of files. Pages show them in an order of their own,
/// because a window is narrower than a file.
#[must_use]
pub fn user_columns(app: &Application) -> Vec<UserColumn> {
    use UserColumnSource as Source;
    let new = UserColumn::new;
    let mut columns = vec![
        new("id", "Id", CellKind::Text, Source::Key),
        new("email", "E-mail", CellKind::Text, Source::Email),
        new("display_name", "Name", CellKind::Text, Source::DisplayName),
    ];
    let fields = app.fields.iter().enumerate();
    columns.extend(fields.map(|(index, field)| {
        new(
            field.key,
            field.label,
            field.kind.into(),
            Source::Field(index),
        )
    }));
    columns.extend([
        new("groups", "Groups", CellKind::Text, Source::Groups),
        new(
            "last_sign_in",
            "Last sign-in",
            CellKind::Time,
            Source::LastSignIn,
        ),
        new(
            "last_hosted",
            "Last hosted",
            CellKind::Time,
            Source::LastHosted,
        ),
    ]);
    columns.extend(HostedWindow::ALL.map(|window| {
        new(
            window.value(),
            window.label(),
            CellKind::Integer,
            Source::Hosted(window),
        )
    }));
    columns.push(new("state", "State", CellKind::Text, Source::State));
    columns
}
