//! Users as rows of a table in a file: the same columns from the page's export and the command line.

use std::borrow::Cow;

use insight::UserView;
use model::{Application, FieldValue};

use crate::export::cell;

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
        .chain(user.values.iter().map(|value| value_text(*value)))
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
