//! Dependencies between crates, and whether commands and variables in the documents exist.

use std::collections::BTreeSet;

use testkit::node::workspace;
use testkit::process::Program;

use crate::program::seatwise;

/// The crates that each crate may depend on, besides in tests. Connectors have one rule: see
/// [`may_depend`].
const ALLOWED: [(&str, &[&str]); 13] = [
    ("model", &[]),
    ("insight", &["model"]),
    ("store", &["model"]),
    ("zoom", &[]),
    ("zoom-sim", &[]),
    ("connector", &["model"]),
    ("sync", &["model", "store", "connector"]),
    ("ui", &["model"]),
    (
        "service",
        &["model", "insight", "store", "connector", "sync"],
    ),
    (
        "server",
        &[
            "model",
            "insight",
            "store",
            "connector",
            "sync",
            "ui",
            "service",
        ],
    ),
    (
        "seatwise",
        &[
            "model",
            "insight",
            "store",
            "zoom",
            "zoom-sim",
            "connector-*",
            "sync",
            "service",
            "server",
        ],
    ),
    (
        "bench",
        &[
            "model",
            "insight",
            "store",
            "zoom",
            "zoom-sim",
            "connector-zoom",
            "sync",
            "service",
            "server",
        ],
    ),
    (
        "testkit",
        &[
            "model",
            "store",
            "zoom",
            "zoom-sim",
            "connector",
            "connector-zoom",
            "sync",
            "server",
        ],
    ),
];

const CONNECTOR: &str = "connector-";

/// Whether a crate may depend on another one. A connector may use the client of its application, which has
/// the rest of its name.
fn may_depend(name: &str, other: &str) -> bool {
    if let Some(application) = name.strip_prefix(CONNECTOR) {
        return ["model", "connector", application].contains(&other);
    }
    let mut rules = ALLOWED.iter().filter(|(known, _)| *known == name);
    let (_, allowed) = rules.next().expect("every crate has its rule");
    allowed.contains(&other) || other.starts_with(CONNECTOR) && allowed.contains(&"connector-*")
}

#[tokio::test]
async fn crates_use_only_the_crates_that_they_may_use() {
    let cargo = Program::at(env!("CARGO")).within(&workspace());
    let metadata = cargo
        .run(&[
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .await
        .json();
    let packages = metadata["packages"].as_array().unwrap();
    let ours: BTreeSet<&str> = packages
        .iter()
        .map(|p| p["name"].as_str().unwrap())
        .collect();
    for (name, _) in ALLOWED {
        assert!(ours.contains(name), "there is no crate {name}");
    }
    for package in packages {
        let name = package["name"].as_str().unwrap();
        let used: BTreeSet<&str> = package["dependencies"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|dependency| dependency["kind"] != "dev")
            .map(|dependency| dependency["name"].as_str().unwrap())
            .filter(|name| ours.contains(name))
            .collect();
        let wrong: Vec<_> = used
            .iter()
            .filter(|other| !may_depend(name, other))
            .collect();
        assert!(wrong.is_empty(), "{name} must not use {wrong:?}");
        // Only the store speaks SQL, only the server serves pages.
        let depends = |wanted: &str| {
            package["dependencies"]
                .as_array()
                .unwrap()
                .iter()
                .any(|d| d["name"] == wanted && d["kind"] != "dev")
        };
        assert!(!depends("sqlx") || name == "store", "{name} uses sqlx");
        assert!(
            !depends("axum") || ["server", "zoom-sim", "testkit"].contains(&name),
            "{name} uses axum"
        );
    }
}

/// The commands in the code blocks of a text that begin with `seatwise` or run it by cargo, as
/// arguments. A backslash at the end of a line goes on in the next one.
fn commands(text: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut inside = false;
    let mut joined = String::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside;
            continue;
        }
        if !inside {
            continue;
        }
        if let Some(begun) = line.strip_suffix('\\') {
            joined.push_str(begun);
            continue;
        }
        joined.push_str(line);
        let mut words = joined
            .split_whitespace()
            .take_while(|word| !matches!(*word, "#" | "|" | ">" | "&&"))
            .skip_while(|word| word.contains('=') && !word.starts_with('-'))
            .map(|word| word.trim_matches(['"', '\'']).to_owned())
            .collect::<Vec<_>>();
        if let Some(at) = words.iter().position(|word| word == "--")
            && words.starts_with(&["cargo".to_owned(), "run".to_owned()])
        {
            words.drain(..=at);
            found.push(words);
        } else if words
            .first()
            .is_some_and(|word| word == "seatwise" || word.ends_with("/seatwise"))
        {
            words.remove(0);
            found.push(words);
        }
        joined.clear();
    }
    found
}

#[tokio::test]
async fn commands_in_the_documents_exist() {
    let mut checked = 0;
    for document in [
        "README.md",
        "CONTRIBUTING.md",
        "docs/api.md",
        "docs/operations.md",
        "docs/recipes.md",
        "docs/simulator.md",
    ] {
        let text = std::fs::read_to_string(workspace().join(document)).unwrap();
        for mut words in commands(&text) {
            // Help of the same command with the same flags: an unknown command or flag is refused.
            let given = words.clone();
            words.push("--help".to_owned());
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let ended = seatwise().run(&words).await;
            assert_eq!(
                ended.code,
                Some(0),
                "{document}: seatwise {}: {}",
                given.join(" "),
                ended.err
            );
            let help = ended.out;
            for flag in given.iter().filter(|word| word.starts_with("--")) {
                let flag = flag.split('=').next().unwrap();
                assert!(help.contains(flag), "{document}: {given:?} has no {flag}");
            }
            checked += 1;
        }
    }
    assert!(checked >= 3, "the documents show how to use the program");
}

#[tokio::test]
async fn variables_in_the_readme_are_the_ones_that_exist() {
    let text = std::fs::read_to_string(workspace().join("README.md")).unwrap();
    let mut help = String::new();
    for command in [&["serve"][..], &["demo"], &["sync"], &["owner", "create"]] {
        let arguments = [command, &["--help"]].concat();
        help.push_str(&seatwise().run(&arguments).await.good());
    }
    let names = |text: &str| -> BTreeSet<String> {
        text.split(|c: char| !(c.is_ascii_uppercase() || c == '_'))
            .filter(|word| word.starts_with("SEATWISE_") && word.len() > 10)
            .map(str::to_owned)
            .collect()
    };
    let mut known = names(&help);
    // Read without a flag, so that it never stands in a list of processes.
    known.insert("SEATWISE_MASTER_KEY".to_owned());
    let told = names(&text);
    assert!(
        told.is_subset(&known),
        "the README has unknown variables {:?}",
        told.difference(&known)
    );
    assert!(
        known.is_subset(&told),
        "the README leaves out {:?}",
        known.difference(&told)
    );
}

#[tokio::test]
async fn settled_names_are_kept_in_the_api() {
    let document = seatwise().run(&["openapi"]).await.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    for path in [
        "/api/v1/integrations",
        "/api/v1/integrations/{id}/users",
        "/api/v1/integrations/{id}/facets",
    ] {
        assert!(document["paths"][path]["get"].is_object(), "{path}");
    }
}
