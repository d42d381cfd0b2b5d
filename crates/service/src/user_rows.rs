//! Users as rows of a table: the same columns for the page's export and the command line.

use std::borrow::Cow;

use insight::UserView;
use model::{Application, FieldKind, FieldValue};

use crate::export::{Cell, Column, ColumnKind, spreadsheet_safe};

/// The names of the columns, equal to the field names of the API.
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

/// The cells of one user as text, safe to open in a spreadsheet. An unknown value is an empty cell.
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
        .map(|text| match spreadsheet_safe(&text) {
            Cow::Borrowed(_) => text,
            Cow::Owned(safe) => Cow::Owned(safe),
        })
}

/// The same columns with their types, for XLSX and Parquet.
pub fn user_columns(application: &'static Application) -> Vec<Column> {
    csv_header(application)
        .map(|name| {
            let field = application.fields.iter().find(|field| field.key == name);
            let kind = match field.map(|field| field.kind) {
                Some(FieldKind::Integer) => ColumnKind::Integer,
                Some(FieldKind::YesNo) => ColumnKind::YesNo,
                Some(_) => ColumnKind::Text,
                None => activity_kind(name),
            };
            Column::new(name, kind)
        })
        .collect()
}

/// The type of a column of activity.
fn activity_kind(name: &str) -> ColumnKind {
    match name {
        "last_sign_in" | "last_hosted" => ColumnKind::Moment,
        name if name.ends_with("0d") => ColumnKind::Integer,
        _ => ColumnKind::Text,
    }
}

/// The cells of one user, in the order of [`user_columns`].
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
