//! Lists as files.

use serde_json::{Value, json};

use crate::fixture::{API, Acme, wrong_fields};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_are_exported_and_changes_handed_over() {
    let acme = Acme::with_contract().await;
    let file = async |path: &str| {
        let seen = acme.site.get(&acme.manager, path).await;
        assert_eq!(seen.status, 200, "{path}: {}", seen.body);
        seen
    };
    let csv = file("/i/1/findings.csv?rule=deactivated_counted").await;
    let csv = csv.body;
    let mut lines = csv.split("\r\n");
    assert!(
        lines
            .next()
            .unwrap()
            .starts_with("\u{feff}id,rule,user_id,email"),
        "{csv}"
    );
    assert!(lines.next().unwrap().contains("120.50,EUR"), "{csv}");
    for (path, begins) in [
        ("/i/1/findings.xlsx", "PK"),
        ("/i/1/users.xlsx", "PK"),
        ("/i/1/renewals/1/xlsx", "PK"),
        ("/i/1/findings.parquet", "PAR1"),
        ("/i/1/users.parquet", "PAR1"),
    ] {
        assert!(file(path).await.body.starts_with(begins), "{path}");
    }
    let costs = file("/i/1/costs.csv?from=2026-01-01&to=2026-12-31")
        .await
        .body;
    let rows: Vec<&str> = costs.trim_end().split("\r\n").collect();
    assert_eq!(rows.len(), 2, "{costs}");
    assert!(
        rows[0].starts_with("BilledCost,BillingAccountId"),
        "{costs}"
    );
    assert!(rows[1].starts_with("361.50,"), "{costs}");
    let none = acme.site.get(&acme.manager, "/i/1/changes.csv").await;
    assert_eq!(none.status, 409);
    // Programs read problem details, here too.
    let address = acme.site.at("/i/1/changes.csv");
    let none = acme
        .manager
        .send("GET".parse().unwrap(), &address, &[], None);
    let none = none.await;
    assert_eq!(none.status, 409);
    assert_eq!(none.json()["code"], "conflict", "{}", none.body);
    acme.decide(json!({"action": "accept", "filter": {"rule": "deactivated_counted"}}))
        .await;
    let csv = file(&format!("{API}/changes/export")).await.body;
    assert!(
        csv.starts_with("Email,First Name,Last Name,Department"),
        "{csv}"
    );
    assert!(csv.contains("cleo@acme.example,Cleo,Patra,"), "{csv}");
    let script = file(&format!("{API}/changes/export?format=powershell"))
        .await
        .body;
    assert!(script.contains("-Method Patch"), "{script}");
    assert!(
        script.contains(r#"/v2/users/cleo' -Body '{"type":1}'"#),
        "{script}"
    );
    let script = file("/i/1/changes.sh").await.body;
    assert!(script.contains("curl --fail"), "{script}");
    let noted = async |body: Value| acme.send("POST", "/changes/exported", &body).await;
    let seen = noted(json!({"ids": ["1"], "format": "fax"})).await;
    assert_eq!(wrong_fields(&seen), ["format"]);
    let seen = noted(json!({"ids": ["1", "999"]})).await;
    assert_eq!(wrong_fields(&seen), ["ids"]);
    assert!(seen.body.contains("999"), "{}", seen.body);
    // No app with write scopes is connected, so no change is executed.
    let body = json!({"ids": ["1"]});
    let path = format!("{API}/changes/execute");
    assert_eq!(
        acme.send_as(&acme.manager, "POST", &path, &body)
            .await
            .status,
        403
    );
    let seen = acme.send_as(&acme.owner, "POST", &path, &body).await;
    assert_eq!(seen.status, 409, "{}", seen.body);
    assert_eq!(seen.json()["code"], "no_write_access");
}
