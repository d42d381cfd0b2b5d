//! Users and their filters.

use serde_json::Value;

use crate::fixture::acme_for_program;

fn ids(answer: &Value) -> Vec<&str> {
    let items = answer["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["id"].as_str().unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filters_pages_and_facets_agree() {
    let (site, program) = acme_for_program().await;
    let users = async |query: &str| {
        let seen = site
            .get(&program, &format!("/api/v1/integrations/1/users?{query}"))
            .await;
        assert_eq!(seen.status, 200, "{query}: {}", seen.body);
        seen.json()
    };
    for (query, expected) in [
        ("user_type=pro", vec!["ada", "cleo"]),
        (
            "user_type=pro&user_type=basic",
            vec!["ada", "ben", "cleo", "dora@acme.example"],
        ),
        ("user_type=pro&user_status=active", vec!["ada"]),
        ("department=none", vec!["cleo"]),
        ("webinar=unknown&user_type=pro", vec!["cleo"]),
        ("large_meeting_capacity=>%3D500", vec!["ada"]),
        ("last_client_version=6.2", vec!["ada"]),
        ("group=none", vec!["dora@acme.example"]),
        ("q=okri", vec!["ben"]),
        ("state=active", vec!["ada"]),
        ("state=active&inactive_days=2", vec![]),
        ("sort=-email&user_type=pro", vec!["cleo", "ada"]),
    ] {
        let answer = users(query).await;
        assert_eq!(ids(&answer), expected, "{query}");
        assert_eq!(answer["total"], expected.len(), "{query}");
        let facets = site
            .get(
                &program,
                &format!(
                    "/api/v1/integrations/1/facets?{}",
                    query.replace("sort=-email&", "")
                ),
            )
            .await
            .json();
        assert_eq!(facets["total"], expected.len(), "{query}");
    }
    let mut cursor = String::new();
    let mut seen = Vec::new();
    loop {
        let page = users(&format!("limit=1{cursor}")).await;
        assert_eq!(page["total"], 4);
        seen.extend(ids(&page).into_iter().map(str::to_owned));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 4);
    for query in [
        "limit=0",
        "limit=1001",
        "cursor=x",
        "usertype=pro",
        "state=asleep",
        "large_meeting_enabled=maybe",
        "inactive_days=0",
    ] {
        let path = format!("/api/v1/integrations/1/users?{query}");
        let seen = site.get(&program, &path).await;
        assert_eq!(seen.status, 400, "{query}");
        let field = query.split('=').next().unwrap();
        assert_eq!(seen.json()["errors"][0]["field"], field);
    }
    for path in [
        "sign-ins?cursor=x",
        "sign-ins?from=2026-13-01",
        "runs?cursor=x",
        "runs?colour=red",
    ] {
        let seen = site
            .get(&program, &format!("/api/v1/integrations/1/{path}"))
            .await;
        assert_eq!(seen.status, 400, "{path}: {}", seen.body);
    }
}

/// The schema of a user and the response have the same members.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_is_described_as_it_is_answered() {
    let (site, program) = acme_for_program().await;
    let user = site
        .get(&program, "/api/v1/integrations/1/users/ada")
        .await
        .json();
    let document = serde_json::to_value(server::openapi(&[&connector_zoom::ZOOM])).unwrap();
    let schemas = &document["components"]["schemas"];
    let names = |object: &Value| {
        let mut names: Vec<_> = object.as_object().unwrap().keys().cloned().collect();
        names.sort();
        names
    };
    assert_eq!(names(&user), names(&schemas["User"]["properties"]));
    assert_eq!(
        names(&user["activity"]),
        names(&schemas["Activity"]["properties"])
    );
    assert_eq!(
        names(&user["metadata"]),
        names(&schemas["Metadata"]["properties"])
    );
    let parameters = document["paths"]["/api/v1/integrations/{id}/users"]["get"]["parameters"]
        .as_array()
        .unwrap();
    for field in names(&user["metadata"]) {
        assert!(
            parameters
                .iter()
                .any(|parameter| parameter["name"] == field.as_str())
        );
    }
    let served = site.get(&program, "/api/openapi.json").await.json();
    assert_eq!(served["paths"], document["paths"]);
}
