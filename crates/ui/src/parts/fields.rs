//! Fields for more than a line of text: long texts, files, switches, and lists with an error of
//! their own.

use maud::{Markup, html};

use super::form::Errors;

/// Ids of what describes a field, and the texts themselves.
fn described(name: &str, help: &str, errors: &Errors) -> (Option<String>, Markup) {
    let error = errors.of(name);
    let mut ids = Vec::new();
    if !help.is_empty() {
        ids.push(format!("{name}-help"));
    }
    if error.is_some() {
        ids.push(format!("{name}-error"));
    }
    let texts = html! {
        @if !help.is_empty() { p.help id={ (name) "-help" } { (help) } }
        @if let Some(error) = error { p.field-error id={ (name) "-error" } { (error) } }
    };
    ((!ids.is_empty()).then(|| ids.join(" ")), texts)
}

/// A text of several lines.
#[must_use]
pub fn area(
    name: &str,
    label: &str,
    value: &str,
    rows: u32,
    help: &str,
    errors: &Errors,
) -> Markup {
    let (ids, texts) = described(name, help, errors);
    html! {
        div.field {
            label for=(name) { (label) span.optional { " (optional)" } }
            // A browser drops the first line break of the content, so one is given for it to drop.
            textarea id=(name) name=(name) rows=(rows) aria-describedby=[ids]
                aria-invalid=[errors.of(name).map(|_| "true")] { "\n" (value) }
            (texts)
        }
    }
}

/// A file to send. The form has to be `multipart/form-data`.
#[must_use]
pub fn file(name: &str, label: &str, accept: &str, help: &str, errors: &Errors) -> Markup {
    let (ids, texts) = described(name, help, errors);
    html! {
        div.field {
            label for=(name) { (label) }
            input type="file" id=(name) name=(name) accept=[(!accept.is_empty()).then_some(accept)]
                aria-describedby=[ids] aria-invalid=[errors.of(name).map(|_| "true")];
            (texts)
        }
    }
}

/// Something that is on or off: the field is `yes` or missing.
#[must_use]
pub fn check(name: &str, label: &str, on: bool, help: &str) -> Markup {
    html! {
        label.check {
            input type="checkbox" name=(name) value="yes" checked[on];
            span { (label) @if !help.is_empty() { span.help { (help) } } }
        }
    }
}

/// A drop-down list with help and its error.
#[must_use]
pub fn choice(
    name: &str,
    label: &str,
    chosen: &str,
    options: &[(String, String)],
    help: &str,
    errors: &Errors,
) -> Markup {
    let (ids, texts) = described(name, help, errors);
    html! {
        div.field {
            label for=(name) { (label) }
            select id=(name) name=(name) aria-describedby=[ids]
                aria-invalid=[errors.of(name).map(|_| "true")] {
                @for (value, text) in options { option value=(value) selected[value == chosen] { (text) } }
            }
            (texts)
        }
    }
}
