//! Checks the names of environment variables, because a typo would otherwise be ignored: a misspelt
//! data directory starts an empty database.

use clap::{Command, CommandFactory as _};

use crate::commands::Cli;
use crate::config::KEY_VARIABLE;
use crate::exit::Failure;

const PREFIX: &str = "SEATWISE_";
/// Beginnings of names that others set: Kubernetes for a service called “seatwise”, and our tests.
const FOREIGN: [&str; 5] = [
    "SEATWISE_SERVICE_",
    "SEATWISE_PORT_",
    "SEATWISE_TEST_",
    // Switches of builds for tests.
    "SEATWISE_CRASH_",
    "SEATWISE_FREEZE_",
];
/// Set by Kubernetes too.
const PORT: &str = "SEATWISE_PORT";

/// Refuses variables that begin like ours and are none.
pub(crate) fn check(names: impl Iterator<Item = String>) -> Result<(), Failure> {
    let known = known();
    let mut unknown: Vec<String> = names
        .filter(|name| name.starts_with(PREFIX) && name != PORT)
        .filter(|name| !FOREIGN.iter().any(|start| name.starts_with(start)))
        .filter(|name| !known.contains(name))
        .collect();
    unknown.sort();
    if unknown.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = unknown
        .iter()
        .map(|name| match nearest(name, &known) {
            Some(near) => format!("{name} is not a setting of Seatwise; did you mean {near}?"),
            None => format!("{name} is not a setting of Seatwise"),
        })
        .collect();
    Err(Failure::usage(lines.join("\n")))
}

fn known() -> Vec<String> {
    let mut names = vec![KEY_VARIABLE.to_owned()];
    collect(&Cli::command(), &mut names);
    names
}

fn collect(command: &Command, names: &mut Vec<String>) {
    for argument in command.get_arguments() {
        if let Some(name) = argument.get_env().and_then(|name| name.to_str())
            && !names.iter().any(|known| known == name)
        {
            names.push(name.to_owned());
        }
    }
    for sub in command.get_subcommands() {
        collect(sub, names);
    }
}

/// The known name with the fewest differences, if it could be meant.
fn nearest<'a>(name: &str, known: &'a [String]) -> Option<&'a str> {
    let (near, differences) = known
        .iter()
        .map(|other| {
            (
                other.as_str(),
                differences(&name.to_ascii_uppercase(), other),
            )
        })
        .min_by_key(|(_, differences)| *differences)?;
    (differences <= 1 + (name.len() - PREFIX.len()) / 2).then_some(near)
}

/// The number of letters to insert, delete or replace (Levenshtein distance).
fn differences(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_one(name: &str) -> Result<(), String> {
        check(std::iter::once(name.to_owned())).map_err(|failure| failure.to_string())
    }

    #[test]
    fn u17_a_misspelt_variable_is_refused_with_the_nearest_name() {
        for (wrong, right) in [
            ("SEATWISE_DATADIR", "SEATWISE_DATA_DIR"),
            ("SEATWISE_DATABSE_URL", "SEATWISE_DATABASE_URL"),
            ("SEATWISE_MASTERKEY", "SEATWISE_MASTER_KEY"),
            ("SEATWISE_LISTN", "SEATWISE_LISTEN"),
            ("SEATWISE_data_dir", "SEATWISE_DATA_DIR"),
        ] {
            let refused = check_one(wrong).unwrap_err();
            assert!(refused.contains(wrong), "{refused}");
            assert!(
                refused.ends_with(&format!("did you mean {right}?")),
                "{refused}"
            );
        }
        let refused = check_one("SEATWISE_XYZZY_PLUGH_9").unwrap_err();
        assert!(!refused.contains("did you mean"), "{refused}");
    }

    #[test]
    fn settings_and_the_variables_of_others_are_accepted() {
        for name in known() {
            assert_eq!(check_one(&name), Ok(()), "{name}");
        }
        for name in [
            "PATH",
            "SEATWISE_PORT",
            "SEATWISE_PORT_8080_TCP_ADDR",
            "SEATWISE_SERVICE_HOST",
        ] {
            assert_eq!(check_one(name), Ok(()), "{name}");
        }
    }
}
