//! The change list in forms that can be carried out by hand: the file for the application's bulk
//! import, a PowerShell script, and API calls. None of them contains a secret, because they are passed on to
//! other people; the scripts read a token from their environment.

use std::fmt::Write as _;

use connector::{BulkCell, Connector, ManualCall};
use model::{Application, Licence};
use store::Change;

use crate::error::Error;
use crate::export;

/// Data of a person for the bulk import, besides the change.
pub struct Person {
    /// Display name; may be empty.
    pub name: String,
    /// May be empty.
    pub department: String,
    /// Names of groups, as one text.
    pub groups: String,
}

/// The choice to make in the application for all people of one file: the licence to remove and its replacement.
pub fn choice(application: &Application, change: &Change) -> String {
    let [from, to] = ends(application, change);
    format!("{from} to {to}")
}

/// Labels of the licences before and after a change.
pub fn ends(application: &Application, change: &Change) -> [String; 2] {
    [&change.from, &change.to].map(|key| match key.as_str() {
        "none" => format!(
            "no {}",
            Licence::base(&change.licence.family).label(application)
        ),
        key if key == application.free.value => application.free_label().to_owned(),
        key => Licence::from_key(key).label(application),
    })
}

/// The file for the application's bulk import. All people in a file get the same type and licences, which
/// are chosen at the upload, so all changes must be of one kind.
pub fn bulk_import(
    connector: &dyn Connector,
    changes: &[(Change, Person)],
) -> Result<String, Error> {
    let name = connector.application().name;
    let file = connector.bulk_file().ok_or_else(|| {
        let message = format!("is `csv`, and {name} has no import: give powershell or api");
        Error::parameter("format", message)
    })?;
    let kind = |change: &Change| (change.licence.to_string(), change.to.clone());
    let mut kinds: Vec<_> = changes.iter().map(|(change, _)| kind(change)).collect();
    kinds.sort();
    kinds.dedup();
    if kinds.len() > 1 {
        // The licence alone identifies a kind only if all changes of it have the same direction.
        let field = if kinds.iter().all(|(licence, _)| *licence == kinds[0].0) {
            "to"
        } else {
            "plan"
        };
        let names: Vec<String> = kinds
            .iter()
            .map(|(licence, to)| format!("plan={licence}&to={to}"))
            .collect();
        return Err(Error::parameter(
            field,
            format!(
                "is missing: {name}'s import takes one kind of change in a file, and there are {}: give one of {}",
                kinds.len(),
                names.join(", ")
            ),
        ));
    }
    if changes.len() > file.most_people {
        return Err(Error::parameter(
            "plan",
            format!(
                "gives {} people, and {name}'s import takes {} in a file: take fewer",
                changes.len(),
                file.most_people
            ),
        ));
    }
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    let failed = |error: csv::Error| Error::internal(&error);
    let headers = file.columns.iter().map(|(header, _)| header);
    writer.write_record(headers).map_err(failed)?;
    for (change, person) in changes {
        let (first, last) = names(&person.name, &change.email);
        let cells = file.columns.iter().map(|(_, cell)| match cell {
            BulkCell::Email => change.email.as_str(),
            BulkCell::FirstName => &first,
            BulkCell::LastName => &last,
            BulkCell::Department => &person.department,
            BulkCell::Groups => &person.groups,
            BulkCell::Empty => "",
        });
        writer
            .write_record(cells.map(|text| export::spreadsheet_safe(text).into_owned()))
            .map_err(failed)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| Error::internal(&error))?;
    String::from_utf8(bytes).map_err(|error| Error::internal(&error))
}

/// First and last name, both of which imports require: the last word is the last name.
fn names(name: &str, email: &str) -> (String, String) {
    let name = name.trim();
    match name.rsplit_once(char::is_whitespace) {
        Some((first, last)) => (first.trim().to_owned(), last.to_owned()),
        None if name.is_empty() => {
            let local = email.split('@').next().unwrap_or_default();
            (local.to_owned(), "-".to_owned())
        }
        None => (name.to_owned(), "-".to_owned()),
    }
}

/// The API call of each change, or `None` if no call can make it.
fn calls<'a>(
    connector: &dyn Connector,
    changes: &'a [Change],
) -> Vec<(&'a Change, Option<ManualCall>)> {
    changes
        .iter()
        .map(|change| {
            let id = change.external_id.as_deref().unwrap_or(&change.email);
            (
                change,
                connector.manual_call(id, &change.licence, &change.to),
            )
        })
        .collect()
}

/// Replaces control characters, because a line break would end the comment.
fn comment(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// The environment variable from which a script reads its token, such as `ZOOM_TOKEN`, and a sentence that
/// says so.
fn token(application: &Application) -> (String, String) {
    let key = application.key.to_ascii_uppercase().replace('-', "_");
    let variable = format!("{key}_TOKEN");
    let scope = application.scopes.write.first();
    let scope = scope.map_or_else(String::new, |(scope, _)| format!(" with {scope}"));
    let needed = format!("Needs a token{scope} in the environment variable {variable}.");
    (variable, needed)
}

/// A PowerShell script with one call a line, to be reviewed before it is run. It reads a token from
/// the environment.
pub fn powershell(connector: &dyn Connector, api: &str, changes: &[Change]) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace(['\'', '‘', '’', '‚', '‛'], "''"));
    let (variable, needed) = token(connector.application());
    let mut script = format!(
        "# Changes of licences, one call for each person. Review every line before you run it.\r\n\
         # {needed}\r\n\
         if (-not $env:{variable}) {{ throw 'Set {variable} first.' }}\r\n\
         $headers = @{{ Authorization = \"Bearer $env:{variable}\" }}\r\n",
    );
    for (change, call) in calls(connector, changes) {
        match call {
            Some(call) => {
                let _ = write!(
                    script,
                    "# {}: {}\r\nInvoke-RestMethod -Method Patch -Headers $headers -ContentType 'application/json' -Uri {} -Body {}\r\n",
                    comment(&change.email),
                    comment(&call.words),
                    quoted(&format!("{api}{}", call.path)),
                    quoted(&call.body),
                );
            }
            None => {
                let _ = write!(
                    script,
                    "# {}: no call makes this change\r\n",
                    comment(&change.email)
                );
            }
        }
    }
    script
}

/// A shell script of `curl` calls with the same content as [`powershell`].
pub fn api_calls(connector: &dyn Connector, api: &str, changes: &[Change]) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
    let (variable, needed) = token(connector.application());
    let mut script = format!(
        "#!/bin/sh\n\
         # Changes of licences, one call for each person. Review every line before you run it.\n\
         # {needed}\n\
         set -eu\n\
         : \"${{{variable}:?set {variable} first}}\"\n",
    );
    for (change, call) in calls(connector, changes) {
        match call {
            Some(call) => {
                let _ = write!(
                    script,
                    "# {}: {}\ncurl --fail --silent --show-error -X PATCH -H \"Authorization: Bearer ${variable}\" -H 'Content-Type: application/json' --data {} {}\n",
                    comment(&change.email),
                    comment(&call.words),
                    quoted(&call.body),
                    quoted(&format!("{api}{}", call.path)),
                );
            }
            None => {
                let _ = writeln!(
                    script,
                    "# {}: no call makes this change",
                    comment(&change.email)
                );
            }
        }
    }
    script
}
