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
        unit_price: Some(Money::parse("12.50", "EUR".parse().unwrap()).unwrap()),
        billing_cycle: BillingCycle::Quarterly,
        auto_renews: false,
        notice_days: 60,
        minimum: 10,
        reducible_each_cycle: true,
        owner: "ann@example.com".to_owned(),
        notes: "First line\nsecond line".to_owned(),
        ..usual.clone()
    };
    // A field with its usual value could be left out without being missed.
    for field in CONTRACT_FIELDS.iter().filter(|field| !field.is_required()) {
        assert_ne!(
            field.text(&terms),
            field.text(&usual),
            "give `{}` another value in this test",
            field.name
        );
    }
    let quoted = |text: &String| format!("\"{}\"", text.replace('"', "\"\""));
    let record: Vec<String> = csv_record(&terms).iter().map(quoted).collect();
    let file = format!(
        "{}\n{}\n",
        contract_field_names().join(","),
        record.join(",")
    );
    let read = read_csv(&ZOOM, file.as_bytes(), &Stop::default());
    assert_eq!(read.unwrap_or_default(), [terms]);
}
