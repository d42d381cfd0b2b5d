//! Pages about decisions: findings, their evidence, previews, licences and what-if.

use maud::Markup;
use model::{Day, FindingState, Licence, Money, Rule, Sums};
use server::ui::pages::findings::preview::{self, Action};
use server::ui::pages::findings::{Person, Row, Totals};
use server::ui::pages::overview::decisions::{Decisions, Department, Figure, Renewal, RuleLine};
use server::ui::pages::{finding, findings, home, licences, what_if};
use server::ui::parts::chart::{
    Column, Columns, Dot, DotTone, Dots, Interval, Mark, Per, Point, Series,
};
use server::ui::parts::facet::{Facet, FacetOption};
use server::ui::parts::finding::{Evidence, Item, Kind, Saving};
use server::ui::parts::table::Sort;
use server::ui::parts::{Errors, Params, Subject, Tone};

use crate::data::{LONG, NOW, ago, int, shell, subject};

fn euros(cents: i64) -> Money {
    Money {
        minor: cents,
        // A code of three letters is always a currency.
        currency: "EUR".parse().expect("a currency"),
    }
}

fn sums(cents: i64) -> Sums {
    [euros(cents)].into_iter().collect()
}

fn today(days: i32) -> Day {
    NOW.day().plus(days)
}

fn row(index: usize) -> Row {
    let people = [
        ("Amelia Brandt", "amelia.brandt@acme.example", "Sales"),
        (
            "Bohdan Kravets",
            "b.kravets@acme.example",
            "Customer Success",
        ),
        (
            LONG,
            "anastasia-theodora.von-hohenlohe-waldenburg-schillingsfuerst@subsidiary.acme.example",
            "Office of the Chief Information Security Officer, EMEA and APAC",
        ),
        ("Deniz Aydın", "deniz@acme.example", "Engineering"),
        ("", "invited.person@partner.example", ""),
    ];
    let rules = [
        (
            Rule::OverLicensed,
            "No event of the last three months needed the licence",
        ),
        (
            Rule::AttendeeOnly,
            "Signed in on 31 days since 24 September and hosted nothing",
        ),
        (
            Rule::Dormant,
            "No sign-in and no meeting hosted for 104 days",
        ),
        (Rule::AddonUnused, "No webinar in the last 12 months"),
        (
            Rule::PendingSeat,
            "Invited 41 days ago, never accepted, and holds a seat",
        ),
        (
            Rule::UnderLicensed,
            "Cut off at 40 minutes 7 times since 25 August",
        ),
    ];
    let (name, email, department) = people[index % 5];
    let (rule, headline) = rules[index % 6];
    let pool = index == 9;
    Row {
        id: format!("{}~licensed~u{index}", rule.value()),
        rule: if pool { Rule::AddonPoolable } else { rule },
        state: FindingState::ALL[[0, 0, 0, 1, 0, 3, 6, 0, 2, 0, 5, 4][index % 12]],
        person: (!pool).then(|| Person {
            key: format!("u{index}"),
            called: if name.is_empty() { email } else { name }.to_owned(),
            email: email.to_owned(),
        }),
        licence: if rule == Rule::AddonUnused || pool {
            "Webinar 500"
        } else {
            "Licensed"
        }
        .to_owned(),
        headline: if pool {
            "8 holders, never more than 2 webinars at the same time: 3 would do".to_owned()
        } else {
            headline.to_owned()
        },
        since: today(-90 - i32::try_from(index).unwrap_or(0) * 9),
        seats: if pool { 5 } else { 1 },
        saving: (index != 3).then(|| Saving {
            amount: if rule == Rule::UnderLicensed {
                euros(-22_000)
            } else if pool {
                euros(123_456_700)
            } else {
                euros(22_000)
            },
            seat_free_on: today(0),
            invoice_lower_on: (index != 7).then(|| today(98)),
            source: "contract “Zoom Business 2026”".to_owned(),
        }),
        assignee: if index % 4 == 1 {
            "ines.marchetti@acme.example".to_owned()
        } else {
            String::new()
        },
        department: department.to_owned(),
    }
}

fn dots() -> Dots {
    let minutes = [25, 18, 30, 22, 31, 12, 28, 38, 24, 30, 15, 29, 20, 27];
    Dots {
        id: "hosted-minutes",
        title: "Minutes of each meeting".to_owned(),
        sentence: "14 meetings from 25 August to 22 November 2026; the longest lasted 38 minutes."
            .to_owned(),
        unit: "minutes",
        from: today(-90),
        to: today(0),
        dots: minutes
            .iter()
            .enumerate()
            .map(|(index, minutes)| Dot {
                day: today(i32::try_from(index).unwrap_or(0) * 6 - 88),
                value: *minutes,
                tone: if *minutes > 35 {
                    DotTone::Near
                } else {
                    DotTone::Free
                },
                note: format!("{} people", 2 + index % 7),
            })
            .collect(),
        mark: Some(Mark {
            value: 40,
            label: "40 minutes: Basic ends here".to_owned(),
        }),
    }
}

fn found(index: usize) -> finding::Found {
    let item = |kind, text: &str, source: &str, from, to| Item {
        kind,
        text: text.to_owned(),
        source: source.to_owned(),
        from: today(from),
        to: today(to),
    };
    let row = row(index);
    let held = row.state == FindingState::Held;
    finding::Found {
        evidence: Evidence {
            headline: row.headline.clone(),
            items: vec![
                item(
                    Kind::Fact,
                    "Hosted 14 meetings; the longest lasted 38 minutes; none had more than 9 people",
                    "Meetings and webinars",
                    -90,
                    -1,
                ),
                item(
                    Kind::NearMiss,
                    "38 minutes with 4 people",
                    "Meetings and webinars",
                    -51,
                    -51,
                ),
                item(
                    Kind::Fact,
                    "No cloud recording, no webinar, no poll or registration",
                    "Meetings and webinars",
                    -180,
                    -1,
                ),
                item(
                    Kind::Counter,
                    "A meeting of 60 minutes is scheduled",
                    "Upcoming events",
                    4,
                    4,
                ),
            ],
            unknown: vec![(
                "whether an assistant schedules for her".to_owned(),
                "The source “Assistants and schedulers” is switched off.".to_owned(),
            )],
        },
        held: if held {
            vec!["Needed the licence about every 70 days so far, most recently 96 days ago: another need is likely.".to_owned()]
        } else {
            Vec::new()
        },
        chart: (index == 0).then(dots),
        reversible: true,
        decision: (index != 0).then(|| finding::Decision {
            until: Some(today(120)),
            reason: "On parental leave until March".to_owned(),
            owner: "ines.marchetti@acme.example".to_owned(),
        }),
        row,
    }
}

pub(crate) fn of_person(index: usize) -> Vec<finding::Found> {
    match index {
        0 => vec![found(0)],
        5 => vec![found(2), found(9)],
        _ => Vec::new(),
    }
}

pub(crate) fn found_in_all() -> home::Found {
    home::Found {
        findings: 312,
        seats: 317,
        saving: sums(5_491_200),
        shared: Sums::default(),
        without_price: 13,
    }
}

pub(crate) fn deadline() -> home::Deadline {
    home::Deadline {
        name: "Zoom Business 2026".to_owned(),
        href: "/i/1/renewals/1".to_owned(),
        notice_by: today(37),
    }
}

fn weeks() -> Series {
    let levels = [
        730, 750, 770, 815, 825, 810, 828, 832, 858, 650, 640, 642, 630, 600, 585, 728, 745, 700,
        690, 745, 702, 745, 775, 755, 792, 851,
    ];
    let monday = today(-(i32::from(NOW.day().weekday()) - 1));
    Series {
        id: "needers-per-week",
        title: "People who needed a licence, per week".to_owned(),
        one: "person",
        many: "people",
        adds_up: false,
        per: Per::Week,
        mark: Some(Mark {
            value: 1240,
            label: "1,240 licensed".to_owned(),
        }),
        points: levels
            .iter()
            .enumerate()
            .map(|(index, level)| Point {
                day: monday.plus(7 * (i32::try_from(index).unwrap_or(0) - 25)),
                value: (index > 1).then_some(*level),
                provisional: index == 25,
                href: None,
            })
            .collect(),
    }
}

pub(crate) fn decisions(subject: &Subject) -> Decisions {
    let figure = |value, href: &str| Figure {
        value,
        href: format!("/i/{}/{href}", subject.id),
    };
    let line = |rule, findings, cents: i64, tone, word: &str| RuleLine {
        rule,
        findings,
        held: findings / 9,
        saving: if cents == 0 {
            Sums::default()
        } else {
            sums(cents)
        },
        without_price: if cents == 0 { findings } else { 0 },
        confidence: (tone, word.to_owned()),
    };
    let names = [
        "Sales",
        "Customer Success",
        "Engineering",
        "Finance",
        "Office of the Chief Information Security Officer, EMEA and APAC",
        "Marketing",
        "",
    ];
    Decisions {
        licensed: figure(1240, "users?user_type=pro"),
        purchased: Some(1300),
        needed: Some(figure(871, "licences/licensed?need=needed")),
        not_needed: figure(312, "findings"),
        held: figure(41, "findings?state=held"),
        unknown: figure(57, "licences/licensed?need=unknown"),
        days: 90,
        saving: sums(5_491_200),
        shared: sums(864_000),
        shared_seats: 12,
        without_price: 13,
        seats: 312,
        invoice_from: Some(today(98)),
        rules: vec![
            line(
                Rule::OverLicensed,
                121,
                2_129_600,
                Tone::Good,
                "complete evidence",
            ),
            line(
                Rule::AttendeeOnly,
                98,
                1_724_800,
                Tone::Good,
                "complete evidence",
            ),
            line(
                Rule::Dormant,
                61,
                1_073_600,
                Tone::Good,
                "complete evidence",
            ),
            line(Rule::NeverUsed, 19, 334_400, Tone::Warn, "no employee list"),
            line(Rule::AddonUnused, 13, 0, Tone::Good, "12 months seen"),
        ],
        departments: names
            .iter()
            .enumerate()
            .map(|(index, name)| Department {
                name: (index != 5).then(|| (*name).to_owned()),
                filter: if name.is_empty() {
                    "none".to_owned()
                } else {
                    (*name).replace(' ', "%20")
                },
                users: 420 - int(index) * 50,
                licensed: 310 - int(index) * 41,
                needed: Some(210 - int(index) * 30),
                not_needed: 84 - int(index) * 11,
                add_ons: int(index) % 3,
                unknown: 16 - int(index),
                saving: if index == 6 {
                    Sums::default()
                } else {
                    sums(1_478_400 - int(index) * 190_000)
                },
            })
            .collect(),
        needers: weeks(),
        renewal: Some(Renewal {
            bound: None,
            bound_others: Vec::new(),
            href: format!("/i/{}/renewals/1", subject.id),
            name: "Zoom Business 2026".to_owned(),
            ends_on: today(97),
            notice_by: today(37),
            missed: false,
            range: Some(Interval {
                low: 960,
                likely: 1010,
                high: 1080,
                today: Some(1300),
            }),
            choices: vec![
                (
                    "Buy today’s number".to_owned(),
                    1300,
                    Some(euros(28_600_000)),
                ),
                ("Likely need".to_owned(), 1010, Some(euros(22_220_000))),
                (
                    "Safe: 19 of 20 futures".to_owned(),
                    1080,
                    Some(euros(23_760_000)),
                ),
            ],
        }),
        week: vec![
            (
                14,
                "findings are new".to_owned(),
                Some("/i/1/findings?sort=-since".to_owned()),
            ),
            (
                6,
                "were accepted".to_owned(),
                Some("/i/1/changes".to_owned()),
            ),
            (
                3,
                "people kept their licence".to_owned(),
                Some("/i/1/findings?state=kept".to_owned()),
            ),
            (0, "licences were seen gone".to_owned(), None),
        ],
    }
}

fn facets() -> Vec<Facet> {
    let option = |value: &str, label: &str, count, selected| FacetOption {
        value: value.to_owned(),
        label: label.to_owned(),
        count,
        selected,
        unknown: false,
    };
    vec![
        Facet {
            key: "rule".to_owned(),
            label: "Finding".to_owned(),
            help: String::new(),
            options: Rule::ALL
                .iter()
                .enumerate()
                .map(|(i, rule)| option(rule.value(), rule.label(), 130 - 11 * int(i), i == 7))
                .collect(),
        },
        Facet {
            key: "state".to_owned(),
            label: "State".to_owned(),
            help: String::new(),
            options: FindingState::ALL
                .iter()
                .enumerate()
                .map(|(i, state)| {
                    option(state.value(), state.label(), 312 / (1 + 9 * int(i)), false)
                })
                .collect(),
        },
        Facet {
            key: "amount".to_owned(),
            label: "Saving a year".to_owned(),
            help: String::new(),
            options: vec![
                option("100", "€100 or more", 298, false),
                option("500", "€500 or more", 13, false),
            ],
        },
    ]
}

fn list(pairs: &[(&str, &str)], rows: Vec<Row>) -> findings::View {
    let some = !rows.is_empty();
    findings::View {
        subject: subject(),
        params: Params::new(
            "/i/1/findings",
            pairs
                .iter()
                .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
                .collect(),
        ),
        totals: if some {
            Totals {
                findings: 312,
                people: 309,
                seats: 317,
                saving: sums(5_491_200),
                without_price: 13,
            }
        } else {
            Totals::default()
        },
        facets: facets(),
        rows,
        sort: Sort {
            key: "saving".to_owned(),
            descending: true,
        },
        next_cursor: some.then(|| "x".to_owned()),
        later: false,
        usual_states: "open, asked, kept, accepted or changed".to_owned(),
        problems: Vec::new(),
        unknown: 57,
    }
}

fn previewed(action: Action, errors: Errors, count: i64) -> preview::View {
    preview::View {
        subject: subject(),
        action,
        selection: vec![
            ("all".to_owned(), "yes".to_owned()),
            ("rule".to_owned(), "dormant".to_owned()),
        ],
        all: true,
        list: "/i/1/findings?rule=dormant".to_owned(),
        effect: preview::Effect {
            findings: count,
            people: count,
            given_back: count,
            saved: sums(count * 22_000),
            saved_without_price: 2.min(count),
            bought: 3.min(count),
            cost: sums(3.min(count) * 22_000),
            cost_without_price: 0,
            seat_free_on: (count > 0).then(|| today(0)),
            invoice_lower_on: (count > 0).then(|| today(98)),
            invoice_unknown: 2.min(count),
            left_out: vec![(
                "attendee_only~licensed~u4".to_owned(),
                "Emeka Obi".to_owned(),
                "was asked about this licence in the last 90 days, or is being asked".to_owned(),
            )],
            left_out_count: 4,
            against: Vec::new(),
        },
        sample: if count > 0 {
            (0..5).map(row).collect()
        } else {
            Vec::new()
        },
        typed: Vec::new(),
        members: vec![(
            "ines.marchetti@acme.example".to_owned(),
            "Ines Marchetti".to_owned(),
        )],
        can_mail: false,
        today: today(0),
        errors,
    }
}

fn one(index: usize) -> finding::View {
    finding::View {
        subject: subject(),
        finding: found(index),
        history: if index == 0 {
            Vec::new()
        } else {
            vec![
                finding::Entry {
                    at: ago(90),
                    who: "ines.marchetti@acme.example".to_owned(),
                    what: "Exempted until 23 March 2027".to_owned(),
                    text: "On parental leave until March".to_owned(),
                },
                finding::Entry {
                    at: ago(60 * 24 * 9),
                    who: "Seatwise".to_owned(),
                    what: "Nobody answered".to_owned(),
                    text: String::new(),
                },
                finding::Entry {
                    at: ago(60 * 24 * 23),
                    who: "jonas.weber@acme.example".to_owned(),
                    what: "Asked the person".to_owned(),
                    text: String::new(),
                },
            ]
        },
        others: if index == 0 { vec![row(3)] } else { Vec::new() },
    }
}

fn licence_page() -> licences::View {
    let line = |label: &str, bought: Option<i64>, held: i64, needed: Option<i64>, unknown: i64| {
        licences::Row {
            licence: Licence::base("licensed"),
            label: label.to_owned(),
            bought,
            bought_from: "plan usage".to_owned(),
            held,
            held_known: true,
            needed,
            not_needed: held - needed.unwrap_or(0) - unknown,
            held_back: Figure {
                value: 0,
                href: "/i/1/findings?state=held".to_owned(),
            },
            unknown,
            held_href: "/i/1/users".to_owned(),
            needed_href: "/i/1/users".to_owned(),
            not_needed_href: "/i/1/findings".to_owned(),
            unknown_href: "/i/1/users".to_owned(),
        }
    };
    licences::View {
        subject: subject(),
        rows: vec![
            line("Licensed", Some(1300), 1240, Some(871), 57),
            line("Large Meeting 500", None, 31, Some(12), 0),
            line("Webinar 500", Some(5), 8, Some(3), 1),
            line("Webinar 1,000", Some(2), 2, None, 2),
        ],
        pools: vec![licences::Pool {
            label: "Webinar 500".to_owned(),
            headline: "8 holders, never more than 2 webinars at the same time: 3 would do"
                .to_owned(),
            href: "/i/1/findings/x".to_owned(),
        }],
        unknown: vec![licences::Unknown {
            label: "Licensed".to_owned(),
            people: 57,
            why: "Sign-ins are known for 172 of 180 days only".to_owned(),
            href: "/i/1/licences/licensed?need=unknown".to_owned(),
        }],
        days: 90,
        bought_note: Some(
            "Zoom tells purchased seats to master accounts only; contracts tell the rest."
                .to_owned(),
        ),
    }
}

fn columns(id: &'static str, two: bool) -> Columns {
    let days = [14, 30, 45, 60, 75, 90, 120, 150, 180, 365];
    Columns {
        id,
        title: if two {
            "What each threshold would flag"
        } else {
            "Days since the last need"
        }
        .to_owned(),
        sentence: if two {
            "At 60 days 61 people are flagged, and 2 of them would have needed the licence."
        } else {
            "Of 1,240 licensed people 310 last needed it more than 60 days ago."
        }
        .to_owned(),
        class: if two {
            "Threshold, days"
        } else {
            "Days since the last need"
        },
        names: if two {
            vec!["Flagged", "Of those wrongly"]
        } else {
            vec!["People"]
        },
        columns: days
            .iter()
            .enumerate()
            .map(|(index, days)| Column {
                label: days.to_string(),
                values: if two {
                    vec![
                        Some(220 - 20 * int(index)),
                        if index == 9 {
                            None
                        } else {
                            Some(40 / (1 + int(index)))
                        },
                    ]
                } else {
                    vec![Some(600 / (1 + int(index)))]
                },
                href: two.then(|| format!("/i/1/what-if?try=yes&dormant.days={days}")),
                chosen: two && *days == 60,
                unknown: !two && index == 9,
            })
            .collect(),
        divide: (!two).then(|| (400, "60 days".to_owned())),
    }
}

fn tried(differs: bool) -> what_if::View {
    let outcome = |flagged: i64, wrongly| what_if::Outcome {
        flagged,
        seats: flagged + 5,
        saved: sums(flagged * 22_000),
        without_price: 0,
        wrongly,
        replayed: 190,
    };
    what_if::View {
        subject: subject(),
        rules: Rule::ALL
            .iter()
            .enumerate()
            .map(|(i, rule)| what_if::RuleRow {
                rule: *rule,
                on: i != 6,
                days: (i > 3 && i != 9 && i != 10).then_some(60),
                differs: differs && i == 5,
            })
            .collect(),
        differs,
        now: outcome(312, Some(9)),
        tried: outcome(
            if differs { 366 } else { 312 },
            if differs { Some(23) } else { Some(9) },
        ),
        by_rule: Rule::ALL
            .iter()
            .take(6)
            .map(|rule| what_if::RuleOutcome {
                rule: *rule,
                flagged: 61,
                wrongly: Some(2),
                replayed: 44,
                saved: sums(1_073_600),
            })
            .collect(),
        wrongly: (0..4)
            .map(|i| what_if::Wrongly {
                key: format!("u{i}"),
                called: if i == 2 {
                    LONG.to_owned()
                } else {
                    "Amelia Brandt".to_owned()
                },
                rule: Rule::Dormant,
                flagged_on: today(-200),
                needed_on: today(-160),
            })
            .collect(),
        replayed: Some((today(-300), today(-90))),
        unknown: 57,
        charted: Rule::Dormant,
        thresholds: columns("thresholds", true),
        since_need: columns("since-need", false),
        pairs: vec![("dormant.days".to_owned(), "45".to_owned())],
        errors: Errors::default(),
        reason: String::new(),
    }
}

pub(crate) fn pages() -> Vec<(&'static str, Markup)> {
    let mut wrong = Errors::default();
    wrong.add("until", "2026-01-01 is in the past: give a day after today");
    let mut nothing = list(&[], Vec::new());
    nothing.unknown = 0;
    let at = "/i/1/findings";
    vec![
        (
            "findings",
            findings::page(
                &shell(at),
                &list(&[("rule", "over_licensed")], (0..12).map(row).collect()),
            ),
        ),
        ("findings-none", findings::page(&shell(at), &nothing)),
        ("finding", finding::page(&shell(at), &one(0))),
        ("finding-held", finding::page(&shell(at), &one(6))),
        ("finding-pool", finding::page(&shell(at), &one(9))),
        (
            "preview-ask",
            preview::page(&shell(at), &previewed(Action::Ask, Errors::default(), 61)),
        ),
        (
            "preview-exempt",
            preview::page(&shell(at), &previewed(Action::Exempt, wrong, 1)),
        ),
        (
            "preview-none",
            preview::page(&shell(at), &previewed(Action::Accept, Errors::default(), 0)),
        ),
        (
            "licences",
            licences::page(&shell("/i/1/licences"), &licence_page()),
        ),
        (
            "what-if",
            what_if::page(&shell("/i/1/what-if"), &tried(true)),
        ),
        (
            "what-if-now",
            what_if::page(&shell("/i/1/what-if"), &tried(false)),
        ),
    ]
}
