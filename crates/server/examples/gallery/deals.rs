//! Contracts, prices, renewals, rules, requests, changes and the ledger.

use maud::Markup;
use model::{
    BillingCycle, Contract, ContractId, ContractTerms, Currency, Day, IntegrationId, Licence,
    ListPrice, Money, PriceConfidence, Role, Rule,
};
use server::ui::pages::import::Wrong;
use server::ui::pages::{
    changes, contract, contract_form, contract_import, contracts, ledger, people, prices, renewal,
    renewals, requests, rules, write_access,
};
use server::ui::parts::{Errors, Params, Shell};

use crate::data::{LONG, NOW, ago, int, shell, subject};

const SCIM: &str = "https://seatwise.acme.example/scim/v2/integrations/1";

fn day(year: i16, month: i8, day: i8) -> Day {
    Day::from_ymd(year, month, day).unwrap_or_default()
}

fn money(text: &str, code: &str) -> Option<Money> {
    let currency: Currency = code.parse().ok()?;
    Money::parse(text, currency).ok()
}

fn business() -> Contract {
    Contract {
        id: ContractId(1),
        integration: IntegrationId(1),
        terms: ContractTerms {
            licence: Licence::base("licensed"),
            name: "Zoom Business 2026".to_owned(),
            quantity: 1300,
            unit_price: money("220.00", "EUR"),
            billing_cycle: BillingCycle::Yearly,
            starts_on: day(2026, 3, 1),
            ends_on: day(2027, 2, 28),
            auto_renews: true,
            notice_days: 60,
            minimum: 500,
            reducible_each_cycle: false,
            owner: "ines.marchetti@acme.example".to_owned(),
            notes: "Signed with the reseller.\nDiscount of 12 % from 1,000 seats.".to_owned(),
        },
        created_at: ago(60 * 24 * 40),
        updated_at: ago(60 * 24 * 3),
    }
}

fn webinars() -> Contract {
    let mut contract = business();
    contract.id = ContractId(2);
    contract.terms.licence = Licence::sized("webinar", 500);
    contract.terms.name = format!("Webinars for {LONG}");
    contract.terms.quantity = 12;
    contract.terms.unit_price = None;
    contract.terms.starts_on = day(2026, 1, 1);
    contract.terms.ends_on = day(2026, 12, 31);
    contract.terms.notice_days = 60;
    contract.terms.auto_renews = false;
    contract.terms.owner = String::new();
    contract
}

fn choice(label: &str, seats: i64, risk: f64, text: &str) -> renewal::Choice {
    let price = money("220.00", "EUR");
    renewal::Choice {
        label: label.to_owned(),
        seats,
        cost: price.map(|price| price.times(seats)),
        saving: price.map(|price| price.times(1300 - seats)),
        risk,
        text: text.to_owned(),
    }
}

fn answer() -> renewal::Answer {
    let step = |label: &str, seats, text: &str| renewal::Step {
        label: label.to_owned(),
        seats,
        text: text.to_owned(),
    };
    renewal::Answer {
        low: 960,
        likely: 1010,
        high: 1080,
        steps: vec![
            step(
                "Needed now",
                871,
                "distinct people hosted something in the last 90 days that a Basic user could not have hosted",
            ),
            step(
                "Season",
                64,
                "more people needed one in the 90 days to 12 July than today",
            ),
            step(
                "Trend",
                48,
                "the number of people grew by 5.1 % a year, which is carried on through the term",
            ),
            step(
                "New starters",
                35,
                "more licences were given to new people than usual in the last three months",
            ),
            step(
                "People who left",
                -8,
                "people are no longer on the list of employees",
            ),
        ],
        choices: vec![
            choice(
                "Today’s number",
                1300,
                0.0,
                "Safe: enough in practically all futures.",
            ),
            choice("Low", 960, 0.78, "Too few in 2 of 3 futures."),
            choice("Likely", 1010, 0.5, "Enough in about half of the futures."),
            choice("High", 1080, 0.025, "Safe: enough in 39 of 40 futures."),
            choice(
                "Contract minimum",
                500,
                1.0,
                "Too few in nearly all futures.",
            ),
        ],
        asked: choice("Your number", 1050, 0.15, "Enough in 4 of 5 futures."),
        was_asked: true,
        range: (480, 1430),
        history: (0..26)
            .map(|week| {
                let people = 820 + (i64::from(week) * 37) % 61 + i64::from(week) * 2;
                (NOW.day().plus((week - 25) * 7), people)
            })
            .collect(),
        window_days: 90,
        method: "1".to_owned(),
    }
}

fn renewal_view() -> renewal::View {
    renewal::View {
        subject: subject(),
        organisation: "Acme".to_owned(),
        contract: business(),
        licence: "Licensed".to_owned(),
        holders_href: "/i/1/users?user_type=pro".to_owned(),
        notice_by: day(2026, 12, 30),
        ends_on: day(2027, 2, 28),
        bound: None,
        coming: (day(2027, 3, 1), day(2028, 2, 29)),
        assigned: Some(1240),
        needed: Some(871),
        counted: Some(1310),
        answer: Ok(answer()),
        unknown: vec![
            ("Season".to_owned(), "Only 180 days of history are known, so that a season that comes once a year can’t be told from growth.".to_owned()),
            ("Purchased seats".to_owned(), "Zoom does not tell how many seats were bought; the contract’s number is taken.".to_owned()),
        ],
    }
}

fn untold() -> renewal::View {
    renewal::View {
        contract: webinars(),
        licence: "Webinar 500".to_owned(),
        notice_by: day(2026, 11, 1),
        ends_on: day(2026, 12, 31),
        coming: (day(2027, 1, 1), day(2027, 12, 31)),
        assigned: None,
        needed: None,
        counted: None,
        answer: Err(
            "Meetings and webinars were not read yet, so nobody can say who needed what."
                .to_owned(),
        ),
        ..renewal_view()
    }
}

fn row(contract: &Contract, licence: &str, account: &str, likely: Option<i64>) -> renewals::Row {
    renewals::Row {
        integration: contract.integration,
        account: account.to_owned(),
        contract: contract.id,
        name: contract.terms.name.clone(),
        licence: licence.to_owned(),
        notice_by: contract.terms.notice_by(),
        ends_on: contract.terms.ends_on,
        auto_renews: contract.terms.auto_renews,
        seats: contract.terms.quantity,
        likely,
        saving: likely
            .zip(contract.terms.unit_price)
            .map(|(likely, price)| price.times(contract.terms.quantity - likely)),
    }
}

fn renewal_rows() -> Vec<renewals::Row> {
    let mut large = business();
    large.id = ContractId(3);
    "Large meetings".clone_into(&mut large.terms.name);
    large.terms.quantity = 20;
    large.terms.ends_on = day(2027, 9, 30);
    vec![
        row(&webinars(), "Webinar 500", "Zoom · Acme Europe", None),
        row(&business(), "Licensed", "Zoom · Acme Europe", Some(1010)),
        row(
            &large,
            "Large meeting 500",
            "Zoom · Acme Holdings North America and Subsidiaries",
            Some(24),
        ),
    ]
}

fn viewer(path: &str) -> Shell {
    let mut shell = shell(path);
    shell.member.role = Role::Viewer;
    shell
}

fn errors(list: &[(&str, &str)]) -> Errors {
    Errors(
        list.iter()
            .map(|(field, text)| ((*field).to_owned(), (*text).to_owned()))
            .collect(),
    )
}

fn licences() -> Vec<(String, String)> {
    [
        ("licensed", "Licensed"),
        ("webinar_500", "Webinar 500"),
        ("webinar_1000", "Webinar 1,000"),
        ("large_meeting_500", "Large meeting 500"),
    ]
    .map(|(key, label)| (key.to_owned(), label.to_owned()))
    .to_vec()
}

fn contract_list(rows: Vec<contracts::Row>) -> contracts::View {
    let bought = |label: &str, contracts, counted, assigned| contracts::Bought {
        label: label.to_owned(),
        licence: Licence::base("licensed"),
        contracts,
        counted,
        assigned,
    };
    contracts::View {
        subject: subject(),
        bought: if rows.is_empty() {
            Vec::new()
        } else {
            vec![
                bought("Licensed", 1300, Some(1310), Some(1240)),
                bought("Webinar 500", 12, Some(12), Some(9)),
                bought("Large meeting 500", 0, Some(20), Some(13)),
                bought("Webinar 1,000", 4, None, None),
            ]
        },
        rows,
    }
}

fn typed() -> contract_form::Typed {
    contract_form::Typed::from(&business().terms)
}

fn price_book() -> prices::View {
    let price = |licence: &str, text: &str, confidence, source: &str| {
        money(text, "EUR").map(|yearly| ListPrice {
            licence: Licence::from_key(licence),
            yearly,
            as_of: day(2026, 10, 1),
            source: source.to_owned(),
            confidence,
        })
    };
    prices::View {
        subject: subject(),
        rows: vec![
            prices::Row {
                licence: "licensed".to_owned(),
                label: "Licensed".to_owned(),
                price: price(
                    "licensed",
                    "219.90",
                    PriceConfidence::Listed,
                    "Zoom’s public price list",
                ),
                contract: Some("Zoom Business 2026".to_owned()),
            },
            prices::Row {
                licence: "webinar_500".to_owned(),
                label: "Webinar 500".to_owned(),
                price: price(
                    "webinar_500",
                    "690.00",
                    PriceConfidence::Quoted,
                    "Offer 4711 of the reseller",
                ),
                contract: None,
            },
            prices::Row {
                licence: "large_meeting_500".to_owned(),
                label: "Large meeting 500".to_owned(),
                price: price("large_meeting_500", "550", PriceConfidence::Estimated, LONG),
                contract: None,
            },
            prices::Row {
                licence: "webinar_1000".to_owned(),
                label: "Webinar 1,000".to_owned(),
                price: None,
                contract: None,
            },
        ],
        typed: prices::Typed {
            currency: "EUR".to_owned(),
            as_of: "2026-11-23".to_owned(),
            confidence: "quoted".to_owned(),
            ..prices::Typed::default()
        },
        errors: errors(&[(
            "yearly",
            "“12,5” is not an amount in EUR; write it like 1234.56.",
        )]),
    }
}

fn request(id: i64, state: requests::State) -> requests::Row {
    requests::Row {
        id,
        integration: IntegrationId(1),
        account: "Zoom · Acme Europe".to_owned(),
        name: if id == 3 {
            LONG.to_owned()
        } else {
            [
                "Amelia Brandt",
                "Jonas Weber",
                "",
                "Priya Nair",
                "Tom Keller",
                "Ana Souza",
            ][usize::try_from(id - 1).unwrap_or(0) % 6]
                .to_owned()
        },
        email: format!("person{id}@acme.example"),
        user_key: Some(format!("u{id}")),
        licence: "Licensed".to_owned(),
        finding: format!("over_licensed~licensed~u{id}"),
        state,
        created_at: ago(60 * 24 * 4),
        sent_at: (state != requests::State::Waiting).then(|| ago(60 * 24 * 3)),
        expires_at: NOW.plus_seconds(11 * 86_400),
        on_silence: "Without an answer by 3 December the licence is put on the change list."
            .to_owned(),
        answered_at: (!state.open() && state != requests::State::Silent).then(|| ago(120)),
        handed_to: if state == requests::State::HandOver {
            "lea.fischer@acme.example".to_owned()
        } else {
            String::new()
        },
        note: if state == requests::State::Keep {
            "I host the quarterly review, next on 12 January.".to_owned()
        } else {
            String::new()
        },
    }
}

fn change(id: i64, state: changes::State) -> changes::Row {
    changes::Row {
        id,
        name: [
            "Amelia Brandt",
            "Jonas Weber",
            LONG,
            "Priya Nair",
            "Tom Keller",
            "Ana Souza",
            "Lin Chen",
        ][usize::try_from(id - 1).unwrap_or(0) % 7]
            .to_owned(),
        email: format!("person{id}@acme.example"),
        user_key: format!("u{id}"),
        from: "Licensed".to_owned(),
        to: "Basic".to_owned(),
        finding: format!("dormant~licensed~u{id}"),
        state,
        saving: if id == 2 { None } else { money("220", "EUR") },
        seat_free_on: Some(NOW.day()),
        invoice_lower_on: Some(day(2027, 3, 1)),
        decided_by: "Ines Marchetti".to_owned(),
        decided_at: ago(60 * id),
        result: match state {
            changes::State::Failed => "Zoom answered that the user no longer exists.".to_owned(),
            changes::State::Skipped => "A meeting is scheduled for tomorrow.".to_owned(),
            changes::State::Done => "Changed, and read back.".to_owned(),
            _ => String::new(),
        },
    }
}

fn change_list(writable: bool) -> changes::View {
    let rows: Vec<changes::Row> = changes::State::ALL
        .into_iter()
        .enumerate()
        .map(|(at, state)| change(int(at) + 1, state))
        .collect();
    changes::View {
        subject: subject(),
        params: Params::new("/i/1/changes", Vec::new()),
        states: changes::State::ALL
            .into_iter()
            .map(|state| (state, 1))
            .collect(),
        saving: rows.iter().filter_map(|row| row.saving).take(3).collect(),
        without_price: 1,
        rows,
        kinds: Vec::new(),
        writable,
    }
}

fn savings(state: ledger::State, id: i64) -> ledger::Row {
    ledger::Row {
        name: if id == 2 {
            LONG.to_owned()
        } else {
            "Amelia Brandt".to_owned()
        },
        user_key: format!("u{id}"),
        licence: "Licensed".to_owned(),
        finding: format!("dormant~licensed~u{id}"),
        change: id,
        state,
        amount: if id == 3 { None } else { money("220", "EUR") },
        promised_on: day(2026, 11, 2),
        realised_on: (state != ledger::State::Promised).then(|| day(2026, 11, 4)),
        lost_on: (state == ledger::State::Lost).then(|| day(2026, 11, 19)),
        invoice_lower_on: Some(day(2027, 3, 1)),
    }
}

fn number(field: &str, label: &'static str, value: &str, default: &str) -> rules::Number {
    rules::Number {
        field: field.to_owned(),
        label: label.to_owned(),
        value: value.to_owned(),
        range: (1, 730),
        default: default.to_owned(),
    }
}

fn rule_page() -> rules::View {
    let setting = |field: &str, label: &str, help, numbers| rules::Setting {
        field: field.to_owned(),
        label: label.to_owned(),
        help,
        on: true,
        numbers,
    };
    rules::View {
        rules: Rule::ALL
            .into_iter()
            .map(|rule| rules::RuleRow {
                rule,
                on: rule != Rule::Leaver,
                text: rules::explain(rule),
                numbers: match rule {
                    Rule::Leaver | Rule::DoubleLicence | Rule::DeactivatedCounted => Vec::new(),
                    Rule::AddonOversized => vec![
                        number(
                            &format!("rules.{}.look_back_days", rule.value()),
                            "Look back, days",
                            "365",
                            "365",
                        ),
                        number(
                            &format!("rules.{}.margin_percent", rule.value()),
                            "Margin, %",
                            "20",
                            "20",
                        ),
                    ],
                    _ => vec![number(
                        &format!("rules.{}.days", rule.value()),
                        "Days",
                        "60",
                        "90",
                    )],
                },
            })
            .collect(),
        needs: vec![
            setting(
                "",
                "Minutes",
                "A meeting with at least two people that lasts longer.",
                vec![number("needs.minutes", "Minutes", "40", "40")],
            ),
            setting("needs.cloud_recording", "Cloud recording", "", Vec::new()),
            setting("needs.webinar", "Webinar", "", Vec::new()),
        ],
        guards: vec![
            setting(
                "guards.rhythm",
                "A pattern of their own",
                "While somebody’s own rhythm makes another need likely.",
                vec![number(
                    "guards.rhythm_gap_percent",
                    "Longest gap, times %",
                    "150",
                    "150",
                )],
            ),
            setting("guards.scheduled", "Something is scheduled", "", Vec::new()),
            setting(
                "",
                "",
                "For so many days a new licence is left alone.",
                vec![number("ignore_new_days", "Days", "30", "30")],
            ),
        ],
        renewal: vec![
            setting(
                "renewal.season",
                "Season",
                "The highest window of the past year counts.",
                Vec::new(),
            ),
            setting(
                "",
                "Window",
                "How long a licence stays with a person who needed it.",
                vec![number("renewal.window_days", "Days", "90", "90")],
            ),
        ],
        overrides: vec![
            rules::Override {
                scope: "licence:webinar_500".to_owned(),
                label: "Webinar 500".to_owned(),
                rule: Rule::AddonUnused,
                text: "180 days".to_owned(),
            },
            rules::Override {
                scope: "group:g1".to_owned(),
                label: "Sales EMEA".to_owned(),
                rule: Rule::Dormant,
                text: "off".to_owned(),
            },
        ],
        scopes: vec![
            ("licence:licensed".to_owned(), "Licensed".to_owned()),
            ("group:g1".to_owned(), "Group: Sales EMEA".to_owned()),
        ],
        history: vec![
            rules::Change {
                version: 2,
                at: ago(60),
                by: "Ines Marchetti".to_owned(),
                reason: "Sales hosts seldom but for large sums.".to_owned(),
            },
            rules::Change {
                version: 1,
                at: ago(60 * 24 * 9),
                by: "Ines Marchetti".to_owned(),
                reason: "Half a year’s patience for webinars.".to_owned(),
            },
        ],
        accounts: vec![("/i/1/what-if".to_owned(), "Zoom · Acme Europe".to_owned())],
        defaults: false,
        reason: String::new(),
        errors: errors(&[(
            "rules.dormant.days",
            "`0` is not a whole number from 1 to 730",
        )]),
    }
}

pub(crate) fn pages() -> Vec<(&'static str, Markup)> {
    let import_wrongs = vec![
        Wrong {
            line: 3,
            field: "unit_price".to_owned(),
            text: "“220,00” is not an amount in EUR; write it like 1234.56.".to_owned(),
        },
        Wrong {
            line: 7,
            field: "ends_on".to_owned(),
            text: "2026-02-28 is before the first day, 2026-03-01.".to_owned(),
        },
        Wrong {
            line: 9,
            field: String::new(),
            text: "The line has 4 cells and the header 6.".to_owned(),
        },
    ];
    let file = |id, name: &str, bytes| contract::File {
        id,
        name: name.to_owned(),
        bytes,
        at: ago(60 * 24 * 12),
    };
    let contract_view = |errors: Errors| contract::View {
        subject: subject(),
        contract: business(),
        licence: "Licensed".to_owned(),
        notice_by: day(2026, 12, 30),
        ends_on: day(2027, 2, 28),
        files: vec![
            file(1, "Order form 2026.pdf", 482_113),
            file(2, &format!("{LONG}.pdf"), 3_912_004),
        ],
        added: contract::Added {
            seats: 25,
            from: day(2026, 12, 1),
            cost: money("1356.16", "EUR"),
            days: 90,
            of_days: 365,
        },
        errors,
    };
    let requests_view = |rows: Vec<requests::Row>| requests::View {
        params: Params::new("/requests", Vec::new()),
        states: requests::State::ALL
            .into_iter()
            .map(|state| (state, i64::from(!rows.is_empty())))
            .collect(),
        rows,
        more: false,
    };
    let totals = |euros: &str, seats| ledger::Total {
        seats,
        saving: money(euros, "EUR").into_iter().collect(),
        without_price: 1,
    };
    vec![
        ("contracts", contracts::page(&shell("/i/1/contracts"), &contract_list(vec![
            contracts::Row { contract: webinars(), licence: "Webinar 500".to_owned(), notice_by: webinars().terms.notice_by(), ends_on: webinars().terms.ends_on, attachments: 0 },
            contracts::Row { contract: business(), licence: "Licensed".to_owned(), notice_by: business().terms.notice_by(), ends_on: business().terms.ends_on, attachments: 2 },
        ]))),
        ("contracts-none", contracts::page(&shell("/i/1/contracts"), &contract_list(Vec::new()))),
        ("contract", contract::page(&shell("/i/1/contracts/1"), &contract_view(Errors::default()))),
        ("contract-viewer", contract::page(&viewer("/i/1/contracts/1"), &contract_view(Errors::default()))),
        ("contract-new", contract_form::page(&shell("/i/1/contracts/new"), &contract_form::View {
            subject: subject(), contract: None, typed: contract_form::Typed { billing_cycle: "yearly".to_owned(), minimum: "0".to_owned(), notice_days: "60".to_owned(), auto_renews: true, ..contract_form::Typed::default() },
            licences: licences(), owners: vec!["ines.marchetti@acme.example".to_owned()], errors: Errors::default(),
        })),
        ("contract-edit", contract_form::page(&shell("/i/1/contracts/1/edit"), &contract_form::View {
            subject: subject(), contract: Some(ContractId(1)), typed: typed(), licences: licences(), owners: Vec::new(),
            errors: errors(&[("ends_on", "The last day has to be after the first, 1 March 2026."), ("quantity", "Give a whole number of seats from 0 to 10,000,000.")]),
        })),
        ("contract-remove", contract_form::removal(&shell("/i/1/contracts/1/remove"), &contract_form::Removal {
            subject: subject(), contract: ContractId(1), terms: business().terms, licence: "Licensed".to_owned(), files: 2,
        })),
        ("contract-import", contract_import::page(&shell("/i/1/contracts/import"), &contract_import::View {
            subject: subject(), licences: licences(), pasted: String::new(), wrongs: import_wrongs.clone(), errors: Errors::default(),
        })),
        ("prices", prices::page(&shell("/i/1/prices"), &price_book())),
        ("renewals", renewals::page(&shell("/i/1/renewals"), &renewals::View { subject: subject(), rows: renewal_rows() })),
        ("renewals-none", renewals::page(&shell("/i/1/renewals"), &renewals::View { subject: subject(), rows: Vec::new() })),
        ("renewal-calendar", renewals::calendar(&shell("/renewals"), &renewals::Calendar { rows: renewal_rows(), feed: Some("https://seatwise.acme.example/renewals.ics?token=6fZb0mUu2Q9GQ2JtR6m8Vh3kY7x1nC4wT5sB0aLdEcI".to_owned()), has_feed: true })),
        ("renewal", renewal::page(&shell("/i/1/renewals/1"), &renewal_view())),
        ("renewal-unknown", renewal::page(&shell("/i/1/renewals/2"), &untold())),
        ("renewal-print", renewal::print(&shell("/i/1/renewals/1/print"), &renewal_view())),
        ("rules", rules::page(&shell("/settings/rules"), &rule_page())),
        ("requests", requests::page(&shell("/requests"), &requests_view(requests::State::ALL.into_iter().enumerate().map(|(at, state)| request(int(at) + 1, state)).collect()))),
        ("requests-none", requests::page(&shell("/requests"), &requests_view(Vec::new()))),
        ("changes", changes::page(&shell("/i/1/changes"), &change_list(true))),
        ("changes-read-only", changes::page(&shell("/i/1/changes"), &change_list(false))),
        ("changes-preview", changes::preview(&shell("/i/1/changes/preview"), &changes::Preview {
            subject: subject(), what: "execute".to_owned(), rows: vec![change(1, changes::State::Listed), change(2, changes::State::Listed)],
            left_out: Some((1, "It was done already.".to_owned())), errors: Errors::default(),
        })),
        ("changes-report", changes::report(&shell("/i/1/changes/run"), &changes::Report {
            subject: subject(), what: "execute".to_owned(), stopped: Some("Three errors in a row; 12 changes were not tried.".to_owned()),
            rows: [changes::Outcome::Done, changes::Outcome::Skipped, changes::Outcome::Failed].into_iter().enumerate().map(|(at, outcome)| changes::ReportRow {
                name: change(int(at) + 1, changes::State::Done).name, change: "Licensed → Basic".to_owned(), outcome, text: change(1, changes::State::Skipped).result,
            }).collect(),
        })),
        ("change-journal", changes::journal(&shell("/i/1/changes/1"), &changes::Journal {
            subject: subject(), row: change(1, changes::State::Done),
            evidence: vec!["Has not hosted or signed in since 1 March 2026.".to_owned()],
            entries: vec![(ago(4), "Ines Marchetti".to_owned(), "changed".to_owned(), "Held before: user type: Licensed, webinar: none".to_owned())],
        })),
        ("write-access", write_access::page(&shell("/i/1/write-access"), &write_access::View {
            subject: subject(), connected: None, account_id: String::new(), client_id: String::new(),
            scopes: vec![("user:write:admin", "set the base licence"), ("user:update:settings:admin", "add-ons, with a granular app")], errors: Errors::default(),
        })),
        ("ledger", ledger::page(&shell("/i/1/ledger"), &ledger::View {
            subject: subject(), params: Params::new("/i/1/ledger", Vec::new()),
            rows: vec![savings(ledger::State::Promised, 1), savings(ledger::State::Realised, 2), savings(ledger::State::Lost, 3)],
            totals: [totals("21296", 98), totals("10736", 49), totals("440", 2)],
        })),
        ("people-import", people::page(&shell("/i/1/people"), &people::View {
            subject: subject(),
            employees: Some(people::Employees::List(people::Import { read_at: ago(60 * 24 * 2), source: "hr-export.csv".to_owned(), people: 1964, left: 31, matched: Some(1902), leavers: Some(23) })),
            scim: SCIM.to_owned(), pasted: String::new(), wrongs: Vec::new(), errors: Errors::default(),
        })),
        ("people-directory", people::page(&shell("/i/1/people"), &people::View {
            subject: subject(),
            employees: Some(people::Employees::Directory(people::Directory { changed_at: ago(60 * 3), active: 1931, deactivated: 27, removed: 6, absent: 42, leavers: 19 })),
            scim: SCIM.to_owned(), pasted: String::new(), wrongs: Vec::new(), errors: Errors::default(),
        })),
        ("people-import-wrong", people::page(&shell("/i/1/people"), &people::View {
            subject: subject(), employees: None, scim: SCIM.to_owned(), pasted: "email\nann".to_owned(),
            wrongs: vec![Wrong { line: 2, field: "email".to_owned(), text: "“ann” is not an e-mail address such as ann@acme.example.".to_owned() }], errors: Errors::default(),
        })),
    ]
}
