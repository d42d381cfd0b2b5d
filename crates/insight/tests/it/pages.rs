//! Order, pages and cursors, against the plain way of doing it.

use std::cmp::Ordering;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use insight::{Query, Roster, SortKey, UserView};
use model::FieldValue;
use proptest::prelude::*;

use crate::world::{
    APP, Someone, builder, days_ago, filters, having, keys, people, query, roster_of, text, user,
};

fn walk(roster: &Roster, query: &Query, limit: usize) -> Vec<String> {
    let mut keys = Vec::new();
    let mut query = query.with("limit", &limit.to_string());
    loop {
        let page = roster.page(&query);
        assert_eq!(page.before, keys.len(), "rows before the page");
        assert!(page.rows.len() <= limit);
        keys.extend(page.rows.iter().map(|row| row.key.to_owned()));
        let Some(cursor) = page.next_cursor else {
            assert_eq!(page.total, keys.len());
            return keys;
        };
        query = query.with("cursor", &cursor);
    }
}

/// The sort value of a row; `None` when unknown.
fn sort_value(row: &UserView<'_>, key: SortKey) -> Option<FieldValue> {
    let number = |value: Option<u32>| value.map(|value| FieldValue::Integer(i64::from(value)));
    let time = |value: Option<model::Timestamp>| value.map(|at| FieldValue::Integer(at.0));
    let plain = |value: &str| {
        let plain = value.to_lowercase().replace('ł', "l").replace('ż', "z");
        Some(text(&plain.replace('ë', "e"))).filter(|_| !value.is_empty())
    };
    match key {
        SortKey::Name => plain(row.display_name),
        SortKey::Email => plain(row.email),
        SortKey::Field(index) => row.metadata.values[index].cloned(),
        SortKey::LastSignIn => time(row.activity.last_sign_in),
        SortKey::LastHosted => time(row.activity.last_hosted),
        SortKey::Hosted(window) => number(row.activity.hosted(window)),
    }
}

fn is_text(key: SortKey) -> bool {
    matches!(key, SortKey::Field(index) if matches!(index, 0 | 3 | 5 | 6))
}

proptest! {
    #[test]
    fn pages_together_are_all_rows_in_order(
        people in people(),
        pairs in filters(),
        limit in 1_usize..7,
        hosted_days in prop::sample::select(&[10, 60, 200][..]),
    ) {
        let roster = roster_of(&people, 200, hosted_days);
        let query = Query::parse(&APP, pairs).unwrap();
        let rows: Vec<UserView<'_>> = roster.rows(&query).collect();
        let keys: Vec<String> = rows.iter().map(|row| row.key.to_owned()).collect();
        prop_assert_eq!(walk(&roster, &query, limit), keys);
        let sort = query.sort();
        for pair in rows.windows(2) {
            let (a, b) = (sort_value(&pair[0], sort.key), sort_value(&pair[1], sort.key));
            match (a, b) {
                (None, Some(_)) => prop_assert!(false, "unknown before known"),
                (Some(_), None) => {}
                (Some(a), Some(b)) if a != b => {
                    let ordered = a.cmp(&b) == Ordering::Less;
                    // Texts of fields have orders of their own, tested elsewhere.
                    prop_assert!(is_text(sort.key) || ordered != sort.descending, "{a:?} {b:?}");
                }
                _ => prop_assert!(pair[0].key < pair[1].key, "equal rows by key"),
            }
        }
    }

    #[test]
    fn a_cursor_survives_people_coming_and_going(
        people in people(),
        pairs in filters(),
        gone in prop::collection::vec(any::<bool>(), 40),
        limit in 1_usize..9,
    ) {
        let query = Query::parse(&APP, pairs).unwrap().with("limit", &limit.to_string());
        let before = roster_of(&people, 200, 200);
        let first = before.page(&query);
        let stayed: Vec<Someone> = people
            .iter()
            .zip(&gone)
            .filter(|(_, gone)| !**gone)
            .map(|(someone, _)| someone.clone())
            .collect();
        let after = roster_of(&stayed, 200, 200);
        let mut seen: Vec<String> = first.rows.iter().map(|row| row.key.to_owned()).collect();
        if let Some(cursor) = first.next_cursor {
            let rest = query.with("limit", "1000").with("cursor", &cursor);
            seen.extend(after.page(&rest).rows.iter().map(|row| row.key.to_owned()));
        }
        let expected: Vec<String> = after.rows(&query).map(|row| row.key.to_owned()).collect();
        seen.retain(|key| expected.contains(key));
        prop_assert_eq!(seen, expected, "every row that stayed is seen once, in order");
    }
}

proptest! {
    #[test]
    fn s13_a_forged_cursor_gives_a_page_and_no_panic(
        people in people(),
        sort in prop::sample::select(insight::Sort::words(&APP)),
        descending in any::<bool>(),
        value in prop::sample::select(
            &["null", "0", "-5", "99999999999", "true", r#""Sales""#, r#""\u0000""#][..]
        ),
        key in "k[0-9]{3}",
    ) {
        let sort = format!("{}{sort}", if descending { "-" } else { "" });
        let cursor = URL_SAFE_NO_PAD.encode(format!(r#"["{sort}",{value},"{key}"]"#));
        let roster = roster_of(&people, 200, 60);
        let query = Query::parse(&APP, [("sort", sort), ("cursor", cursor)]).unwrap();
        let page = roster.page(&query);
        prop_assert_eq!(page.before + page.rows.len(), page.total);
    }
}

#[test]
fn fields_have_orders_of_their_own() {
    let mut builder = builder();
    for (key, version, kind, department) in [
        ("a", "6.10.1", "corp", "Éclair"),
        ("b", "6.9.9 (mac)", "basic", "zoo"),
        ("c", "5.17", "zzz", "Apple"),
    ] {
        builder.user(having(
            user(key, "", ""),
            &[
                ("last_client_version", text(version)),
                ("user_type", text(kind)),
                ("department", text(department)),
            ],
        ));
    }
    builder.user(user("d", "", ""));
    let roster = builder.build();
    assert_eq!(
        keys(&roster, &[("sort", "last_client_version")]),
        ["c", "b", "a", "d"]
    );
    assert_eq!(
        keys(&roster, &[("sort", "-last_client_version")]),
        ["a", "b", "c", "d"]
    );
    assert_eq!(
        keys(&roster, &[("sort", "user_type")]),
        ["b", "a", "c", "d"]
    );
    assert_eq!(
        keys(&roster, &[("sort", "department")]),
        ["c", "a", "b", "d"]
    );
}

#[test]
fn a_cursor_of_another_order_is_refused() {
    let mut builder = builder();
    for key in ["a", "b", "c"] {
        builder.user(user(key, "", key));
    }
    let roster = builder.build();
    let cursor = roster.page(&query(&[("limit", "1")])).next_cursor.unwrap();
    let errors = Query::parse(&APP, [("cursor", cursor.as_str()), ("sort", "-name")]).unwrap_err();
    assert_eq!(errors[0].field, "cursor");
    assert!(errors[0].message.contains("sort=name"), "{}", errors[0]);
}

#[test]
fn many_equal_rows_are_paged_without_loss() {
    let mut builder = builder();
    for n in 0..1500 {
        let mut user = user(&format!("{n:05}"), "", "Same Name");
        user.listed_sign_in = Some(days_ago(n % 3));
        builder.user(user);
    }
    let roster = builder.build();
    for sort in [
        "name",
        "-name",
        "-last_sign_in",
        "department",
        "meetings_30d",
    ] {
        let query = query(&[("sort", sort)]);
        let mut keys = walk(&roster, &query, 100);
        let listed: Vec<String> = roster.rows(&query).map(|row| row.key.to_owned()).collect();
        assert_eq!(keys, listed, "{sort}");
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), 1500, "{sort}");
    }
}
