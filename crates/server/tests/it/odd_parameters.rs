//! Every query parameter that the API describes, with texts that would do harm in SQL, paths or numbers: the
//! answer is a result or names what is wrong, and nothing changes.

use serde_json::Value;
use url::form_urlencoded::byte_serialize;

use crate::fixture::Acme;

const TEXTS: [&str; 12] = [
    "' OR '1'='1",
    "1; DROP TABLE users; --",
    "x') UNION SELECT sealed FROM canaries --",
    "name\" DESC, (SELECT 1) --",
    "%_\\",
    "\u{0}",
    "../../etc/passwd",
    "-9223372036854775808",
    "99999999999999999999999999",
    "1e309",
    "2026-02-30",
    "\u{202e}ａ\u{1f600}",
];

/// Path and query parameters of each `GET` of the API's document.
fn readings(document: &Value) -> Vec<(String, Vec<String>)> {
    let paths = document["paths"].as_object().unwrap();
    let mut readings = Vec::new();
    for (path, operations) in paths {
        let Some(parameters) = operations["get"]["parameters"].as_array() else {
            continue;
        };
        let in_query = parameters
            .iter()
            .filter(|parameter| parameter["in"] == "query");
        let names: Vec<String> = in_query
            .map(|parameter| parameter["name"].as_str().unwrap().to_owned())
            .collect();
        let path = path
            .split('/')
            .map(|part| if part.starts_with('{') { "1" } else { part })
            .collect::<Vec<_>>()
            .join("/");
        readings.push((path, names));
    }
    readings
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s13_s14_no_text_in_a_parameter_breaks_a_reading_or_changes_anything() {
    let acme = Acme::with_contract().await;
    let document = acme.site.get(&acme.owner, "/api/openapi.json").await.json();
    let readings = readings(&document);
    let parameters: usize = readings.iter().map(|(_, names)| names.len()).sum();
    assert!(readings.len() > 20 && parameters > 60, "{parameters}");
    let store = &acme.site.install.store;
    let before = store.dump().await.unwrap();
    for (path, names) in &readings {
        for name in names {
            for text in TEXTS {
                let value: String = byte_serialize(text.as_bytes()).collect();
                let address = format!("{path}?{name}={value}");
                let seen = acme.site.get(&acme.owner, &address).await;
                assert!(
                    matches!(seen.status.as_u16(), 200 | 400 | 404 | 409),
                    "{address}: {} {}",
                    seen.status,
                    seen.body
                );
                if seen.status == 400 {
                    let errors = seen.json()["errors"].as_array().map_or(0, Vec::len);
                    assert!(
                        errors > 0,
                        "{address} does not name the parameter: {}",
                        seen.body
                    );
                }
            }
        }
    }
    let after = store.dump().await.unwrap();
    assert_eq!(testkit::install::difference(&before, &after), "");
}
