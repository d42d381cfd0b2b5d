//! The columns of users and findings: complete, and the same as the API.

use insight::columns::{Cell, CellKind, FINDING_COLUMNS, FindingRow, user_columns};
use insight::{Query, Sort};
use model::FieldValue;

use crate::findings::{Given, contract, licensed};
use crate::world::{APP, builder, having, meeting};

#[test]
fn users_have_the_columns_of_their_files() {
    let keys: Vec<&str> = user_columns(&APP).iter().map(|column| column.key).collect();
    let (fields, rest) = keys[3..].split_at(APP.fields.len());
    assert_eq!(keys[..3], ["id", "email", "display_name"]);
    assert!(fields.iter().eq(APP.fields.iter().map(|field| &field.key)));
    assert_eq!(
        rest,
        [
            "groups",
            "last_sign_in",
            "last_hosted",
            "meetings_30d",
            "meetings_90d",
            "minutes_30d",
            "minutes_90d",
            "state"
        ]
    );
}

#[test]
fn every_order_of_users_is_a_column() {
    let words = Sort::words(&APP);
    let columns = user_columns(&APP);
    let orders: Vec<String> = columns
        .iter()
        .filter_map(|column| {
            let key = column.sort?;
            let sort = Sort {
                key,
                descending: false,
            };
            Some(sort.value(&APP))
        })
        .collect();
    assert_eq!(orders.len(), words.len());
    for word in words {
        assert!(orders.iter().any(|order| order == word), "{word}");
    }
}

#[test]
fn cells_of_users_agree_with_the_api() {
    let mut builder = builder();
    builder.user(having(
        licensed("ann"),
        &[
            ("webinar", FieldValue::YesNo(false)),
            ("webinar_capacity", FieldValue::Integer(500)),
        ],
    ));
    builder.hosted("ann@x.example", meeting(3, 41));
    let roster = builder.build();
    let page = roster.page(&Query::everybody(&APP));
    let user = &page.rows[0];
    let json = serde_json::to_value(user).unwrap();
    for column in user_columns(&APP) {
        let cell = column.cell(user);
        assert!(
            cell.kind().is_none_or(|kind| kind == column.kind),
            "{cell:?}"
        );
        let answered = [&json, &json["metadata"], &json["activity"]]
            .into_iter()
            .find_map(|object| object.get(column.key));
        let expected = match answered {
            None => panic!("the API has no {}", column.key),
            Some(value) if value.is_null() => String::new(),
            Some(serde_json::Value::Bool(yes)) => if *yes { "yes" } else { "no" }.to_owned(),
            Some(serde_json::Value::String(text)) => text.clone(),
            Some(serde_json::Value::Array(_)) => user.groups.join("; "),
            Some(other) => other.to_string(),
        };
        assert_eq!(cell.to_text(), expected, "{}", column.key);
    }
    let minutes = user_columns(&APP)
        .into_iter()
        .find(|column| column.key == "minutes_30d");
    assert_eq!(minutes.unwrap().cell(user), Cell::Integer(41));
}

#[test]
fn findings_have_the_columns_of_their_files() {
    let mut builder = builder();
    builder.user(having(
        licensed("ann"),
        &[("department", FieldValue::Text("Sales".to_owned()))],
    ));
    let roster = builder.build();
    let given = Given {
        contracts: vec![contract("licensed", 200, 150)],
        ..Given::default()
    };
    let findings = given.find(&roster);
    let finding = findings.iter(&roster).next().unwrap();
    let row = FindingRow {
        findings: &findings,
        roster: &roster,
        finding: &finding,
    };
    let cells: Vec<(&str, String)> = FINDING_COLUMNS
        .iter()
        .map(|column| {
            let cell = column.cell(row);
            assert!(
                cell.kind().is_none_or(|kind| kind == column.kind),
                "{cell:?}"
            );
            (column.key, cell.to_text().into_owned())
        })
        .collect();
    let seat_free_on = roster.as_of().day();
    let lower_on = given.contracts[0].terms.ends_on.plus(1).to_string();
    let expected = [
        ("id", "never_used~licensed~ann"),
        ("rule", "never_used"),
        ("user_id", "ann"),
        ("email", "ann@x.example"),
        ("display_name", "ann"),
        ("department", "Sales"),
        ("licence", "licensed"),
        ("headline", &findings.headline(&roster, &finding)),
        ("since", &finding.since.to_string()),
        ("seats", "1"),
        ("saving_per_year", "150.00"),
        ("currency", "EUR"),
        ("seat_free_on", &seat_free_on.to_string()),
        ("invoice_lower_on", &lower_on),
        ("price_source", "contract ACME-1"),
        ("reversible", "yes"),
        ("state", "open"),
        ("held_by", ""),
        ("assignee", ""),
    ]
    .map(|(key, value)| (key, value.to_owned()));
    assert_eq!(cells, expected);
    let amounts = FINDING_COLUMNS.iter();
    let amounts = amounts.filter(|column| column.kind == CellKind::Amount);
    assert_eq!(amounts.count(), 1);
}
