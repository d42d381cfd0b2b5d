//! Asking findings: filters, pages, facets and totals agree with counting one by one.

use insight::{DecisionRow, ExemptScope, Finding, FindingQuery, Findings, Query, Roster};
use model::{FindingState, Rule, Sums};
use proptest::prelude::*;

use super::{Given, contract, hosts, licensed, signs_in, webinar, with_webinar};
use crate::world::{APP, builder, having, meeting, text};

fn query(pairs: &[(&str, &str)]) -> FindingQuery {
    FindingQuery::parse(&APP, pairs.iter().copied()).unwrap_or_else(|wrong| panic!("{wrong:?}"))
}

/// A small company with findings of several kinds.
fn company(kinds: &[(u8, u8)]) -> (Given, Roster) {
    let mut builder = builder();
    let mut given = Given::default();
    given.contracts.push(contract("licensed", 100, 140));
    for (n, (kind, department)) in kinds.iter().enumerate() {
        let key = format!("k{n:02}");
        let department = text(["Sales", "Legal", ""][usize::from(*department)]);
        let mut user = having(licensed(&key), &[("department", department)]);
        if kind % 2 == 0 {
            user = with_webinar(user, 500);
        }
        builder.user(user);
        match kind {
            0 => {}
            1 | 2 => signs_in(&mut builder, &key, 70),
            3 => hosts(&mut builder, &key, meeting(4, 20)),
            4 => hosts(&mut builder, &key, webinar(4, 450)),
            _ => {
                hosts(&mut builder, &key, meeting(70, 90));
                signs_in(&mut builder, &key, 1);
            }
        }
        if kind % 3 == 0 {
            given.decisions.push(DecisionRow {
                finding: format!("never_used~licensed~{key}"),
                state: [FindingState::Exempt, FindingState::Asked][n % 2],
                until: None,
                reason: "because".to_owned(),
                owner: String::new(),
                assignee: "Lee@X.example".to_owned(),
                user_key: Some(key),
                scope: ExemptScope::Finding,
            });
        }
    }
    (given, builder.build())
}

fn kinds() -> impl Strategy<Value = Vec<(u8, u8)>> {
    prop::collection::vec((0..6_u8, 0..3_u8), 0..25)
}

fn pairs() -> impl Strategy<Value = Vec<(String, String)>> {
    let one = |key: &'static str, values: &'static [&'static str]| {
        prop::sample::select(values).prop_map(move |value| (key.to_owned(), value.to_owned()))
    };
    let filter = prop_oneof![
        one(
            "rule",
            &["never_used", "dormant", "over_licensed", "addon_unused"]
        ),
        one("plan", &["licensed", "webinar_500", "webinar_1000"]),
        one(
            "state",
            &["open", "on_hold", "exempt", "asked", "never", "active"]
        ),
        one("amount", &["1", "100", "500", ">=141"]),
        one("assignee", &["none", "lee@x.example"]),
        one("department", &["Sales", "none"]),
        one("activity", &["inactive", "active"]),
        one("q", &["k0", "k1"]),
    ];
    prop::collection::vec(filter, 0..4).prop_map(|mut pairs| {
        // Parameters with one value are given once.
        let mut seen = Vec::new();
        pairs.retain(|(key, _): &(String, String)| {
            let single = matches!(key.as_str(), "q" | "amount" | "assignee");
            let again = seen.contains(key);
            seen.push(key.clone());
            !(single && again)
        });
        pairs
    })
}

/// Whether a query accepts a finding, said in the plainest way.
fn accepts(roster: &Roster, query: &FindingQuery, finding: &Finding) -> bool {
    let users: Vec<String> = roster
        .rows(&query.users)
        .map(|user| user.key.to_owned())
        .collect();
    let amount = finding
        .saving
        .as_ref()
        .map(|saving| saving.amount.minor.abs());
    let states = if query.states.is_empty() {
        !matches!(finding.state, FindingState::OnHold | FindingState::Exempt)
    } else {
        query.states.contains(&finding.state)
    };
    let theirs = finding.user.map(|row| roster.key_of(row).to_owned());
    let everybody = query.users == Query::everybody(&APP);
    theirs.map_or(everybody, |key| users.contains(&key))
        && (query.rules.is_empty() || query.rules.contains(&finding.rule))
        && (query.licences.is_empty() || query.licences.contains(&finding.licence))
        && states
        && query
            .amount_min
            .is_none_or(|least| amount.is_some_and(|amount| amount >= least * 100))
        && query
            .assignee
            .as_ref()
            .is_none_or(|email| *email == finding.assignee)
}

fn matching(findings: &Findings, roster: &Roster, query: &FindingQuery) -> Vec<Finding> {
    let all = findings.iter(roster);
    all.filter(|finding| accepts(roster, query, finding))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn pages_and_totals_agree_with_counting(kinds in kinds(), pairs in pairs(), limit in 1..6_usize) {
        let (given, roster) = company(&kinds);
        let findings = given.find(&roster);
        let query = FindingQuery::parse(&APP, pairs).unwrap();
        let expected = matching(&findings, &roster, &query);

        let mut paged: Vec<Finding> = Vec::new();
        let mut after = None;
        loop {
            let page = findings.page(&roster, &query, after.as_deref(), limit).unwrap();
            prop_assert_eq!(page.total, expected.len());
            prop_assert!(page.items.len() <= limit);
            paged.extend(page.items);
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        prop_assert_eq!(&paged, &findings.all(&roster, &query));
        let id = |finding: &Finding| finding.id.clone();
        let mut ids: Vec<String> = paged.iter().map(id).collect();
        let mut wanted: Vec<String> = expected.iter().map(id).collect();
        ids.sort();
        wanted.sort();
        prop_assert_eq!(ids, wanted);

        let totals = findings.totals(&roster, &query);
        let spare = || expected.iter().filter(|f| f.rule != Rule::UnderLicensed);
        prop_assert_eq!(usize::try_from(totals.findings), Ok(expected.len()));
        prop_assert_eq!(totals.seats, spare().map(|f| f.seats).sum::<i64>());
        let saving: Sums = spare().filter_map(|f| f.saving.as_ref()).map(|s| s.amount).collect();
        prop_assert_eq!(&totals.saving, &saving);
        let by_rule = findings.by_rule(&roster, &query);
        prop_assert_eq!(by_rule.iter().map(|rule| rule.findings).sum::<i64>(), totals.findings);
        let departments = findings.by_department(&roster, &query);
        let users: i64 = departments.iter().map(|department| department.users).sum();
        prop_assert_eq!(usize::try_from(users), Ok(roster.rows(&query.users).count()));
    }

    #[test]
    fn choosing_a_value_gives_the_number_of_its_facet(kinds in kinds(), pairs in pairs()) {
        let (given, roster) = company(&kinds);
        let findings = given.find(&roster);
        let query = FindingQuery::parse(&APP, pairs).unwrap();
        for facet in findings.facets(&roster, &query) {
            let others = query.without_all(facet.key);
            for value in facet.values {
                let alone = others.with(facet.key, &value.value);
                let left = findings.totals(&roster, &alone).findings;
                prop_assert_eq!(usize::try_from(left), Ok(value.would), "{}={}", facet.key, value.value);
            }
        }
    }

    #[test]
    fn a_written_query_parses_to_itself(pairs in pairs()) {
        let query = FindingQuery::parse(&APP, pairs).unwrap();
        prop_assert_eq!(FindingQuery::parse(&APP, query.to_pairs()).unwrap(), query.clone());
        for filter in query.active_filters() {
            prop_assert_ne!(&query.without(&filter.field, &filter.value), &query);
        }
    }
}

#[test]
fn every_wrong_parameter_is_named() {
    let wrong = FindingQuery::parse(
        &APP,
        [
            ("rule", "idle"),
            ("state", "sleepy"),
            ("amount", "-1"),
            ("sort", "size"),
            ("departement", "x"),
        ],
    )
    .unwrap_err();
    let fields: Vec<&str> = wrong.iter().map(|wrong| wrong.field.as_str()).collect();
    assert_eq!(fields, ["rule", "state", "amount", "sort", "departement"]);
    assert!(wrong[0].message.contains("never_used"), "{}", wrong[0]);
    assert!(wrong[1].message.contains("on_hold") && wrong[1].message.contains("inactive"));
    let (given, roster) = company(&[(0, 0)]);
    let findings = given.find(&roster);
    let nonsense = findings
        .page(&roster, &query(&[]), Some("!"), 5)
        .unwrap_err();
    assert_eq!(nonsense.field, "cursor");
}

#[test]
fn the_largest_saving_comes_first_and_no_price_last() {
    let (given, roster) = company(&[(0, 0), (3, 1)]);
    let findings = given.find(&roster);
    let page = findings.page(
        &roster,
        &query(&[("state", "open"), ("state", "asked"), ("state", "exempt")]),
        None,
        50,
    );
    let rules: Vec<&str> = page.unwrap().items.iter().map(|f| f.rule.value()).collect();
    assert_eq!(rules, ["never_used", "over_licensed", "addon_unused"]);
}

#[test]
fn licences_say_how_they_are_used() {
    let (given, roster) = company(&[(0, 0), (3, 1), (4, 1), (4, 1)]);
    let findings = given.find(&roster);
    let totals = findings.licences();
    for total in &totals {
        let told = total.not_needed + total.on_hold + total.unknown;
        assert_eq!(
            total.needed.map(|needed| needed + told),
            Some(total.holders)
        );
    }
    let base = &totals[0];
    assert_eq!(base.licence.to_string(), "licensed");
    assert_eq!(
        (base.holders, base.needed, base.not_needed),
        (4, Some(2), 1)
    );
    assert_eq!(base.purchased, Some(100), "from the contract");
    let webinar = totals
        .iter()
        .find(|t| t.licence.to_string() == "webinar_500")
        .unwrap();
    assert_eq!(
        (webinar.holders, webinar.needed, webinar.purchased),
        (3, Some(2), None)
    );
}

#[test]
fn a_licence_without_possible_holders_is_refused() {
    let wrong = FindingQuery::parse(&APP, [("plan", "foo")]).unwrap_err();
    assert_eq!(wrong[0].field, "plan");
    assert_eq!(
        wrong[0].message,
        "`foo` is not a licence: known are licensed, small, big, large_meeting, webinar"
    );
}

#[test]
fn an_unknown_filter_is_refused_with_every_filter_named_once() {
    let wrong = FindingQuery::parse(&APP, [("xyzzy", "1")]).unwrap_err();
    let (_, known) = wrong[0].message.split_once("known are ").unwrap();
    let known: Vec<&str> = known.split(", ").collect();
    for name in [
        "rule",
        "plan",
        "amount",
        "assignee",
        "activity",
        "sort",
        "state",
        "department",
    ] {
        let named = known.iter().filter(|known| **known == name).count();
        assert_eq!(named, 1, "{name} in {known:?}");
    }
}

#[test]
fn a_finding_that_costs_is_no_saving() {
    let mut builder = builder();
    builder.user(super::free("ann"));
    for n in 0..5 {
        let cut = meeting(3 + n, 40);
        hosts(&mut builder, "ann", cut);
        let again = model::HostedSummary {
            start: cut.start.plus_seconds(41 * 60),
            ..cut
        };
        hosts(&mut builder, "ann", again);
    }
    let roster = builder.build();
    let given = Given {
        contracts: vec![contract("licensed", 100, 500)],
        ..Given::default()
    };
    let findings = given.find(&roster);
    let asked = |pairs: &[(&str, &str)]| {
        let query = FindingQuery::parse(&APP, pairs.iter().copied()).unwrap();
        findings.all(&roster, &query).len()
    };
    assert_eq!(asked(&[("rule", "under_licensed")]), 1);
    assert_eq!(asked(&[("rule", "under_licensed"), ("amount", "100")]), 0);
    let everything = FindingQuery::everything(&APP);
    let facets = findings.facets(&roster, &everything);
    let amounts = facets.iter().find(|facet| facet.key == "amount").unwrap();
    assert!(amounts.values.is_empty(), "{amounts:?}");
}

#[test]
fn a_department_counts_the_add_ons_that_are_in_its_money() {
    let mut builder = builder();
    let user = with_webinar(licensed("ann"), 500);
    builder.user(having(user, &[("department", text("Board"))]));
    hosts(&mut builder, "ann", meeting(3, 60));
    let roster = builder.build();
    let given = Given {
        contracts: vec![contract("webinar_500", 100, 500)],
        ..Given::default()
    };
    let findings = given.find(&roster);
    let totals = findings.by_department(&roster, &FindingQuery::everything(&APP));
    assert_eq!((totals[0].not_needed, totals[0].add_ons), (0, 1));
    assert!(!totals[0].saving.is_empty());
}
