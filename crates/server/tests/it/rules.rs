//! The rules of the organisation, through the API and the page of settings.

use model::{IntegrationId, Role};
use reqwest::StatusCode;
use serde_json::json;
use testkit::web::{Seen, Visitor};

use crate::fixture::{Acme, Site, acme_for_manager, wrong_fields};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_are_set_with_a_reason_and_hold_at_once() {
    let acme = Acme::with_contract().await;
    let rules = json!({"settings": {"rules": {"deactivated_counted": {"on": false}}}, "reason": "counted elsewhere"});
    let refused = acme
        .send_as(&acme.manager, "PUT", "/api/v1/rules", &rules)
        .await;
    assert_eq!(refused.status, 403);
    let silent = json!({"settings": {}});
    let seen = acme
        .send_as(&acme.owner, "PUT", "/api/v1/rules", &silent)
        .await;
    assert_eq!(wrong_fields(&seen), ["reason"]);
    let set = acme
        .send_as(&acme.owner, "PUT", "/api/v1/rules", &rules)
        .await;
    assert_eq!(set.status, 200, "{}", set.body);
    assert_eq!(set.json()["version"], 1);
    assert_eq!(set.json()["settings"]["rules"]["dormant"]["days"], 60);
    assert_eq!(
        acme.get("/findings?rule=deactivated_counted").await["total"],
        0
    );
}

/// The form of the rules with the values of the page, with some fields changed.
async fn rules_form(
    site: &Site,
    visitor: &Visitor,
    changes: &[(&str, &str)],
) -> Vec<(String, String)> {
    let page = site.get(visitor, "/settings/rules").await;
    let form = page
        .forms()
        .into_iter()
        .find(|form| form.action == "/settings/rules")
        .unwrap();
    let mut fields: Vec<(String, String)> = form
        .fields
        .into_iter()
        .filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name))
        .collect();
    let wanted = changes.iter().filter(|(_, value)| !value.is_empty());
    fields.extend(wanted.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    fields
}

async fn save_rules(site: &Site, visitor: &Visitor, changes: &[(&str, &str)]) -> Seen {
    let fields = rules_form(site, visitor, changes).await;
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    site.submit(visitor, "/settings/rules", &fields).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_are_changed_with_a_reason_and_only_within_bounds() {
    let (site, _) = acme_for_manager().await;
    let owner = site.visitor(Role::Owner).await;
    let days = "rules.dormant.days";
    for (changes, field) in [
        (
            vec![(days, "0"), ("reason", "x")],
            "rules.dormant.days-error",
        ),
        (
            vec![(days, "lots"), ("reason", "x")],
            "rules.dormant.days-error",
        ),
        (vec![(days, "45")], "reason-error"),
    ] {
        let seen = save_rules(&site, &owner, &changes).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert!(seen.body.contains(field), "{field} in {}", seen.body);
    }
    let store = &site.install.store;
    assert!(store.rule_settings().await.unwrap().is_none());
    let changes = [
        (days, "45"),
        ("rules.leaver.on", ""),
        ("reason", "Sales hosts seldom."),
    ];
    let seen = save_rules(&site, &owner, &changes).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.body);
    let stored = store.rule_settings().await.unwrap().unwrap();
    let settings: serde_json::Value = serde_json::from_str(&stored.json).unwrap();
    assert_eq!(settings["rules"]["dormant"]["days"], 45);
    assert_eq!(settings["rules"]["leaver"]["on"], false);
    assert_eq!(settings["rules"]["never_used"]["on"], true);
    let page = site.get(&owner, "/settings/rules").await;
    assert!(page.body.contains("Sales hosts seldom."));
    // Other numbers for one licence, and back again.
    let other = [
        ("scope", "licence:webinar_500"),
        ("override_rule", "addon_unused"),
        ("override_on", "on"),
        ("override_days", "180"),
        ("override_reason", "Half a year’s patience."),
    ];
    let seen = site
        .submit(&owner, "/settings/rules/overrides", &other)
        .await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.body);
    let page = site.get(&owner, "/settings/rules").await;
    assert!(page.body.contains("180 days"), "{}", page.body);
    let back = [("scope", "licence:webinar_500"), ("rule", "addon_unused")];
    let path = "/settings/rules/overrides/remove";
    assert_eq!(site.submit(&owner, path, &back).await.status, 303);
    assert_eq!(site.submit(&owner, path, &back).await.status, 404);
    let page = site.get(&owner, "/settings/rules").await;
    assert!(!page.body.contains("180 days"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exceptions_name_licences_groups_and_suites_that_exist() {
    let acme = Acme::with_contract().await;
    let off = json!({"dormant": {"on": false}});
    let put = async |settings: serde_json::Value| {
        let body = json!({ "settings": settings, "reason": "an exception" });
        acme.send_as(&acme.owner, "PUT", "/api/v1/rules", &body)
            .await
    };
    let refused = put(json!({
        "per_licence": {"licenced": off, "licensed_5": off},
        "per_group": {"No such group": off},
        "suites": {"workplace_ultra": ["webinar_500"], "workplace_enterprise": ["licensed_5"]}
    }))
    .await;
    assert_eq!(
        wrong_fields(&refused),
        [
            "per_licence.licenced",
            "per_licence.licensed_5",
            "per_group.No such group",
            "suites.workplace_enterprise",
            "suites.workplace_ultra"
        ]
    );
    let store = &acme.site.install.store;
    let groups = store.groups(IntegrationId(1)).await.unwrap();
    let group = &groups[0];
    let by_name = put(json!({
        "per_licence": {"webinar_500": off, "webinar": off},
        "per_group": {group.name.to_uppercase(): off},
        "suites": {"workplace_enterprise": ["webinar_500"]}
    }))
    .await;
    assert_eq!(by_name.status, 200, "{}", by_name.body);
    let stored = &by_name.json()["settings"]["per_group"];
    assert_eq!(stored[&group.id]["dormant"]["on"], false, "{stored}");
}
