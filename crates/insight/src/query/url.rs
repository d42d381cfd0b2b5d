//! Writes a query as pairs in one canonical form, and makes the queries with one value more or less, to which
//! the links of facets and chips lead.

use model::{FieldKind, FieldValue};

use super::{GroupFilter, Query, Sort, ValueFilter};

impl Query {
    /// The pairs from which the same query can be parsed, without defaults: fields in the application's
    /// order, then group, state, search, threshold, order and page.
    #[must_use]
    pub fn to_pairs(&self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        let mut push = |key: &str, value: String| pairs.push((key.to_owned(), value));
        for (index, values) in &self.fields {
            let field = &self.app.fields[*index];
            for value in values {
                push(field.key, value.text(field.kind));
            }
        }
        for group in &self.groups {
            push("group", group.text());
        }
        for state in &self.states {
            push("state", state.value().to_owned());
        }
        if !self.search.is_empty() {
            push("q", self.search.clone());
        }
        if let Some(days) = self.inactive_days {
            push("inactive_days", days.to_string());
        }
        if self.sort != Sort::BY_NAME {
            push("sort", self.sort.value(self.app));
        }
        if let Some(limit) = self.limit {
            push("limit", limit.to_string());
        }
        if let Some(cursor) = &self.cursor {
            push("cursor", cursor.encode());
        }
        pairs
    }

    /// The query with one more value (of `q`, `sort`, `inactive_days`, `limit` or `cursor`: with that value
    /// instead), at the first page unless a cursor is given. Unchanged when the value cannot be read.
    #[must_use]
    pub fn with(&self, field: &str, value: &str) -> Self {
        let single = matches!(field, "q" | "sort" | "inactive_days" | "limit" | "cursor");
        let mut pairs = self.to_pairs();
        pairs.retain(|(key, _)| key != "cursor" && !(single && key == field));
        pairs.push((field.to_owned(), value.to_owned()));
        self.again(pairs)
    }

    /// The query without one of its values, at the first page.
    #[must_use]
    pub fn without(&self, field: &str, value: &str) -> Self {
        let canonical = Self::parse(self.app, [(field, value)])
            .ok()
            .and_then(|query| query.to_pairs().pop())
            .map_or_else(|| value.to_owned(), |(_, value)| value);
        let mut pairs = self.to_pairs();
        pairs.retain(|(key, v)| key != "cursor" && !(key == field && *v == canonical));
        self.again(pairs)
    }

    /// The query without any value of this parameter, at the first page.
    #[must_use]
    pub fn without_all(&self, field: &str) -> Self {
        let mut pairs = self.to_pairs();
        pairs.retain(|(key, _)| key != "cursor" && key != field);
        self.again(pairs)
    }

    fn again(&self, pairs: Vec<(String, String)>) -> Self {
        let mut query = Self::parse(self.app, pairs).unwrap_or_else(|_| self.clone());
        query.default_inactive_days = self.default_inactive_days;
        query
    }
}

impl ValueFilter {
    /// The text from which the same filter can be parsed.
    #[must_use]
    pub fn text(&self, kind: FieldKind) -> String {
        match self {
            Self::Unknown => "unknown".to_owned(),
            Self::None => match kind {
                // Here `none` is a value of its own.
                FieldKind::Choice(choices) if choices.iter().any(|c| c.value == "none") => {
                    "=".to_owned()
                }
                _ => "none".to_owned(),
            },
            Self::Exact(FieldValue::YesNo(true)) => "yes".to_owned(),
            Self::Exact(FieldValue::YesNo(false)) => "no".to_owned(),
            Self::Exact(FieldValue::Integer(value)) => value.to_string(),
            Self::Exact(FieldValue::Text(text)) => match kind {
                FieldKind::Choice(choices)
                    if choices.iter().any(|choice| choice.value == text)
                        || (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())) =>
                {
                    text.clone()
                }
                FieldKind::Choice(_) => format!("={text}"),
                _ => literal(text),
            },
            Self::Version(text) => literal(text),
            Self::Range(Some(first), Some(last)) => format!("{first}..{last}"),
            Self::Range(Some(first), None) => format!(">={first}"),
            Self::Range(None, Some(last)) => format!("<={last}"),
            Self::Range(None, None) => "..".to_owned(),
        }
    }

    /// The filter that accepts exactly this value.
    #[must_use]
    pub fn exactly(value: Option<&FieldValue>) -> Self {
        match value {
            None => Self::Unknown,
            Some(FieldValue::Integer(0)) => Self::None,
            Some(FieldValue::Text(text)) if text.is_empty() => Self::None,
            Some(value) => Self::Exact(value.clone()),
        }
    }
}

impl GroupFilter {
    /// The text from which the same filter can be parsed.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::None => "none".to_owned(),
            Self::Named(name) => literal(name),
        }
    }
}

/// The text, with a leading `=` when it would otherwise have another meaning.
fn literal(text: &str) -> String {
    let special = text.trim() != text
        || text.is_empty()
        || text.starts_with('=')
        || text.eq_ignore_ascii_case("none")
        || text.eq_ignore_ascii_case("unknown");
    if special {
        format!("={text}")
    } else {
        text.to_owned()
    }
}
