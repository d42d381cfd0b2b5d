//! Users as rows of a table in a file: the same columns from the page's export and the command line.

use std::borrow::Cow;

use insight::UserView;
use model::{Application, FieldKind, FieldValue};

use crate::export::{Cell, Column, Kind, cell};

/// The names of the columns: the keys of the API.
pub fn csv_header(application: &'static Application) -> impl Iterator<Item = &'static str> {
    ["id", "email", "display_name"]
        .into_iter()
        .chain(application.fields.iter().map(|field| field.key))
        .chain([
            "groups",
            "last_sign_in",
            "last_hosted",
            "meetings_30d",
            "meetings_90d",
            "minutes_30d",
            "minutes_90d",
            "state",
        ])
}

/// The cells of one user, safe to open in a spreadsheet. What is not known is an empty cell.
pub fn csv_record<'a>(user: &'a UserView<'_>) -> impl Iterator<Item = Cow<'a, str>> {
    let activity = &user.activity;
    [user.key, user.email, user.display_name]
        .into_iter()
        .map(Cow::Borrowed)
        .chain(user.metadata.values.iter().map(|value| value_text(*value)))
        .chain([
            Cow::Owned(user.groups.join("; ")),
            text(activity.last_sign_in),
            text(activity.last_hosted),
            text(activity.meetings_30d),
            text(activity.meetings_90d),
            text(activity.minutes_30d),
            text(activity.minutes_90d),
            Cow::Borrowed(activity.state.value()),
        ])
        .map(|text| match cell(&text) {
            Cow::Borrowed(_) => text,
            Cow::Owned(safe) => Cow::Owned(safe),
        })
}

/// The same columns with what is in them, for files with types.
pub fn user_columns(application: &'static Application) -> Vec<Column> {
    csv_header(application)
        .map(|name| {
            let field = application.fields.iter().find(|field| field.key == name);
            let kind = match field.map(|field| field.kind) {
                Some(FieldKind::Integer) => Kind::Integer,
                Some(FieldKind::YesNo) => Kind::YesNo,
                Some(_) => Kind::Text,
                None => activity_kind(name),
            };
            Column::new(name, kind)
        })
        .collect()
}

/// What is in a column of activity.
fn activity_kind(name: &str) -> Kind {
    match name {
        "last_sign_in" | "last_hosted" => Kind::Moment,
        name if name.ends_with("0d") => Kind::Integer,
        _ => Kind::Text,
    }
}

/// The cells of one user under [`user_columns`].
pub fn user_cells<'a>(user: &UserView<'a>) -> Vec<Cell<'a>> {
    let activity = &user.activity;
    let count = |count: Option<u32>| Cell::maybe(count, |count| Cell::Integer(count.into()));
    let mut cells = vec![
        Cell::text(user.key),
        Cell::text(user.email),
        Cell::text(user.display_name),
    ];
    cells.extend(user.metadata.values.iter().map(|value| match value {
        None => Cell::Empty,
        Some(FieldValue::YesNo(yes)) => Cell::YesNo(*yes),
        Some(FieldValue::Integer(number)) => Cell::Integer(*number),
        Some(FieldValue::Text(text)) => Cell::text(text.as_str()),
    }));
    cells.extend([
        Cell::text(user.groups.join("; ")),
        Cell::maybe(activity.last_sign_in, Cell::Moment),
        Cell::maybe(activity.last_hosted, Cell::Moment),
        count(activity.meetings_30d),
        count(activity.meetings_90d),
        count(activity.minutes_30d),
        count(activity.minutes_90d),
        Cell::text(activity.state.value()),
    ]);
    cells
}

fn text(value: Option<impl ToString>) -> Cow<'static, str> {
    value.map_or(Cow::Borrowed(""), |value| Cow::Owned(value.to_string()))
}

fn value_text(value: Option<&FieldValue>) -> Cow<'_, str> {
    match value {
        None => Cow::Borrowed(""),
        Some(FieldValue::YesNo(true)) => Cow::Borrowed("yes"),
        Some(FieldValue::YesNo(false)) => Cow::Borrowed("no"),
        Some(FieldValue::Integer(number)) => Cow::Owned(number.to_string()),
        Some(FieldValue::Text(text)) => Cow::Borrowed(text),
    }
}
