//! Parses a query. All wrong parameters are reported at once, each with its name, the mistake and a correct
//! example.

use model::{ActivityState, Application, ChoiceLabel, FieldKind, FieldValue};

use super::cursor::Cursor;
use super::parameters::names;
use super::suggest::nearest;
use super::{GroupFilter, MAX_LIMIT, Query, Sort, ValueFilter};

/// The mistake in one parameter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[error("{field}: {message}")]
pub struct QueryError {
    /// The parameter's name as it was given.
    pub field: String,
    /// The mistake, and a correct value.
    pub message: String,
}

impl Query {
    /// Parses pairs of parameter and value. A repeated parameter means "or". Blank values of `q`, `sort`,
    /// `limit`, `inactive_days` and `cursor` count as absent, because forms send them.
    ///
    /// # Errors
    /// One error for every pair that can't be understood.
    pub fn parse<K, V>(
        app: &'static Application,
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Self, Vec<QueryError>>
    where
        K: AsRef<str>,
        V: AsRef<str>,
    {
        let mut query = Self::everybody(app);
        let mut sort = None;
        let mut errors = Vec::new();
        let mut seen: Vec<&str> = Vec::new();
        for (key, value) in pairs {
            let (key, value) = (key.as_ref(), value.as_ref());
            let known = names().find(|known| *known == key);
            let result = match known {
                Some("group") => query.read_group(value),
                Some("state") => query.read_state(value),
                Some(single) => {
                    if value.trim().is_empty() {
                        continue;
                    }
                    if seen.contains(&single) {
                        Err("is given more than once: give it once".to_owned())
                    } else {
                        seen.push(single);
                        match single {
                            "sort" => Sort::from_value(app, value)
                                .map(|read| sort = Some(read))
                                .ok_or_else(|| unknown_sort(app, value)),
                            _ => query.read_single(single, value),
                        }
                    }
                }
                None => match app.field_index(key) {
                    Some(index) => query.read_field(index, value),
                    None => Err(unknown_parameter(app, key)),
                },
            };
            if let Err(message) = result {
                errors.push(QueryError {
                    field: key.to_owned(),
                    message,
                });
            }
        }
        query.sort = sort.unwrap_or(Sort::BY_NAME);
        query.fields.sort_by_key(|(index, _)| *index);
        if let Some(cursor) = &query.cursor
            && cursor.sort != query.sort.value(app)
        {
            errors.push(QueryError {
                field: "cursor".to_owned(),
                message: format!(
                    "belongs to `sort={}`: ask with that order, or leave the cursor out to begin \
                     at the first row",
                    cursor.sort
                ),
            });
        }
        if errors.is_empty() {
            Ok(query)
        } else {
            Err(errors)
        }
    }

    fn read_single(&mut self, key: &str, value: &str) -> Result<(), String> {
        let value = value.trim();
        match key {
            "q" => value.clone_into(&mut self.search),
            "inactive_days" => {
                self.inactive_days = Some(
                    value
                        .parse()
                        .ok()
                        .filter(|days| (1..=365).contains(days))
                        .ok_or_else(|| {
                            format!("`{value}` is not a number of days from 1 to 365")
                        })?,
                );
            }
            "limit" => {
                self.limit = Some(
                    value
                        .parse()
                        .ok()
                        .filter(|limit| (1..=MAX_LIMIT).contains(limit))
                        .ok_or_else(|| {
                            format!("`{value}` is not a number of rows from 1 to {MAX_LIMIT}")
                        })?,
                );
            }
            _ => {
                self.cursor = Some(Cursor::decode(value).ok_or_else(|| {
                    "is not a cursor of an earlier answer: use `next_cursor` unchanged, or leave \
                     it out to begin at the first row"
                        .to_owned()
                })?);
            }
        }
        Ok(())
    }

    fn read_group(&mut self, value: &str) -> Result<(), String> {
        let text = value.trim();
        let filter = match value.trim_start().strip_prefix('=') {
            Some(literal) => GroupFilter::Named(literal.to_owned()),
            None if text.is_empty() => {
                return Err("is empty: give a group's id or name, or `none`".to_owned());
            }
            None if text.eq_ignore_ascii_case("none") => GroupFilter::None,
            None => GroupFilter::Named(text.to_owned()),
        };
        if !self.groups.contains(&filter) {
            self.groups.push(filter);
        }
        Ok(())
    }

    fn read_state(&mut self, value: &str) -> Result<(), String> {
        let state = ActivityState::ALL
            .into_iter()
            .find(|state| state.value().eq_ignore_ascii_case(value.trim()))
            .ok_or_else(|| format!("`{value}` is not one of active, inactive, never, unknown"))?;
        if !self.states.contains(&state) {
            self.states.push(state);
        }
        Ok(())
    }

    fn read_field(&mut self, index: usize, value: &str) -> Result<(), String> {
        let filter = read_value(self.kind(index), value)?;
        if let Some((_, values)) = self.fields.iter_mut().find(|(i, _)| *i == index) {
            if !values.contains(&filter) {
                values.push(filter);
            }
        } else {
            self.fields.push((index, vec![filter]));
        }
        Ok(())
    }
}

fn unknown_parameter(app: &Application, key: &str) -> String {
    let fields = app.fields.iter().map(|field| field.key);
    match nearest(key, fields.clone().chain(names())) {
        Some(word) => format!("is not a filter: did you mean `{word}`?"),
        None => format!(
            "is not a filter: known are {}",
            fields.chain(names()).collect::<Vec<_>>().join(", ")
        ),
    }
}

fn unknown_sort(app: &Application, value: &str) -> String {
    format!(
        "`{value}` is not an order: known are {}; put `-` before one to turn it round",
        Sort::words(app).join(", ")
    )
}

/// Parses one value of a field. After a leading `=`, the rest is taken literally.
fn read_value(kind: FieldKind, given: &str) -> Result<ValueFilter, String> {
    let text = given.trim();
    if text.is_empty() {
        return Err(format!(
            "is empty: give {}, `none` or `unknown`",
            expected(kind)
        ));
    }
    if text.eq_ignore_ascii_case("unknown") {
        return Ok(ValueFilter::Unknown);
    }
    let literal = given.trim_start().strip_prefix('=');
    match kind {
        FieldKind::Text | FieldKind::Version | FieldKind::Choice(_)
            if literal.is_some_and(str::is_empty) =>
        {
            Ok(ValueFilter::None)
        }
        FieldKind::Text => Ok(match literal {
            Some(literal) => exact_text(literal),
            None if text.eq_ignore_ascii_case("none") => ValueFilter::None,
            None => exact_text(text),
        }),
        FieldKind::Version => Ok(match literal {
            Some(literal) => ValueFilter::Version(literal.to_owned()),
            None if text.eq_ignore_ascii_case("none") => ValueFilter::None,
            None => ValueFilter::Version(text.to_owned()),
        }),
        FieldKind::Integer => read_integer(text).ok_or_else(|| wrong(given, kind)),
        FieldKind::YesNo => match text.to_ascii_lowercase().as_str() {
            "yes" | "true" => Ok(ValueFilter::Exact(FieldValue::YesNo(true))),
            "no" | "false" => Ok(ValueFilter::Exact(FieldValue::YesNo(false))),
            _ => Err(wrong(given, kind)),
        },
        FieldKind::Choice(choices) => match literal {
            Some(literal) => Ok(exact_text(literal)),
            None => read_choice(choices, text).ok_or_else(|| wrong(given, kind)),
        },
    }
}

fn exact_text(text: &str) -> ValueFilter {
    ValueFilter::Exact(FieldValue::Text(text.to_owned()))
}

fn read_integer(text: &str) -> Option<ValueFilter> {
    if text.eq_ignore_ascii_case("none") {
        return Some(ValueFilter::None);
    }
    let number = |text: &str| text.trim().parse::<i64>().ok();
    if let Some((first, last)) = text.split_once("..") {
        let last = last.strip_prefix('=').unwrap_or(last);
        let bound = |text: &str| match text.trim() {
            "" => Some(None),
            text => number(text).map(Some),
        };
        return match (bound(first)?, bound(last)?) {
            (None, None) => None,
            (Some(first), Some(last)) if first > last => None,
            (first, last) => Some(ValueFilter::Range(first, last)),
        };
    }
    if let Some(rest) = text.strip_prefix(">=") {
        return Some(ValueFilter::Range(Some(number(rest)?), None));
    }
    if let Some(rest) = text.strip_prefix("<=") {
        return Some(ValueFilter::Range(None, Some(number(rest)?)));
    }
    if let Some(rest) = text.strip_prefix('>') {
        return Some(ValueFilter::Range(
            Some(number(rest)?.checked_add(1)?),
            None,
        ));
    }
    if let Some(rest) = text.strip_prefix('<') {
        return Some(ValueFilter::Range(
            None,
            Some(number(rest)?.checked_sub(1)?),
        ));
    }
    Some(match number(text)? {
        0 => ValueFilter::None,
        value => ValueFilter::Exact(FieldValue::Integer(value)),
    })
}

fn read_choice(choices: &[ChoiceLabel], text: &str) -> Option<ValueFilter> {
    let same = |known: &str| known.to_lowercase() == text.to_lowercase();
    let known = choices
        .iter()
        .find(|choice| same(choice.value))
        .or_else(|| {
            choices
                .iter()
                .find(|choice| same(choice.label) || choice.aliases.iter().any(|alias| same(alias)))
        });
    match known {
        Some(choice) => Some(exact_text(choice.value)),
        None if text.eq_ignore_ascii_case("none") => Some(ValueFilter::None),
        // A value that the application has no name for yet is a number, and is accepted as it is.
        None if text.bytes().all(|b| b.is_ascii_digit()) => Some(exact_text(text)),
        None => None,
    }
}

fn expected(kind: FieldKind) -> String {
    match kind {
        FieldKind::Text => "a value".to_owned(),
        FieldKind::Integer => {
            "a whole number such as `500`, a range such as `500..1000` or `>=500`".to_owned()
        }
        FieldKind::YesNo => "`yes` or `no`".to_owned(),
        FieldKind::Version => "a version such as `6.2` or `6.2.11`".to_owned(),
        FieldKind::Choice(choices) => {
            let values: Vec<_> = choices.iter().map(|choice| choice.value).collect();
            format!("one of {}", values.join(", "))
        }
    }
}

fn wrong(given: &str, kind: FieldKind) -> String {
    let more = match kind {
        FieldKind::YesNo => ", or `unknown`",
        FieldKind::Choice(_) => ", or `unknown`; put `=` before a value that is not in this list",
        _ => ", `none` or `unknown`",
    };
    format!("`{given}` is not understood: give {}{more}", expected(kind))
}
