//! The table of faults in `docs/faults.md` tells the truth.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use testkit::node::workspace;

/// How many faults of each kind the table has, numbered from 1 without gaps.
const ROWS: [(char, usize); 5] = [('R', 52), ('K', 9), ('U', 17), ('S', 42), ('L', 5)];

/// A row of the table: its tests as (crate, name), and the reason for what they do not cover.
struct Row {
    tests: Vec<(String, String)>,
    reason: String,
}

fn rows() -> BTreeMap<String, Row> {
    let text = std::fs::read_to_string(workspace().join("docs/faults.md")).unwrap();
    let mut rows = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [number, _, tests, reason] = cells[..] else {
            panic!("four cells: {line}")
        };
        let is_row = number.len() == 3 && number[1..].bytes().all(|byte| byte.is_ascii_digit());
        if !is_row {
            continue;
        }
        let tests = tests.split("<br>").filter(|test| !test.is_empty());
        let row = Row {
            tests: tests.map(named).collect(),
            reason: reason.to_owned(),
        };
        assert!(
            rows.insert(number.to_owned(), row).is_none(),
            "{number} is there twice"
        );
    }
    rows
}

/// A test in the form `crate` `name`, both between backticks.
fn named(test: &str) -> (String, String) {
    let words: Vec<&str> = test
        .split('`')
        .filter(|word| !word.trim().is_empty())
        .collect();
    let [package, name] = words[..] else {
        panic!("a crate and a test: {test}")
    };
    (package.to_owned(), name.to_owned())
}

/// Names of all functions in a directory, by a simple look at the text.
fn functions(directory: &Path, found: &mut BTreeSet<String>) {
    let Ok(entries) = std::fs::read_dir(directory) else {
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            functions(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let names = text
                .split("fn ")
                .skip(1)
                .filter_map(|rest| rest.split('(').next());
            found.extend(names.map(str::to_owned));
        }
    }
}

#[test]
fn every_fault_has_a_test_that_exists_or_a_reason() {
    let rows = rows();
    let numbers: BTreeSet<String> = ROWS
        .iter()
        .flat_map(|(kind, count)| (1..=*count).map(move |number| format!("{kind}{number:02}")))
        .collect();
    assert_eq!(rows.keys().cloned().collect::<BTreeSet<_>>(), numbers);
    let mut known: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (number, row) in &rows {
        assert!(
            !row.tests.is_empty() || !row.reason.is_empty(),
            "{number} has neither a test nor a reason"
        );
        for (package, name) in &row.tests {
            let functions = known.entry(package.clone()).or_insert_with(|| {
                let directory = workspace().join("crates").join(package);
                let mut found = BTreeSet::new();
                functions(&directory.join("src"), &mut found);
                functions(&directory.join("tests"), &mut found);
                found
            });
            assert!(
                functions.contains(name),
                "{number}: {package} has no test {name}"
            );
            let covers = name.split('_').map(str::to_uppercase).any(|word| word == *number)
                // `r05_to_r08` covers those in between too.
                || name.contains("_to_");
            assert!(covers, "{number}: {name} names other faults");
        }
    }
}
