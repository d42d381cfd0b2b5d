//! Seats bought and assigned, read from Zoom's plan usage. Several plans that give the same licence
//! are added up; plain licences and those of suites are different goods and are not. Plans that are no
//! licence of a user (rooms, storage) are left out.

use std::collections::BTreeMap;

use connector::SeatCount;
use model::Licence;
use serde_json::Value;

use crate::suites::OTHER_SUITE;

/// Plans whose seats are base licences: the member of the plan usage, the beginning of the type's name, and
/// the family. The first line that fits counts. The names are those of Zoom's document of the plan usage; it
/// shows one example of each plan, so that other types are seats of a suite without a name.
const BASE: [(&str, &str, &str); 10] = [
    ("plan_base", "", "licensed"),
    ("plan_united", "pro_", "united_pro"),
    ("plan_united", "biz_", "united_business"),
    ("plan_united", "ent_", "united_enterprise"),
    ("plan_zoom_one", "zobp_", "workplace_business_plus"),
    ("plan_zoom_one", "zoe_prem_", "workplace_enterprise_premier"),
    ("plan_zoom_one_premier", "", "workplace_enterprise_premier"),
    (
        "plan_zoom_one_edu_school_campus_plus",
        "",
        "education_campus_plus",
    ),
    (
        "plan_zoom_one_edu_premier",
        "",
        "education_enterprise_premier",
    ),
    (
        "plan_zoom_one_edu_student",
        "",
        "education_enterprise_student",
    ),
];

/// Members of the plan usage with base licences.
fn base_plans() -> impl Iterator<Item = &'static str> {
    let mut plans: Vec<&str> = BASE.iter().map(|(plan, ..)| *plan).collect();
    plans.dedup();
    plans.into_iter()
}

/// The family of the base licences that a plan of Zoom's plan usage sells: `plan` is the member, `kind` the
/// name of the type.
#[must_use]
pub fn base_family(plan: &str, kind: &str) -> &'static str {
    let fits = |(of, begins, _): &&(&str, &str, &str)| *of == plan && kind.starts_with(begins);
    BASE.iter()
        .find(fits)
        .map_or(OTHER_SUITE, |(.., family)| family)
}

/// Plans whose seats are add-ons, with the family and the prefix of their types' names.
const ADD_ONS: [(&str, &str, &str); 2] = [
    ("plan_webinar", "webinar", "webinar"),
    ("plan_large_meeting", "large_meeting", "large"),
];

/// The seats in a stored plan usage, by licence. A value that cannot be parsed is left out, because
/// unknown is not zero.
pub(crate) fn seats(json: &str) -> Vec<(Licence, SeatCount)> {
    let Ok(Value::Object(usage)) = serde_json::from_str(json) else {
        return Vec::new();
    };
    let mut seats: BTreeMap<Licence, SeatCount> = BTreeMap::new();
    let mut add = |licence: Licence, plan: &Value| {
        let (Some(Ok(bought)), Some(assigned)) = (number(&plan["hosts"]), assigned(plan)) else {
            return;
        };
        let sum = seats.entry(licence).or_default();
        sum.bought += bought;
        sum.assigned += assigned;
    };
    for key in base_plans() {
        for plan in usage.get(key).into_iter().flat_map(rows) {
            let family = base_family(key, plan["type"].as_str().unwrap_or_default());
            add(Licence::base(family), plan);
        }
    }
    for (key, family, prefix) in ADD_ONS {
        for plan in usage.get(key).into_iter().flat_map(rows) {
            let size = plan["type"].as_str().and_then(|kind| size(kind, prefix));
            if let Some(size) = size {
                add(Licence::sized(family, size), plan);
            }
        }
    }
    seats.into_iter().collect()
}

/// Seats of a plan that are assigned; `None` when a number cannot be understood. Invitations that hold a
/// seat are counted apart.
fn assigned(plan: &Value) -> Option<i64> {
    ["usage", "pending"]
        .into_iter()
        .map(|held| number(&plan[held]).unwrap_or(Ok(0)).ok())
        .sum()
}

/// A number, also when it is written as text; `None` when there is none.
fn number(value: &Value) -> Option<Result<i64, ()>> {
    match value {
        Value::Null => None,
        Value::String(text) if text.trim().is_empty() => None,
        Value::String(text) => Some(text.trim().parse().map_err(|_| ())),
        other => Some(other.as_i64().ok_or(())),
    }
}

/// The numbers of licences that cannot be understood, so that the licence has no number of seats.
pub(crate) fn problems(usage: &Value) -> Vec<String> {
    let keys = base_plans().chain(ADD_ONS.map(|(key, ..)| key));
    keys.flat_map(|key| rows(&usage[key]).iter().map(move |plan| (key, plan)))
        .flat_map(|(key, plan)| {
            let members = ["hosts", "usage", "pending"].into_iter();
            let odd = members.filter(|member| number(&plan[*member]) == Some(Err(())));
            odd.map(move |member| format!("{key}: {member}: expected an integer"))
        })
        .collect()
}

/// One plan or a list of them: Zoom gives both.
fn rows(value: &Value) -> &[Value] {
    match value {
        Value::Array(rows) => rows,
        Value::Object(_) => std::slice::from_ref(value),
        _ => &[],
    }
}

/// `500` of `webinar500_monthly`.
fn size(kind: &str, prefix: &str) -> Option<i64> {
    let digits: String = kind
        .strip_prefix(prefix)?
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_become_seats_of_licences() {
        let json = r#"{"plan_base": [{"type": "business", "hosts": 20, "usage": 16, "pending": 2}],
            "plan_zoom_one": [{"type": "zobp_usca_monthly_unlimited", "hosts": 5, "usage": 5},
                {"type": "new_one", "hosts": 4, "usage": 1}],
            "plan_zoom_one_premier": [{"type": "zoe_prem_jp_yearly", "hosts": 3, "usage": 0}],
            "plan_large_meeting": [{"type": "large500_monthly", "hosts": 2, "usage": 1}],
            "plan_webinar": [{"type": "webinar1000_yearly", "hosts": 1}, {"type": "odd", "hosts": 9}],
            "plan_zoom_rooms": {"type": "zroom_monthly", "hosts": 3, "usage": 2}}"#;
        let told: Vec<_> = seats(json)
            .into_iter()
            .map(|(licence, seats)| (licence.to_string(), seats.bought, seats.assigned))
            .collect();
        assert_eq!(
            told,
            [
                ("large_meeting_500".to_owned(), 2, 1),
                ("licensed".to_owned(), 20, 18),
                ("other_suite".to_owned(), 4, 1),
                ("webinar_1000".to_owned(), 1, 0),
                ("workplace_business_plus".to_owned(), 5, 5),
                ("workplace_enterprise_premier".to_owned(), 3, 0),
            ]
        );
        assert!(seats("[]").is_empty() && seats("{}").is_empty());
    }

    #[test]
    fn r36_numbers_of_seats_may_be_texts_and_one_that_is_none_costs_its_licence_only() {
        let base = r#"{"plan_base":{"type":"business","hosts":"10","usage":"5","pending":""}}"#;
        let bought: Vec<_> = seats(base).into_iter().collect();
        let ten = SeatCount {
            bought: 10,
            assigned: 5,
        };
        assert_eq!(bought, [(Licence::base("licensed"), ten)]);
        let odd = r#"{"plan_base":{"hosts":10,"usage":"N/A"},
            "plan_webinar":[{"type":"webinar500_monthly","hosts":"2","usage":1}]}"#;
        let known = seats(odd);
        assert_eq!(known.len(), 1);
        assert_eq!(known[0].0.to_string(), "webinar_500");
        let usage = serde_json::from_str(odd).unwrap();
        assert_eq!(problems(&usage), ["plan_base: usage: expected an integer"]);
    }
}
