//! The names of filters for chips and headings.

use model::words::number;
use model::{Application, FieldKind, FieldValue};

use super::{GroupFilter, Query, ValueFilter};

/// One active filter, for a chip that can be removed with [`Query::without`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveFilter {
    pub field: String,
    /// The value, in the form that [`Query::without`] takes.
    pub value: String,
    /// Name of the parameter to show: "User type".
    pub label: String,
    /// Name of the value to show: "Licensed (Pro)".
    pub text: String,
}

impl Query {
    /// Every active filter, in the order of [`Query::to_pairs`].
    #[must_use]
    pub fn active_filters(&self) -> Vec<ActiveFilter> {
        let mut filters = Vec::new();
        let mut push = |field: &str, value: String, label: &str, text: String| {
            filters.push(ActiveFilter {
                field: field.to_owned(),
                value,
                label: label.to_owned(),
                text,
            });
        };
        for (index, values) in &self.fields {
            let field = &self.app.fields[*index];
            for value in values {
                push(
                    field.key,
                    value.text(field.kind),
                    field.label,
                    value.words(field.kind),
                );
            }
        }
        for group in &self.groups {
            let text = match group {
                GroupFilter::None => "none".to_owned(),
                GroupFilter::Named(name) => name.clone(),
            };
            push("group", group.text(), "Group", text);
        }
        for state in &self.states {
            let days = self.inactive_days();
            let unit = if days == 1 { "day" } else { "days" };
            let label = format!("Activity in {days} {unit}");
            push(
                "state",
                state.value().to_owned(),
                &label,
                state.label().to_owned(),
            );
        }
        if !self.search.is_empty() {
            push("q", self.search.clone(), "Search", self.search.clone());
        }
        filters
    }
}

impl ValueFilter {
    /// The name of the filter to show.
    #[must_use]
    pub fn words(&self, kind: FieldKind) -> String {
        match self {
            Self::Unknown => "unknown".to_owned(),
            Self::None => "none".to_owned(),
            Self::Exact(value) => value_label(kind, value),
            Self::Version(text) => text.clone(),
            Self::Range(Some(first), Some(last)) => {
                format!("{} to {}", number(*first), number(*last))
            }
            Self::Range(Some(first), None) => format!("{} or more", number(*first)),
            Self::Range(None, Some(last)) => format!("{} or less", number(*last)),
            Self::Range(None, None) => "any number".to_owned(),
        }
    }
}

/// The name of a value to show: labels of choices, "Yes" and "No", numbers and texts as they are.
pub(crate) fn value_label(kind: FieldKind, value: &FieldValue) -> String {
    match (kind, value) {
        (_, FieldValue::YesNo(true)) => "Yes".to_owned(),
        (_, FieldValue::YesNo(false)) => "No".to_owned(),
        (_, FieldValue::Integer(value)) => number(*value),
        (FieldKind::Choice(choices), FieldValue::Text(text)) => choices
            .iter()
            .find(|choice| choice.value == text)
            .map_or_else(|| text.clone(), |choice| choice.label.to_owned()),
        (_, FieldValue::Text(text)) => text.clone(),
    }
}

impl Query {
    /// The name of a field's value, as facets and chips show it: "unknown" when absent, "none" when the user
    /// is known to have none.
    #[must_use]
    pub fn value_label(app: &Application, field: usize, value: Option<&FieldValue>) -> String {
        let kind = app.fields[field].kind;
        ValueFilter::exactly(value).words(kind)
    }
}
