//! Contracts as rows of a CSV file.

use connector_zoom::ZOOM;
use model::{BillingCycle, CONTRACT_FIELDS, ContractTerms, Licence, Money, contract_field_names};
use service::blocking::Stop;
use service::contract_rows::{csv_record, read_csv};

#[test]
fn a_row_that_was_written_is_read_as_the_same_contract() {
    let (first, last) = ("2026-03-01".parse().unwrap(), "2027-02-28".parse().unwrap());
    let usual = ContractTerms::new(Licence::sized("webinar", 500), 40, first, last);
    let terms = ContractTerms {
        name: "Order 7; \"two\"".to_owned(),
        order_name: "O-1".to_owned(),
        reminder_days: "90, 0".to_owned(),
        unit_price: Some(Money::parse("12.50", "EUR".parse().unwrap()).unwrap()),
        billing_cycle: BillingCycle::Quarterly,
        auto_renews: false,
        renewal_months: Some(12),
        notice_days: 60,
        notice_months: Some(3),
        minimum: 10,
        reducible_each_cycle: true,
        owner: "ann@example.com".to_owned(),
        notes: "First line\nsecond line".to_owned(),
        ..usual.clone()
    };
    // A contract has one length of its later terms.
    let by_days = ContractTerms {
        renewal_months: None,
        renewal_days: Some(90),
        ..terms.clone()
    };
    let by_quarter = ContractTerms {
        renewal_months: None,
        renews_by_quarter: true,
        ..terms.clone()
    };
    let all = [terms, by_days, by_quarter];
    // A field with its usual value could be left out without being missed.
    for field in CONTRACT_FIELDS.iter().filter(|field| !field.is_required()) {
        assert!(
            all.iter()
                .any(|terms| field.text(terms) != field.text(&usual)),
            "give `{}` another value in this test",
            field.name
        );
    }
    let quoted = |text: &String| format!("\"{}\"", text.replace('"', "\"\""));
    let mut file = contract_field_names().join(",");
    for terms in &all {
        let record: Vec<String> = csv_record(terms).iter().map(quoted).collect();
        file.push('\n');
        file.push_str(&record.join(","));
    }
    let read = read_csv(&ZOOM, file.as_bytes(), &Stop::default());
    assert_eq!(read.unwrap_or_default(), all);
}
