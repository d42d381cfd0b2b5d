//! What a person enters about a member: name, address and password. Pages and the command line read
//! it alike.

use secrecy::{ExposeSecret as _, SecretString};

use crate::parameters::Reader;
use crate::password::Passwords;

/// Reads the name of the organisation.
pub fn organisation(reader: &mut Reader<'_>) -> String {
    let organisation = reader.text("organisation").unwrap_or_default();
    if organisation.is_empty() {
        reader.error("organisation", "Enter the name of your organisation.");
    }
    organisation.to_owned()
}

/// Reads the name and the e-mail address of a person.
pub fn person(reader: &mut Reader<'_>) -> (String, String) {
    let name = reader.text("name").unwrap_or_default();
    if name.is_empty() || name.chars().count() > 200 {
        reader.error("name", "Give a name of 1 to 200 characters.");
    }
    let email = reader.text("email").unwrap_or_default();
    let plausible = email
        .split_once('@')
        .is_some_and(|(local, host)| !local.is_empty() && !host.is_empty() && !host.contains('@'));
    if !plausible || email.len() > 254 || email.chars().any(|c| c.is_whitespace() || c.is_control())
    {
        let right = "Give an e-mail address such as name@example.com.";
        reader.error("email", right);
    }
    (name.to_owned(), email.to_owned())
}

/// Reads a new password.
pub fn new_password(reader: &mut Reader<'_>) -> SecretString {
    let password = reader.secret("password");
    if let Some(objection) = Passwords::objection(&password) {
        reader.error("password", objection);
    }
    password
}

/// Reads a new password that was entered twice.
pub fn repeated_password(reader: &mut Reader<'_>) -> SecretString {
    let password = new_password(reader);
    let repeated = reader.secret("repeat");
    if !reader.is_wrong("password") && password.expose_secret() != repeated.expose_secret() {
        reader.error("repeat", "This is not the same password.");
    }
    password
}
