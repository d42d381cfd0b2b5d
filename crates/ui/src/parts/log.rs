//! Elements shared by the log pages: the person of a row, the date filter, and links to other
//! pages.

use maud::{Markup, html};

use super::params::segment;
use super::text::unknown;
use super::{Errors, Params, Subject, Tab, page};

/// The person behind an e-mail address; `user` is the key and name of the user with that address
/// now.
#[must_use]
pub fn person(subject: &Subject, email: &str, user: Option<&(String, String)>) -> Markup {
    html! {
        @match user {
            Some((key, name)) => {
                a href={ (Tab::Users.href(subject.id)) "/" (segment(key)) } title=(name) { (name) }
                span.muted title=(email) { (email) }
            }
            None if email.is_empty() => (unknown()),
            None => { span title=(email) { (email) } span.muted { "no user has this address now" } }
        }
    }
}

/// Whether the query contains any filter; the cursor is not one.
#[must_use]
pub fn filtered(params: &Params) -> bool {
    params
        .pairs
        .iter()
        .any(|(name, value)| name != "cursor" && !value.is_empty())
}

/// Fields for the first and last day, both included.
#[must_use]
pub fn date_range(params: &Params, errors: &Errors) -> Markup {
    html! {
        label.inline { "From" input type="date" name="from" value=(params.get("from").unwrap_or_default()) aria-invalid=[errors.of("from").map(|_| "true")]; }
        label.inline { "to" input type="date" name="to" value=(params.get("to").unwrap_or_default()) aria-invalid=[errors.of("to").map(|_| "true")]; }
        @for name in ["from", "to"] { @if let Some(error) = errors.of(name) { p.field-error { (error) } } }
    }
}

/// Links to the newest rows and to older ones.
#[must_use]
pub fn pages(params: &Params, next_cursor: Option<&str>) -> Markup {
    let first = params.get("cursor").map(|_| params.drop("cursor").href());
    let next = next_cursor.map(|cursor| params.after(cursor).href());
    page::pagination(
        &html! { "Times are UTC." },
        first.as_deref(),
        next.as_deref(),
    )
}
