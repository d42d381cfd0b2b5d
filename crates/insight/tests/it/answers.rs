//! The types that the API answers: their members in JSON, and a schema that describes exactly these.

use std::collections::{BTreeMap, BTreeSet};

use insight::findings::FindingWithEvidence;
use insight::renewal::{ContractWithNotice, Renewal, RenewalInputs, renewal};
use insight::what_if::{Histogram, ThresholdPoint, WhatIf, days_since_need, thresholds, what_if};
use insight::{FindingFacets, FindingQuery, FindingSummary, Query, UserFacets, UserView};
use model::{
    AdminChange, Grant, GrantKind, Group, Integration, IntegrationId, IntegrationState,
    LabelledStreamState, Licence, ListPrice, Plan, PriceConfidence, Rule, StreamOutcome,
    StreamState, Timestamp,
};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::{PartialSchema, ToSchema};

use crate::findings::{Given, contract, euros, hosts, licensed};
use crate::world::{APP, NOW, builder, days_ago, known_for, meeting};

/// The names of an object's members.
fn members(value: &Value) -> BTreeSet<String> {
    value
        .as_object()
        .expect("an object")
        .keys()
        .cloned()
        .collect()
}

/// The properties of a schema, also those of the parts that it is put together from.
fn properties(schema: &Value, all: &BTreeMap<String, Value>) -> BTreeSet<String> {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().expect("a name");
        return properties(&all[name], all);
    }
    let own = schema["properties"].as_object();
    let own = own.into_iter().flat_map(|own| own.keys().cloned());
    let parts = schema["allOf"].as_array().into_iter().flatten();
    own.chain(parts.flat_map(|part| properties(part, all)))
        .collect()
}

/// Checks that the schema of a type has the same members as a value in JSON, and returns the JSON.
fn described<T: Serialize + ToSchema>(value: &T) -> Value {
    let mut all = Vec::new();
    T::schemas(&mut all);
    let all = all.into_iter();
    let all = all
        .map(|(name, schema)| (name, serde_json::to_value(schema).expect("JSON")))
        .collect();
    let schema = serde_json::to_value(<T as PartialSchema>::schema()).expect("JSON");
    let json = serde_json::to_value(value).expect("JSON");
    assert_eq!(members(&json), properties(&schema, &all), "{schema}");
    json
}

fn names(names: &str) -> BTreeSet<String> {
    names.split_whitespace().map(str::to_owned).collect()
}

fn world() -> (insight::Roster, Given) {
    let mut builder =
        insight::RosterBuilder::new(&APP, NOW, known_for(400), known_for(400), Some(NOW));
    builder.user(licensed("ann"));
    builder.user(licensed("bob"));
    for ago in 1..50 {
        hosts(&mut builder, "ann", meeting(ago * 7, 60));
    }
    let given = Given {
        contracts: vec![contract("licensed", 200, 150)],
        ..Given::default()
    };
    (builder.build(), given)
}

#[test]
fn a_finding_is_answered_with_its_evidence() {
    let (roster, given) = world();
    let findings = given.find(&roster);
    let finding = findings.iter(&roster).next().unwrap();
    let json = described::<FindingWithEvidence>(&findings.with_evidence(&roster, finding));
    assert_eq!(
        members(&json),
        names(
            "id rule user_id email licence headline since seats evidence unknown saving reversible \
             state held_by assignee"
        )
    );
    assert_eq!(json["id"], "never_used~licensed~bob");
    assert_eq!(json["rule"], "never_used");
    assert_eq!(json["user_id"], "bob");
    assert_eq!(json["email"], "bob@x.example");
    assert_eq!(json["assignee"], Value::Null);
    assert_eq!(json["held_by"], json!([]));
    assert_eq!(
        members(&json["saving"]),
        names("amount currency per seat_free_on invoice_lower_on price_source")
    );
    assert_eq!(json["saving"]["amount"].to_string(), "150.0");
    assert_eq!(json["saving"]["per"], "year");
    assert_eq!(
        members(&json["evidence"][0]),
        names("kind text stream from to value")
    );
    assert_eq!(members(&json["unknown"][0]), names("what why"));
}

#[test]
fn sums_of_findings_are_answered() {
    let (roster, given) = world();
    let findings = given.find(&roster);
    let query = FindingQuery::everything(&APP);
    let facets = described::<FindingFacets>(&findings.facets_with_totals(&roster, &query));
    assert_eq!(
        members(&facets),
        names("facets total people seats saving without_price unknown_people")
    );
    assert_eq!(facets["total"], 1);
    assert_eq!(
        members(&facets["facets"]["rule"][0]),
        names("value label count would selected")
    );
    let summary = described::<FindingSummary>(&findings.summary(&roster, &query));
    assert_eq!(
        members(&summary),
        names("by_rule by_department licences unknown")
    );
    assert_eq!(
        members(&summary["by_rule"][0]),
        names("rule findings seats saving without_price held")
    );
    assert_eq!(
        members(&summary["by_department"][0]),
        names("department users licensed needed not_needed add_ons unknown saving")
    );
    assert_eq!(
        members(&summary["licences"][0]),
        names("licence label holders holders_known needed not_needed unknown purchased")
    );
    let never_used = &summary["by_rule"][4];
    assert_eq!(never_used["rule"], "never_used");
    assert_eq!(
        never_used["saving"],
        json!([{"amount": 150.0, "currency": "EUR", "per": "year"}])
    );
}

#[test]
fn a_renewal_is_answered() {
    let (roster, given) = world();
    let findings = given.find(&roster);
    let found: Renewal = renewal(&RenewalInputs {
        roster: &roster,
        settings: &given.settings,
        findings: &findings,
        contract: &given.contracts[0],
        contracts: &given.contracts,
        today: NOW.day(),
        purchased: None,
        assigned: None,
    });
    let list = serde_json::to_value(&found).unwrap();
    assert!(list.get("buy").is_none());
    let one = described(&found.with_seats(7));
    assert_eq!(
        members(&one),
        names(
            "contract_id name licence today purchased assigned needed low likely high reasons notice_by \
             missed_notice ends_on bound_from bound_to renews_from renews_to choices buy history \
             window_days unknown method_version"
        )
    );
    assert_eq!(one["contract_id"], "1");
    assert_eq!(one["bound_from"], Value::Null);
    assert_eq!(one["buy"]["seats"], 7);
    assert_eq!(one["buy"]["cost"].to_string(), "1050.0");
    assert_eq!(
        members(&one["buy"]),
        names("key label seats cost currency saving risk text")
    );
    assert_eq!(members(&one["history"][0]), names("day needed"));
    assert_eq!(members(&one["reasons"][0]), names("step label seats text"));
    assert_eq!(members(&one["unknown"][0]), names("what why"));
}

#[test]
fn a_contract_is_answered_with_its_last_day_for_notice() {
    let contract = contract("licensed", 200, 150);
    let notice_by = insight::renewal::dates(&contract, contract.terms.starts_on).notice_by;
    let json = described(&ContractWithNotice::on(contract, NOW.day()));
    assert_eq!(
        members(&json),
        names(
            "id licence name order_name quantity unit_price billing_cycle starts_on ends_on auto_renews renewal_months \
             renewal_days renews_by_quarter notice_days notice_months reminder_days notice_by minimum reducible_each_cycle owner notes created_at updated_at"
        )
    );
    assert_eq!(json["id"], "1");
    assert_eq!(json["notice_by"], notice_by.to_string());
    assert_eq!(
        json["unit_price"],
        json!({"amount": 150.0, "currency": "EUR"})
    );
    assert_eq!(json["created_at"], Timestamp(0).to_string());
}

#[test]
fn what_ifs_are_answered() {
    let (roster, given) = world();
    let found: WhatIf = what_if(&roster, &given.inputs(), &given.settings);
    let json = described(&found);
    assert_eq!(
        members(&json),
        names(
            "flagged seats saved without_price replayed wrongly_flagged wrongly by_rule replayed_from \
             replayed_to unknown"
        )
    );
    assert_eq!(
        members(&json["by_rule"][0]),
        names("rule flagged saved replayed wrongly_flagged")
    );
    assert_eq!(json["replayed_to"], days_ago(91).day().to_string());
    let points: Vec<ThresholdPoint> = thresholds(&roster, &given.inputs(), Rule::Dormant, &[30]);
    assert_eq!(
        members(&described(&points[0])),
        names("days flagged saved replayed wrongly_flagged")
    );
    let histogram: Histogram = days_since_need(&roster, &given.settings);
    let histogram = described(&histogram);
    assert_eq!(members(&histogram), names("buckets never unknown"));
    assert_eq!(
        members(&histogram["buckets"][0]),
        names("from_days to_days people")
    );
}

#[test]
fn users_and_their_days_are_answered() {
    let mut builder = builder();
    builder.user(licensed("ann"));
    let roster = builder.build();
    let query = Query::everybody(&APP);
    let page = roster.page(&query);
    let user: &UserView<'_> = &page.rows[0];
    let json = serde_json::to_value(user).unwrap();
    let schema = serde_json::to_value(<UserView<'_> as PartialSchema>::schema()).unwrap();
    assert_eq!(members(&json), properties(&schema, &BTreeMap::new()));
    described(&user.activity);
    let facets: UserFacets = roster.select(&query).facets_with_total();
    assert_eq!(members(&described(&facets)), names("facets total"));
    let day = roster.per_day(NOW.day(), NOW.day())[0];
    assert_eq!(
        members(&described(&day)),
        names("day people hosts meetings webinars minutes")
    );
}

#[test]
fn integrations_and_history_are_answered() {
    let integration = described(&Integration {
        id: IntegrationId(1),
        application: "zoom".to_owned(),
        name: "ACME".to_owned(),
        state: IntegrationState::Active,
        state_reason: None,
        grant: Grant {
            kind: GrantKind::ServerToServer,
            account_id: "abc".to_owned(),
            authorised_by: String::new(),
            authorised_user_id: None,
            scopes: Vec::new(),
            client_id: "def".to_owned(),
        },
        plan: Plan::Pro,
        budget_percent: 50,
        interval_minutes: 60,
        revision: 1,
        created_at: NOW,
        next_run_at: NOW,
        first_complete_at: None,
        last_complete_at: None,
    });
    assert_eq!(integration["grant"], "server_to_server");
    assert_eq!(integration["authorised_by"], Value::Null);
    let state = StreamState {
        stream: "users".to_owned(),
        outcome: StreamOutcome::ScopeMissing,
        reason: None,
        rows: 0,
        expected: None,
        requests: 1,
        complete_at: None,
        since: None,
    };
    let stream = described(&LabelledStreamState::new(&APP, state));
    assert_eq!(stream["outcome"], "scope_missing");
    assert_eq!(
        members(&stream),
        names("stream label outcome reason rows expected requests complete_at since")
    );
    described(&AdminChange {
        at: NOW,
        operator: "ada@x.example".to_owned(),
        category: "User".to_owned(),
        action: "Update".to_owned(),
        detail: String::new(),
        ordinal: 0,
    });
    described(&Group {
        id: "g1".to_owned(),
        name: "Sales".to_owned(),
        total_members: None,
    });
    let price = described(&ListPrice {
        licence: Licence::base("licensed"),
        yearly: euros(150),
        as_of: NOW.day(),
        source: "zoom.us".to_owned(),
        confidence: PriceConfidence::Listed,
    });
    assert_eq!(price["yearly"], json!({"amount": 150.0, "currency": "EUR"}));
    assert_eq!(price["confidence"], "listed");
}
