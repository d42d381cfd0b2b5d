//! The numbers of facets are those of the queries to which they lead.

use insight::{Facet, Query};
use model::FieldValue;
use proptest::prelude::*;

use crate::world::{APP, builder, filters, having, people, query, roster_of, text, user};

proptest! {
    #[test]
    fn choosing_a_value_gives_the_number_of_its_facet(people in people(), pairs in filters()) {
        let roster = roster_of(&people, 200, 200);
        let query = Query::parse(&APP, pairs).unwrap();
        let chosen = query.to_pairs();
        for facet in roster.facets(&query) {
            let others = query.without_all(facet.key);
            for value in facet.values {
                let alone = others.with(facet.key, &value.value);
                prop_assert_eq!(
                    roster.page(&alone).total, value.would,
                    "{}={} of {:?}", facet.key, value.value, chosen.clone()
                );
                // Rows of the query that also have this value: filter the value's own rows.
                let mine: Vec<String> = roster.rows(&query).map(|r| r.key.to_owned()).collect();
                let both = roster.rows(&alone).filter(|r| mine.iter().any(|k| k == r.key)).count();
                prop_assert_eq!(both, value.count, "{}={}", facet.key, value.value);
            }
        }
    }

    #[test]
    fn values_of_a_field_add_up_to_everybody(people in people(), pairs in filters()) {
        let roster = roster_of(&people, 200, 200);
        let query = Query::parse(&APP, pairs).unwrap();
        for facet in roster.facets(&query) {
            let filtered = query.to_pairs().iter().any(|(key, _)| key == facet.key);
            if facet.key != "group" && !filtered {
                let sum: usize = facet.values.iter().map(|value| value.count).sum();
                prop_assert_eq!(sum, roster.page(&query).total, "{}", facet.key);
            }
        }
    }
}

fn shown(facets: &[Facet], key: &str) -> String {
    let facet = facets.iter().find(|facet| facet.key == key).expect(key);
    let values: Vec<String> = facet
        .values
        .iter()
        .map(|v| {
            let mark = if v.selected { "*" } else { "" };
            format!("{mark}{} {}/{}", v.label, v.count, v.would)
        })
        .collect();
    values.join(", ")
}

#[test]
fn values_stand_in_the_order_in_which_people_look_for_them() {
    let mut builder = builder();
    let number = FieldValue::Integer;
    for (key, department, capacity, version, kind) in [
        ("a", "Sales", 1000, "6.2.1 (mac)", "pro"),
        ("b", "Sales", 300, "6.10.0", "basic"),
        ("c", "Legal", 300, "6.2.9 (win)", "pro"),
        ("d", "", 0, "5.17.1", "7"),
    ] {
        builder.user(having(
            user(key, "", key),
            &[
                ("department", text(department)),
                ("meeting_capacity", number(capacity)),
                ("last_client_version", text(version)),
                ("user_type", text(kind)),
            ],
        ));
    }
    builder.user(user("e", "", "e"));
    let roster = builder.build();
    let facets = roster.facets(&query(&[("user_type", "pro")]));
    assert_eq!(shown(&facets, "department"), "Legal 1/1, Sales 1/1");
    assert_eq!(
        shown(&facets, "user_type"),
        "Basic 0/1, *Licensed (Pro) 2/2, 7 0/1, unknown 0/1"
    );
    let facets = roster.facets(&query(&[]));
    assert_eq!(
        shown(&facets, "department"),
        "Sales 2/2, Legal 1/1, none 1/1, unknown 1/1"
    );
    assert_eq!(
        shown(&facets, "meeting_capacity"),
        "none 1/1, 300 2/2, 1,000 1/1, unknown 1/1"
    );
    assert_eq!(
        shown(&facets, "last_client_version"),
        "6.10 1/1, 6.2 2/2, 5.17 1/1, unknown 1/1"
    );
    assert_eq!(
        shown(&facets, "state"),
        "Active 0/0, Inactive 0/0, Never active 5/5, Unknown 0/0"
    );
    // A range or an absent value is no value of the facet, but is listed as long as it is chosen.
    let facets = roster.facets(&query(&[
        ("meeting_capacity", ">=500"),
        ("department", "Sale"),
    ]));
    assert_eq!(shown(&facets, "department"), "Sales 0/1, *Sale 0/0");
    assert!(shown(&facets, "meeting_capacity").contains("*500 or more 0/0"));
}

#[test]
fn overview_counts_are_the_facets_of_everybody() {
    let mut builder = builder();
    builder.user(having(user("a", "", ""), &[("user_type", text("pro"))]));
    builder.user(user("b", "", ""));
    let mut gone = user("c", "", "");
    gone.removed_at = Some(crate::world::NOW);
    builder.user(gone);
    let summary = builder.build().summary(30);
    assert_eq!((summary.users, summary.removed), (2, 1));
    assert_eq!(summary.by_status[0].count, 2);
    let types: Vec<_> = summary
        .by_type
        .iter()
        .map(|c| (c.value.as_str(), c.count))
        .collect();
    assert_eq!(types, [("pro", 1), ("unknown", 1)]);
    assert_eq!(summary.by_state.iter().map(|c| c.count).sum::<usize>(), 2);
}
