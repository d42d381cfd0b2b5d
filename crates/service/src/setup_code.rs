//! The one-time code that shows that the person who sets Seatwise up can see the server's console.
//! Without it, the first visitor would become the owner.

use model::Timestamp;
use store::Store;
use sync::Random;

use crate::error::Error;

/// Digits and letters that are not confused with each other.
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Number of symbols: 80 random bits, which cannot be guessed.
const LENGTH: usize = 16;
/// Symbols between two hyphens.
const GROUP: usize = 4;

/// Makes a code, stores its signature and returns the text to print.
///
/// # Errors
///
/// When it cannot be stored.
#[crate::boxed]
pub async fn issue(store: &Store, random: &dyn Random, now: Timestamp) -> Result<String, Error> {
    let mut bytes = [0; LENGTH];
    random.fill(&mut bytes);
    let code: String = bytes
        .iter()
        .map(|byte| char::from(SYMBOLS[usize::from(byte % 32)]))
        .collect();
    store.add_setup_code(&code, now).await?;
    let groups: Vec<&str> = (0..LENGTH)
        .step_by(GROUP)
        .map(|at| &code[at..at + GROUP])
        .collect();
    Ok(groups.join("-"))
}

/// Whether a person entered a code that was issued.
///
/// # Errors
///
/// When the store cannot be read.
#[crate::boxed]
pub async fn fits(store: &Store, entered: &str) -> Result<bool, Error> {
    Ok(store.setup_code_fits(&without_form(entered)).await?)
}

/// The symbols only, in upper case; letters that look like digits are those digits.
fn without_form(entered: &str) -> String {
    entered
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|symbol| match symbol.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .take(2 * LENGTH)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s36_a_code_may_be_typed_in_other_ways() {
        for entered in ["0A1B-23CD", "oaib 23cd", " OALB23CD "] {
            assert_eq!(without_form(entered), "0A1B23CD", "{entered}");
        }
        assert_eq!(without_form("ü-"), "");
    }
}
