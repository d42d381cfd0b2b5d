//! The settings that an address or a form tries.

use insight::settings::Settings;
use model::Rule;
use serde_json::Value;
use service::Pairs;
use service::account_snapshot::AccountSnapshot;
use ui::parts::Errors;

/// The settings that an address or a form tries.
pub(super) struct Tried {
    pub(super) settings: Settings,
    pub(super) charted: Rule,
    pub(super) pairs: Vec<(String, String)>,
    pub(super) errors: Errors,
}

/// The rules as a document, in which every rule has its switch and possibly its days.
pub(super) fn document(settings: &Settings) -> Value {
    // The rules in force were read from such a document, so they can be serialised as one.
    serde_json::to_value(settings).unwrap_or_default()
}

/// Reads the tried settings. Without `try`, these are the rules in force.
pub(super) fn read(account: &AccountSnapshot, pairs: &Pairs) -> Tried {
    let mut wanted = document(&account.settings);
    let mut errors = Errors::default();
    let mut kept = Vec::new();
    if pairs.text("try").is_some() {
        kept.push(("try".to_owned(), "yes".to_owned()));
        for rule in Rule::ALL {
            let key = rule.value();
            let Some(Value::Object(fields)) =
                wanted.get_mut("rules").and_then(|rules| rules.get_mut(key))
            else {
                continue;
            };
            // A checkbox that is not ticked is not sent, so a missing value means off.
            let on = pairs.text(&format!("{key}.on")) == Some("yes");
            fields.insert("on".to_owned(), Value::Bool(on));
            if on {
                kept.push((format!("{key}.on"), "yes".to_owned()));
            }
            let name = format!("{key}.days");
            let Some(text) = pairs.text(&name) else {
                continue;
            };
            match text.parse::<u16>() {
                Ok(days) if (1..=1000).contains(&days) && fields.contains_key("days") => {
                    fields.insert("days".to_owned(), Value::from(days));
                    kept.push((name, text.to_owned()));
                }
                _ => errors.add(
                    &name,
                    format!("“{text}” is not a number of days from 1 to 1,000."),
                ),
            }
        }
    }
    let settings = match Settings::from_json(&wanted.to_string()) {
        Ok(settings) => settings,
        Err(faults) => {
            for fault in faults.0 {
                let field = fault.field.strip_prefix("rules.").unwrap_or(&fault.field);
                errors.add(field, fault.message);
            }
            account.settings.clone()
        }
    };
    let charted = pairs.text("chart").and_then(Rule::from_value);
    let charted = charted.filter(|rule| days(&document(&settings), *rule).is_some());
    let charted = charted.unwrap_or(Rule::OverLicensed);
    if charted != Rule::OverLicensed {
        kept.push(("chart".to_owned(), charted.value().to_owned()));
    }
    Tried {
        settings,
        charted,
        pairs: kept,
        errors,
    }
}

/// The threshold of a rule in days, where it has one.
pub(super) fn days(document: &Value, rule: Rule) -> Option<i64> {
    document["rules"][rule.value()]["days"].as_i64()
}

/// The query parameters that try exactly this document.
pub(super) fn all_pairs(document: &Value) -> Vec<(String, String)> {
    let mut pairs = vec![("try".to_owned(), "yes".to_owned())];
    for rule in Rule::ALL {
        let key = rule.value();
        if document["rules"][key]["on"].as_bool().unwrap_or(true) {
            pairs.push((format!("{key}.on"), "yes".to_owned()));
        }
        if let Some(days) = days(document, rule) {
            pairs.push((format!("{key}.days"), days.to_string()));
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_in_force_can_be_tried_unchanged() {
        let settings = Settings::default();
        let pairs = all_pairs(&document(&settings));
        assert_eq!(pairs.len(), 1 + 12 + 7);
    }
}
