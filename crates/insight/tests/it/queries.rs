//! Parsing of queries, the errors of wrong ones, and writing them as URLs.

use insight::Query;
use proptest::prelude::*;

use crate::world::{APP, builder, filters, having, keys, query, text, user};
use model::FieldValue;

fn errors(pairs: &[(&str, &str)]) -> Vec<String> {
    match Query::parse(&APP, pairs.iter().copied()) {
        Ok(query) => panic!("parsed: {:?}", query.to_pairs()),
        Err(errors) => errors.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn every_wrong_input_is_named_with_a_correct_one() {
    assert_eq!(
        errors(&[
            ("departement", "Sales"),
            ("user_type", "platinum"),
            ("webinar", "maybe"),
            ("meeting_capacity", "many"),
            ("meeting_capacity", "9..1"),
            ("state", "asleep"),
            ("inactive_days", "0"),
            ("limit", "100000"),
            ("sort", "shoe_size"),
            ("cursor", "???"),
            ("department", " "),
            ("xyzzy", "1"),
        ]),
        [
            "departement: is not a filter: did you mean `department`?",
            "user_type: `platinum` is not understood: give one of basic, pro, corp, unassigned, \
             none, or `unknown`; put `=` before a value that is not in this list",
            "webinar: `maybe` is not understood: give `yes` or `no`, or `unknown`",
            "meeting_capacity: `many` is not understood: give a whole number such as `500`, a \
             range such as `500..1000` or `>=500`, `none` or `unknown`",
            "meeting_capacity: `9..1` is not understood: give a whole number such as `500`, a \
             range such as `500..1000` or `>=500`, `none` or `unknown`",
            "state: `asleep` is not one of active, inactive, never, unknown",
            "inactive_days: `0` is not a number of days from 1 to 365",
            "limit: `100000` is not a number of rows from 1 to 1000",
            "sort: `shoe_size` is not an order: known are name, email, department, \
             large_meeting_capacity, large_meeting_enabled, last_client_version, \
             meeting_capacity, user_status, user_type, webinar, webinar_capacity, suite, last_sign_in, \
             last_hosted, meetings_30d, meetings_90d, minutes_30d, minutes_90d; put `-` before \
             one to turn it round",
            "cursor: is not a cursor of an earlier answer: use `next_cursor` unchanged, or leave \
             it out to begin at the first row",
            "department: is empty: give a value, `none` or `unknown`",
            "xyzzy: is not a filter: known are department, large_meeting_capacity, \
             large_meeting_enabled, last_client_version, meeting_capacity, user_status, \
             user_type, webinar, webinar_capacity, suite, group, state, q, inactive_days, sort, limit, \
             cursor",
        ]
    );
    assert_eq!(
        errors(&[("sort", "name"), ("sort", "email")]),
        ["sort: is given more than once: give it once"]
    );
}

#[test]
fn blank_form_inputs_count_as_absent() {
    let blank = query(&[
        ("q", " "),
        ("sort", ""),
        ("limit", ""),
        ("inactive_days", ""),
    ]);
    assert!(blank.to_pairs().is_empty());
    assert!(!blank.is_filtered());
}

#[test]
fn choices_are_known_by_value_label_and_alias() {
    for word in ["pro", "PRO", "Licensed (Pro)", "licensed", "2"] {
        assert_eq!(
            query(&[("user_type", word)]).to_pairs(),
            [("user_type".to_owned(), "pro".to_owned())]
        );
    }
}

#[test]
fn unknown_none_and_words_that_look_like_them_are_different() {
    let mut builder = builder();
    builder.user(user("nothing-read", "a@x.example", "A"));
    builder.user(having(
        user("has-none", "b@x.example", "B"),
        &[("department", text(""))],
    ));
    builder.user(having(
        user("literal", "c@x.example", "C"),
        &[("department", text("None"))],
    ));
    builder.user(having(
        user("no-webinars", "d@x.example", "D"),
        &[("webinar_capacity", FieldValue::Integer(0))],
    ));
    let roster = builder.build();
    assert_eq!(keys(&roster, &[("department", "none")]), ["has-none"]);
    assert_eq!(keys(&roster, &[("department", "=None")]), ["literal"]);
    assert_eq!(
        keys(&roster, &[("department", "unknown")]),
        ["nothing-read", "no-webinars"]
    );
    assert_eq!(
        keys(&roster, &[("webinar_capacity", "none")]),
        ["no-webinars"]
    );
    assert_eq!(keys(&roster, &[("webinar_capacity", "0")]), ["no-webinars"]);
}

#[test]
fn numbers_take_ranges_and_versions_take_leading_parts() {
    let mut builder = builder();
    for (key, capacity, version) in [
        ("a", 100, "6.2.11.43613 (mac)"),
        ("b", 500, "6.20.1"),
        ("c", 1000, "6.2(win)"),
    ] {
        builder.user(having(
            user(key, "", key),
            &[
                ("meeting_capacity", FieldValue::Integer(capacity)),
                ("last_client_version", text(version)),
            ],
        ));
    }
    let roster = builder.build();
    for (value, expected) in [
        ("500", "b"),
        ("100..500", "a b"),
        (">=500", "b c"),
        (">500", "c"),
        ("<=100", "a"),
        ("..500", "a b"),
        ("500..", "b c"),
    ] {
        let found = keys(&roster, &[("meeting_capacity", value)]).join(" ");
        assert_eq!(found, expected, "{value}");
    }
    assert_eq!(keys(&roster, &[("last_client_version", "6.2")]), ["a", "c"]);
    assert_eq!(keys(&roster, &[("last_client_version", "6.2.11")]), ["a"]);
}

#[test]
fn search_wants_every_word_in_any_case_and_without_accents() {
    let mut builder = builder();
    builder.user(user("1", "jana.n@acme.example", "Jana Novotná"));
    builder.user(user("2", "Deniz@ACME.example", "Deniz Aydın"));
    builder.user(user("3", "", "Jan\nSplit"));
    let roster = builder.build();
    assert_eq!(keys(&roster, &[("q", "NOVOTNA jana")]), ["1"]);
    assert_eq!(keys(&roster, &[("q", "novotná acme")]), ["1"]);
    assert_eq!(keys(&roster, &[("q", "aydin")]), ["2"]);
    assert_eq!(keys(&roster, &[("q", "acme.EXAMPLE")]), ["2", "1"]);
    assert_eq!(keys(&roster, &[("q", "jan split")]), ["3"]);
    assert!(keys(&roster, &[("q", "jana deniz")]).is_empty());
    let shown = roster.page(&query(&[("q", "deniz")]));
    assert_eq!(
        shown.rows[0].email, "Deniz@ACME.example",
        "shown as written"
    );
}

#[test]
fn chips_name_the_filters_and_can_be_removed() {
    let query = query(&[
        ("user_type", "licensed"),
        ("department", "none"),
        ("webinar_capacity", "500..1000"),
        ("state", "inactive"),
        ("inactive_days", "60"),
        ("q", "ann"),
        ("sort", "-email"),
    ]);
    let chips = query.active_filters();
    let words: Vec<String> = chips
        .iter()
        .map(|chip| format!("{}: {}", chip.label, chip.text))
        .collect();
    assert_eq!(
        words,
        [
            "Department: none",
            "User type: Licensed (Pro)",
            "Webinar capacity: 500 to 1,000",
            "Activity in 60 days: Inactive",
            "Search: ann",
        ]
    );
    let bare = chips
        .iter()
        .fold(query, |query, chip| query.without(&chip.field, &chip.value));
    assert!(!bare.is_filtered());
    assert_eq!(bare.sort().value(&APP), "-email", "the order stays");
}

#[test]
fn the_callers_default_threshold_is_not_written_into_addresses() {
    let query = query(&[("department", "Sales")]).default_inactive_days(60);
    assert_eq!(query.inactive_days(), 60);
    assert_eq!(query.with("department", "Legal").inactive_days(), 60);
    assert_eq!(query.to_pairs().len(), 1);
    assert_eq!(query.with("inactive_days", "7").inactive_days(), 7);
}

proptest! {
    #[test]
    fn an_address_reads_back_as_the_query_that_wrote_it(pairs in filters()) {
        let query = Query::parse(&APP, pairs.iter().map(|(k, v)| (k, v))).unwrap();
        let again = Query::parse(&APP, query.to_pairs()).unwrap();
        prop_assert_eq!(again.to_pairs(), query.to_pairs());
        for (key, value) in query.to_pairs() {
            let single = matches!(key.as_str(), "q" | "sort" | "inactive_days");
            if !single {
                prop_assert_eq!(query.without(&key, &value).with(&key, &value).to_pairs().len(), query.to_pairs().len());
            }
        }
    }

    #[test]
    fn no_text_breaks_a_field(value in "[=<>.a-z0-9 (]{0,8}", index in 0_usize..9) {
        let key = APP.fields[index].key;
        match Query::parse(&APP, [(key, value.as_str())]) {
            Ok(query) => {
                let again = Query::parse(&APP, query.to_pairs()).unwrap();
                prop_assert_eq!(again.field(index), query.field(index));
            }
            Err(errors) => prop_assert_eq!(errors[0].field.as_str(), key),
        }
    }
}
