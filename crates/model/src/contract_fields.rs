//! The fields of a contract as one table. The form, the contract's page, the API with its document, CSV
//! files, the command line, the database and the audit log are all made from it, so that a new field is
//! a member of [`ContractTerms`](crate::ContractTerms), a line of [`CONTRACT_FIELDS`] and a column of the database.

use std::ops::RangeInclusive;

use crate::contract_field::{
    ContractField, ContractFieldKind, ContractPart, MissingValue, TextForm,
};

/// Longest text on one line, in characters.
const LINE: usize = 200;
/// Longest text of several lines, in characters.
const LINES: usize = 10_000;
/// Longest e-mail address, in bytes.
const ADDRESS: usize = 254;
/// The numbers of seats that a contract can have.
const SEATS: RangeInclusive<i64> = 0..=10_000_000;

/// A number as its member has it. One that does not fit is out of the range as well.
fn fitting(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// The names of all fields, in the order of the columns of files.
#[must_use]
pub fn contract_field_names() -> Vec<&'static str> {
    CONTRACT_FIELDS.iter().map(|field| field.name).collect()
}

/// All fields, in the order of the columns of files.
pub const CONTRACT_FIELDS: &[ContractField] = &[
    ContractField {
        name: "licence",
        label: "Licence",
        help: "",
        description: "The licence, such as `licensed` or `webinar_500`.",
        in_files: "A name or key from the list below",
        part: ContractPart::Purchase,
        on_page: None,
        missing: MissingValue::Refused("give what was bought, such as licensed or webinar_500"),
        kind: ContractFieldKind::Licence,
    },
    ContractField {
        name: "name",
        label: "Name",
        help: "As the order form calls it.",
        description: "Name that the organisation gives it; the licence's when not given.",
        in_files: "As the order form calls it: Business 2026. The licence when empty",
        part: ContractPart::Purchase,
        on_page: None,
        missing: MissingValue::Usual,
        kind: ContractFieldKind::Text {
            form: TextForm::Line,
            most: LINE,
            get: |terms| &terms.name,
            set: |terms, name| terms.name = name,
        },
    },
    ContractField {
        name: "order_name",
        label: "Order",
        help: "The vendor’s number or name of it. Contracts of one order renew together.",
        description: "The order to which it belongs, as the vendor calls it. An addendum renews for the terms of the first contract of its order.",
        in_files: "The order to which it belongs: O-4711. Contracts of one order renew together",
        part: ContractPart::Purchase,
        on_page: Some("Order"),
        missing: MissingValue::Empty,
        kind: ContractFieldKind::Text {
            form: TextForm::Line,
            most: LINE,
            get: |terms| &terms.order_name,
            set: |terms, order| terms.order_name = order,
        },
    },
    ContractField {
        name: "quantity",
        label: "Seats",
        help: "",
        description: "Number of seats that were bought.",
        in_files: "Seats: 1300",
        part: ContractPart::Purchase,
        on_page: None,
        missing: MissingValue::Refused("give the number of seats"),
        kind: ContractFieldKind::Number {
            range: SEATS,
            get: |terms| Some(terms.quantity),
            set: |terms, seats| terms.quantity = seats,
        },
    },
    ContractField {
        name: "unit_price",
        label: "Price of one seat",
        help: "For one billing cycle, such as 220.00.",
        description: "Price of one seat for one billing cycle, such as `149.90`; or an object with `amount` and `currency`.",
        in_files: "For one seat and billing cycle: 220.00. Empty when unknown",
        part: ContractPart::Price,
        on_page: None,
        missing: MissingValue::Empty,
        kind: ContractFieldKind::Price,
    },
    ContractField {
        name: "currency",
        label: "Currency",
        help: "Three letters, such as EUR.",
        description: "ISO 4217 code of the price.",
        in_files: "EUR; needed with a price",
        part: ContractPart::Price,
        on_page: None,
        missing: MissingValue::Empty,
        kind: ContractFieldKind::Currency,
    },
    ContractField {
        name: "billing_cycle",
        label: "Paid",
        help: "",
        description: "`monthly`, `quarterly` or `yearly` (the default).",
        in_files: "monthly, quarterly or yearly (the default)",
        part: ContractPart::Price,
        on_page: None,
        missing: MissingValue::Usual,
        kind: ContractFieldKind::BillingCycle,
    },
    ContractField {
        name: "starts_on",
        label: "First day",
        help: "",
        description: "First day of the term, `yyyy-mm-dd`.",
        in_files: "First day: 2026-03-01",
        part: ContractPart::Term,
        on_page: None,
        missing: MissingValue::Refused("give the first day of the term, yyyy-mm-dd"),
        kind: ContractFieldKind::Day {
            get: |terms| terms.starts_on,
            set: |terms, day| terms.starts_on = day,
        },
    },
    ContractField {
        name: "ends_on",
        label: "Last day",
        help: "",
        description: "Last day of the term, `yyyy-mm-dd`.",
        in_files: "Last day: 2027-02-28",
        part: ContractPart::Term,
        on_page: None,
        missing: MissingValue::Refused("give the last day of the term, yyyy-mm-dd"),
        kind: ContractFieldKind::Day {
            get: |terms| terms.ends_on,
            set: |terms, day| terms.ends_on = day,
        },
    },
    ContractField {
        name: "auto_renews",
        label: "Renews automatically",
        help: "Without notice it renews for another term: as long as the first one, if nothing else is given.",
        description: "Whether it renews for another term when no notice is given; true when not given.",
        in_files: "yes (the default) or no",
        part: ContractPart::Term,
        on_page: None,
        missing: MissingValue::Usual,
        kind: ContractFieldKind::YesNo {
            get: |terms| terms.auto_renews,
            set: |terms, yes| terms.auto_renews = yes,
        },
    },
    ContractField {
        name: "renewal_months",
        label: "Months of each later term",
        help: "If it is not as long as the first term.",
        description: "Months of each term after the first; as long as the first when no renewal term is given.",
        in_files: "Months of each term after the first: 12. As long as the first when empty",
        part: ContractPart::Term,
        on_page: None,
        missing: MissingValue::Empty,
        kind: ContractFieldKind::Number {
            range: 1..=240,
            get: |terms| terms.renewal_months.map(Into::into),
            set: |terms, months| terms.renewal_months = Some(fitting(months)),
        },
    },
    ContractField {
        name: "renewal_days",
        label: "Days of each later term",
        help: "Instead of months.",
        description: "Days of each term after the first, instead of `renewal_months`.",
        in_files: "Days of each term after the first, instead of months: 90",
        part: ContractPart::Term,
        on_page: None,
        missing: MissingValue::Empty,
        kind: ContractFieldKind::Number {
            range: 1..=7_400,
            get: |terms| terms.renewal_days.map(Into::into),
            set: |terms, days| terms.renewal_days = Some(fitting(days)),
        },
    },
    ContractField {
        name: "renews_by_quarter",
        label: "Later terms last until the end of a quarter",
        help: "After the first term it can be ended at the end of each calendar quarter.",
        description: "Whether each term after the first lasts until the end of a calendar quarter, instead of `renewal_months`; false when not given.",
        in_files: "yes or no (the default): whether each term after the first lasts until the end of a quarter",
        part: ContractPart::Term,
        on_page: None,
        missing: MissingValue::Usual,
        kind: ContractFieldKind::YesNo {
            get: |terms| terms.renews_by_quarter,
            set: |terms, yes| terms.renews_by_quarter = yes,
        },
    },
    ContractField {
        name: "notice_days",
        label: "Days of notice",
        help: "",
        description: "Days before the end by which notice must have arrived; 30 when not given.",
        in_files: "Days before the last day: 60. 30 when empty",
        part: ContractPart::Term,
        on_page: None,
        missing: MissingValue::Usual,
        kind: ContractFieldKind::Number {
            range: 0..=3_650,
            get: |terms| Some(terms.notice_days.into()),
            set: |terms, days| terms.notice_days = fitting(days),
        },
    },
    ContractField {
        name: "notice_months",
        label: "Months of notice",
        help: "Instead of days.",
        description: "Months before the end by which notice must have arrived, instead of `notice_days`.",
        in_files: "Months before the end, instead of days: 3",
        part: ContractPart::Term,
        on_page: None,
        missing: MissingValue::Empty,
        kind: ContractFieldKind::Number {
            range: 0..=120,
            get: |terms| terms.notice_months.map(Into::into),
            set: |terms, months| terms.notice_months = Some(fitting(months)),
        },
    },
    ContractField {
        name: "reminder_days",
        label: "Reminders",
        help: "Days before the last day for notice on which people are reminded, such as 60, 30, 7.",
        description: "Numbers of days before the last day for notice on which people are reminded; `60, 30, 7` when not given.",
        in_files: "Days before the last day for notice: \"90, 30, 7\". 60, 30, 7 when empty",
        part: ContractPart::Term,
        on_page: Some("Reminders, days before"),
        missing: MissingValue::Usual,
        kind: ContractFieldKind::Text {
            form: TextForm::DayNumbers,
            most: LINE,
            get: |terms| &terms.reminder_days,
            set: |terms, days| terms.reminder_days = days,
        },
    },
    ContractField {
        name: "minimum",
        label: "Seats that must be bought at least",
        help: "0 for no minimum.",
        description: "Smallest number of seats that can be bought; 0 when not given.",
        in_files: "Seats that must be bought at least. 0 when empty",
        part: ContractPart::Purchase,
        on_page: None,
        missing: MissingValue::Usual,
        kind: ContractFieldKind::Number {
            range: SEATS,
            get: |terms| Some(terms.minimum),
            set: |terms, seats| terms.minimum = seats,
        },
    },
    ContractField {
        name: "reducible_each_cycle",
        label: "Seats can be given back at the end of each billing cycle",
        help: "Otherwise only at the end of the term, as most contracts have it.",
        description: "Whether seats can be given back at the end of each billing cycle; false when not given.",
        in_files: "yes or no (the default)",
        part: ContractPart::Price,
        on_page: None,
        missing: MissingValue::Usual,
        kind: ContractFieldKind::YesNo {
            get: |terms| terms.reducible_each_cycle,
            set: |terms, yes| terms.reducible_each_cycle = yes,
        },
    },
    ContractField {
        name: "owner",
        label: "Owner’s e-mail address",
        help: "",
        description: "E-mail address of the responsible colleague.",
        in_files: "E-mail address of a colleague",
        part: ContractPart::Responsible,
        on_page: Some("Owner"),
        missing: MissingValue::Empty,
        kind: ContractFieldKind::Text {
            form: TextForm::Email,
            most: ADDRESS,
            get: |terms| &terms.owner,
            set: |terms, owner| terms.owner = owner,
        },
    },
    ContractField {
        name: "notes",
        label: "Notes",
        help: "",
        description: "Free text about the contract.",
        in_files: "Any text",
        part: ContractPart::Responsible,
        on_page: Some("Notes"),
        missing: MissingValue::Empty,
        kind: ContractFieldKind::Text {
            form: TextForm::Lines,
            most: LINES,
            get: |terms| &terms.notes,
            set: |terms, notes| terms.notes = notes,
        },
    },
];
