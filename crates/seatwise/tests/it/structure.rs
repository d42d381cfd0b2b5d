//! Rules of the architecture that no compiler checks: no import cycles, layers, findable names, files
//! of a readable length.

use std::collections::{BTreeMap, BTreeSet};

use testkit::node::workspace;

use crate::source::crates;

/// The most lines of a file.
const LONGEST: usize = 400;

#[test]
fn files_of_a_crate_do_not_import_each_other_in_circles() {
    for unit in crates() {
        let cycles = unit.cycles();
        let readable: Vec<String> = cycles.iter().map(|cycle| cycle.join("\n  ")).collect();
        assert!(
            cycles.is_empty(),
            "import cycles in {}; move what both sides need into a module of its own:\n  {}",
            unit.name,
            readable.join("\nand\n  ")
        );
    }
}

#[test]
fn the_reader_of_sources_sees_imports() {
    // The check above would pass if the reader saw nothing.
    let units = crates();
    let service = units.iter().find(|unit| unit.name == "service").unwrap();
    let edges = service.edges();
    let context = vec!["context".to_owned()];
    let error = vec!["error".to_owned()];
    assert!(edges[&context].contains(&error), "{:?}", edges[&context]);
    assert!(edges.values().map(BTreeSet::len).sum::<usize>() > 100);
}

#[test]
fn public_types_of_a_crate_have_names_of_their_own() {
    // `testkit` is used by tests only, one module at a time.
    for unit in crates().iter().filter(|unit| unit.name != "testkit") {
        let mut seen: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for file in unit.files.values() {
            for name in &file.public_types {
                seen.entry(name)
                    .or_default()
                    .push(file.path.display().to_string());
            }
        }
        seen.retain(|_, places| places.len() > 1);
        assert!(
            seen.is_empty(),
            "{}: several public types have one name: {seen:#?}",
            unit.name
        );
    }
}

#[test]
fn files_are_short_enough_to_be_read_at_once() {
    let units = crates();
    let long: BTreeSet<String> = units
        .iter()
        .flat_map(|unit| unit.files.values())
        .filter(|file| file.lines > LONGEST)
        .map(|file| {
            let path = file.path.strip_prefix(workspace()).unwrap();
            path.display().to_string()
        })
        .collect();
    assert!(long.is_empty(), "split by subject, or shorten: {long:?}");
}
