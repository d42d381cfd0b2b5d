//! A query of findings in words, for chips.

use model::words::number;

use super::query::FindingQuery;

/// One filter that is in force, for a chip that can be removed with [`FindingQuery::without`].
pub type FindingFilter = crate::query::ActiveFilter;

impl FindingQuery {
    /// Every filter that is in force: those of findings, then those of users.
    #[must_use]
    pub fn active_filters(&self) -> Vec<FindingFilter> {
        let app = self.users.app();
        let mut filters = Vec::new();
        let mut push = |field: &str, value: &str, label: &str, text: String| {
            filters.push(FindingFilter {
                field: field.to_owned(),
                value: value.to_owned(),
                label: label.to_owned(),
                text,
            });
        };
        for rule in &self.rules {
            push("rule", rule.value(), "Finding", rule.label().to_owned());
        }
        for licence in &self.licences {
            push("plan", &licence.to_string(), "Licence", licence.label(app));
        }
        for state in &self.states {
            push("state", state.value(), "State", state.label().to_owned());
        }
        if let Some(amount) = self.amount_min {
            push(
                "amount",
                &amount.to_string(),
                "Saving a year",
                format!("{} or more", number(amount)),
            );
        }
        if let Some(assignee) = &self.assignee {
            match assignee.as_str() {
                "" => push("assignee", "none", "Assigned to", "nobody".to_owned()),
                email => push("assignee", email, "Assigned to", email.to_owned()),
            }
        }
        filters.extend(self.users.active_filters().into_iter().map(|mut filter| {
            if filter.field == "state" {
                "activity".clone_into(&mut filter.field);
            }
            filter
        }));
        filters
    }
}
