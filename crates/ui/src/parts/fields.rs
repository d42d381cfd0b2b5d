//! Form fields for more than one line of text: long texts, files, check boxes, and lists with their
//! own error.

use maud::{Markup, html};

use super::form::Errors;

/// Ids for `aria-describedby`, and the help and error texts themselves.
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

/// A text field of several lines.
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
            // Browsers drop the first line break of a text area, so an extra one is added.
            textarea id=(name) name=(name) rows=(rows) aria-describedby=[ids]
                aria-invalid=[errors.of(name).map(|_| "true")] { "\n" (value) }
            (texts)
        }
    }
}

/// A file to upload. The form has to be `multipart/form-data`.
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

/// A check box; the form field is `yes` or missing.
#[must_use]
pub fn check(name: &str, label: &str, on: bool, help: &str) -> Markup {
    html! {
        label.check {
            input type="checkbox" name=(name) value="yes" checked[on];
            span { (label) @if !help.is_empty() { span.help { (help) } } }
        }
    }
}

/// A drop-down list with help and error texts.
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
