//! Contracts as rows of a CSV file.

use connector_zoom::ZOOM;
use model::{
    BillingCycle, CONTRACT_FIELDS, Contract, ContractId, ContractTerms, IntegrationId, Licence,
    Money, Timestamp, contract_field_names,
};
use service::blocking::Stop;
use service::contract_import::{Existing, plan, read_csv};
use service::contract_rows::csv_record;
use service::file_cells::DateOrder;

#[test]
fn a_row_that_was_written_is_read_as_the_same_contract() {
    let (first, last) = ("2026-03-01".parse().unwrap(), "2027-02-28".parse().unwrap());
    let usual = ContractTerms::new(Licence::sized("webinar", 500), 40, first, last);
    let terms = ContractTerms {
        name: "=WEB-1;=\"two\"".to_owned(),
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
    let read = read_csv(&ZOOM, file.as_bytes(), None, &Stop::default());
    assert_eq!(read.unwrap().terms, all);
}

#[test]
fn a_file_of_another_country_is_read_or_its_doubts_are_named() {
    let read = |price: &str, starts_on: &str, dates| {
        let file = format!(
            "Licence;Quantity;Unit price;Currency;Starts on;Ends on;Buyer\n\
             licensed;1.200;{price};EUR;{starts_on};31.03.2027;Ann\n"
        );
        read_csv(&ZOOM, file.as_bytes(), dates, &Stop::default())
    };
    let day_first = Some(DateOrder::DayFirst);
    for price in ["1.490,00", "1490,00", "1 490,00"] {
        let file = read(price, "1/4/2026", day_first).unwrap();
        let terms = &file.terms[0];
        assert_eq!(terms.unit_price.unwrap().minor, 149_000, "{price}");
        assert_eq!(terms.quantity, 1200);
        assert_eq!(terms.starts_on.to_string(), "2026-04-01");
        assert_eq!(file.ignored, ["buyer"]);
    }
    let faults = read("1.490", "1/4/2026", None).unwrap_err();
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(
        faults[0].contains("unit_price: `1.490` can be 1490 or 1.490"),
        "{faults:?}"
    );
    assert!(faults[1].contains("starts_on") && faults[1].contains("order of the dates"));
}

#[test]
fn a_second_import_of_a_file_finds_its_contracts_again() {
    let (first, last) = ("2026-03-01".parse().unwrap(), "2027-02-28".parse().unwrap());
    let of = |name: &str, quantity| ContractTerms {
        name: name.to_owned(),
        ..ContractTerms::new(Licence::base("licensed"), quantity, first, last)
    };
    let stored = |id, terms| Contract {
        id: ContractId(id),
        integration: IntegrationId(1),
        terms,
        created_at: Timestamp(0),
        updated_at: Timestamp(0),
    };
    let stored = [stored(7, of("A", 10)), stored(8, of("B", 20))];
    let file = || vec![of("A", 11), of("C", 30)];
    let question = plan(file(), &stored, None, None).unwrap_err();
    assert_eq!(question[0].field, "existing");
    let message = &question[0].message;
    assert!(
        message.starts_with("1 of 2 contracts are stored already"),
        "{message}"
    );
    let with = |existing| plan(file(), &stored, Some(existing), None).unwrap();
    let skip = with(Existing::Skip);
    assert_eq!((skip.added(), skip.replaced(), skip.skipped), (1, 0, 1));
    let replace = with(Existing::Replace);
    assert_eq!(
        (replace.added(), replace.replaced(), replace.skipped),
        (1, 1, 0)
    );
    assert_eq!(replace.entries[0], (Some(ContractId(7)), of("A", 11)));
    let add = with(Existing::Add);
    assert_eq!((add.added(), add.known), (2, 1));
    let new = plan(vec![of("C", 30)], &stored, None, None);
    assert_eq!(new.unwrap().added(), 1);
    // What is seldom meant has to be confirmed.
    let today = Some("2026-11-30".parse().unwrap());
    assert!(plan(vec![of("C", 30)], &stored, None, today).is_ok());
    let empty = plan(vec![of("C", 0)], &stored, None, today).unwrap_err();
    assert_eq!(empty[0].field, "confirm");
    assert!(empty[0].message.contains("C: quantity is 0"), "{empty:?}");
}
