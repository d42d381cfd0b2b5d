//! Queries of findings: the filters on users, and filters on findings. Both are parameters of the same URL.
//! `state` accepts states of findings and of activity, because their words differ.

use model::{ActivityState, Application, FindingState, Licence, Rule};

use super::sort::FindingSort;
use crate::query::{
    MAX_LIMIT, ParameterValues, Query, QueryError, QueryParameter, USER_PARAMETERS, filter,
};

/// The default number of findings of a page.
const DEFAULT_LIMIT: usize = 50;
/// The parameters of findings. Those of users follow: see [`finding_parameters`].
const PARAMETERS: [QueryParameter; 5] = [
    filter("rule", ParameterValues::Texts, |_| {
        let rules = quoted(Rule::ALL.map(Rule::value));
        format!("Rules of the findings: {rules}.")
    }),
    filter("plan", ParameterValues::Texts, |_| {
        "The licence that it is about, such as `licensed` or `webinar_500`.".to_owned()
    }),
    filter("state", ParameterValues::Texts, |_| {
        let states = quoted(FindingState::ALL.map(FindingState::value));
        format!(
            "How far people have come: {states}; all but `on_hold` and `exempt` when not given."
        )
    }),
    filter("amount", ParameterValues::Number, |_| {
        "Saves or costs at least so many whole units of its currency in a year.".to_owned()
    }),
    filter("assignee", ParameterValues::Text, |_| {
        "E-mail address of the assigned member; `none` for unassigned findings.".to_owned()
    }),
];

fn quoted<const N: usize>(words: [&str; N]) -> String {
    words.map(|word| format!("`{word}`")).join(", ")
}

/// The parameters of findings: their own, and then those of users, whose `state` is called `activity` here.
/// The filters on the application's fields are between the two.
#[must_use]
pub fn finding_parameters() -> (Vec<QueryParameter>, Vec<QueryParameter>) {
    let of_users = USER_PARAMETERS.iter().map(|of_users| match of_users.name {
        "state" => QueryParameter {
            name: "activity",
            ..*of_users
        },
        "sort" => QueryParameter {
            help: |_| {
                format!(
                    "Order: {}.",
                    quoted(FindingSort::ALL.map(FindingSort::value))
                )
            },
            ..*of_users
        },
        _ => *of_users,
    });
    (PARAMETERS.to_vec(), of_users.collect())
}

/// A query of findings. The values of one filter are alternatives; different filters must all match.
#[derive(Debug, Clone, PartialEq)]
pub struct FindingQuery {
    /// The users whose findings match. Findings about the account match only when no filter on users is set.
    pub users: Query,
    /// The accepted rules; all when empty.
    pub rules: Vec<Rule>,
    /// The accepted licences; all when empty.
    pub licences: Vec<Licence>,
    /// The accepted states. When empty, every state except `on_hold` and `exempt`.
    pub states: Vec<FindingState>,
    /// The least saving in a year, in whole units of the finding's currency. Findings without a price and
    /// those that cost money do not match.
    pub amount_min: Option<i64>,
    /// E-mail address of the member that is to work on the finding; empty for findings that are not assigned.
    pub assignee: Option<String>,
    pub sort: FindingSort,
}

impl FindingQuery {
    /// A query without filters: every finding that is neither on hold nor exempt, the largest saving first.
    #[must_use]
    pub fn everything(app: &'static Application) -> Self {
        Self {
            users: Query::everybody(app),
            rules: Vec::new(),
            licences: Vec::new(),
            states: Vec::new(),
            amount_min: None,
            assignee: None,
            sort: FindingSort::default(),
        }
    }

    /// Reads pairs of parameter and value: those of [`Query::parse`], and `rule`, `plan` (a licence), `state`
    /// (of findings, or of activity), `activity`, `amount`, `assignee` (`none` when not assigned) and `sort`.
    /// Blank values count as absent.
    ///
    /// # Errors
    /// One error for every pair that cannot be read.
    pub fn parse<K, V>(
        app: &'static Application,
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Self, Vec<QueryError>>
    where
        K: AsRef<str>,
        V: AsRef<str>,
    {
        let mut query = Self::everything(app);
        let mut rest: Vec<(String, String)> = Vec::new();
        let mut errors = Vec::new();
        for (key, value) in pairs {
            let (key, value) = (key.as_ref(), value.as_ref());
            let own = PARAMETERS.iter().any(|parameter| parameter.name == key);
            if value.trim().is_empty() && (own || ["sort", "activity"].contains(&key)) {
                continue;
            }
            match query.read(key, value.trim()) {
                Some(Ok(())) => {}
                Some(Err(message)) => errors.push(QueryError {
                    field: key.to_owned(),
                    message,
                }),
                None => {
                    let key = if key == "activity" { "state" } else { key };
                    rest.push((key.to_owned(), value.to_owned()));
                }
            }
        }
        match Query::parse(app, rest) {
            Ok(users) => query.users = users,
            Err(wrong) => errors.extend(wrong.into_iter().map(name_all_parameters)),
        }
        if errors.is_empty() {
            Ok(query)
        } else {
            Err(errors)
        }
    }

    /// Reads a parameter of findings; `None` when it is one of users.
    fn read(&mut self, key: &str, value: &str) -> Option<Result<(), String>> {
        fn add<T: PartialEq>(values: &mut Vec<T>, value: T) {
            if !values.contains(&value) {
                values.push(value);
            }
        }
        Some(match key {
            "rule" => Rule::from_value(value)
                .map(|rule| add(&mut self.rules, rule))
                .ok_or_else(|| wrong(value, "a rule", Rule::ALL.map(Rule::value))),
            "plan" => {
                let licence = Licence::from_key(value);
                let families = self.users.app().licences.iter().map(|family| family.key);
                if families.clone().any(|known| known == licence.family) {
                    add(&mut self.licences, licence);
                    Ok(())
                } else {
                    Err(wrong(value, "a licence", families))
                }
            }
            "state" => match FindingState::from_value(value) {
                Some(state) => {
                    add(&mut self.states, state);
                    Ok(())
                }
                None if ActivityState::ALL.iter().any(|s| s.value() == value) => return None,
                None => Err(wrong(
                    value,
                    "a state",
                    FindingState::ALL
                        .iter()
                        .map(|state| state.value())
                        .chain(ActivityState::ALL.iter().map(|state| state.value())),
                )),
            },
            "amount" => {
                let digits = value.strip_prefix(">=").unwrap_or(value).trim();
                match digits.parse() {
                    Ok(amount) if amount >= 0 => {
                        self.amount_min = Some(amount);
                        Ok(())
                    }
                    _ => Err(format!(
                        "`{value}` is not an amount for a year: give a whole number such as `500`"
                    )),
                }
            }
            "assignee" => {
                self.assignee = Some(if value == "none" {
                    String::new()
                } else {
                    value.to_lowercase()
                });
                Ok(())
            }
            "sort" => FindingSort::from_value(value)
                .map(|sort| self.sort = sort)
                .ok_or_else(|| wrong(value, "an order", FindingSort::ALL.map(FindingSort::value))),
            _ => return None,
        })
    }

    /// The pairs from which the same query can be parsed. Defaults are left out.
    #[must_use]
    pub fn to_pairs(&self) -> Vec<(String, String)> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        let mut push = |key: &str, value: String| pairs.push((key.to_owned(), value));
        for rule in &self.rules {
            push("rule", rule.value().to_owned());
        }
        for licence in &self.licences {
            push("plan", licence.to_string());
        }
        for state in &self.states {
            push("state", state.value().to_owned());
        }
        if let Some(amount) = self.amount_min {
            push("amount", amount.to_string());
        }
        if let Some(assignee) = &self.assignee {
            push(
                "assignee",
                if assignee.is_empty() {
                    "none".to_owned()
                } else {
                    assignee.clone()
                },
            );
        }
        if self.sort != FindingSort::default() {
            push("sort", self.sort.value().to_owned());
        }
        for (key, value) in self.users.to_pairs() {
            match key.as_str() {
                "sort" => {}
                "state" => push("activity", value),
                _ => push(&key, value),
            }
        }
        pairs
    }

    /// The largest number of findings of a page: `limit`, or 50.
    #[must_use]
    pub fn limit(&self) -> usize {
        let asked = self.users.to_pairs();
        let asked = asked.iter().find(|(key, _)| key == "limit");
        asked
            .and_then(|(_, limit)| limit.parse().ok())
            .unwrap_or(DEFAULT_LIMIT)
            .min(MAX_LIMIT)
    }

    /// The query with one more value; for a parameter with a single value, with that value instead. Unchanged
    /// when the value cannot be read.
    #[must_use]
    pub fn with(&self, field: &str, value: &str) -> Self {
        let single = matches!(
            field,
            "q" | "sort" | "inactive_days" | "limit" | "amount" | "assignee"
        );
        let mut pairs = self.to_pairs();
        pairs.retain(|(key, _)| !(single && key == field));
        pairs.push((field.to_owned(), value.to_owned()));
        self.again(pairs)
    }

    /// The query without one of its values.
    #[must_use]
    pub fn without(&self, field: &str, value: &str) -> Self {
        let canonical = Self::parse(self.users.app(), [(field, value)])
            .ok()
            .and_then(|query| query.to_pairs().pop())
            .map_or_else(|| value.to_owned(), |(_, value)| value);
        let mut pairs = self.to_pairs();
        pairs.retain(|(key, v)| !(key == field && *v == canonical));
        self.again(pairs)
    }

    /// The query without any value of this parameter.
    #[must_use]
    pub fn without_all(&self, field: &str) -> Self {
        let mut pairs = self.to_pairs();
        pairs.retain(|(key, _)| key != field);
        self.again(pairs)
    }

    fn again(&self, pairs: Vec<(String, String)>) -> Self {
        Self::parse(self.users.app(), pairs).unwrap_or_else(|_| self.clone())
    }
}

/// An error that lists all parameters must also list those of findings.
fn name_all_parameters(mut error: QueryError) -> QueryError {
    if error.message.contains("known are ") {
        let (own, of_users) = finding_parameters();
        for parameter in own.iter().chain(&of_users) {
            let known = |user: &QueryParameter| user.name == parameter.name;
            if !USER_PARAMETERS.iter().any(known) {
                error.message.push_str(", ");
                error.message.push_str(parameter.name);
            }
        }
    }
    error
}

fn wrong<'a>(value: &str, what: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    format!("`{value}` is not {what}: known are {}", known.join(", "))
}
