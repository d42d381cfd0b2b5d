//! Form fields, each with label, help and error.

use maud::{Markup, html};

/// Errors of a form: field name and text. The name `""` means the whole form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Errors(pub Vec<(String, String)>);

impl Errors {
    /// The error of a field, with the cause and a correct value.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(name, _)| name == field)
            .map(|(_, text)| text.as_str())
    }

    pub fn add(&mut self, field: &str, text: impl Into<String>) {
        self.0.push((field.to_owned(), text.into()));
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A text field of one line.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// Name in the form, also used as the element id.
    pub name: &'a str,
    pub label: &'a str,
    /// Input type: `text`, `email`, `password`, `number` or `date`.
    pub kind: &'a str,
    pub value: &'a str,
    /// Help text below the field; empty for none.
    pub help: &'a str,
    /// Value of the attribute `autocomplete`.
    pub autocomplete: &'a str,
    pub required: bool,
    /// Whether the label marks the field as optional if it may be empty.
    pub says_optional: bool,
    /// Smallest allowed number; `None` for other types.
    pub min: Option<i64>,
    /// Largest allowed number; `None` for other types.
    pub max: Option<i64>,
}

impl<'a> Input<'a> {
    /// A required text field without autocompletion.
    #[must_use]
    pub fn text(name: &'a str, label: &'a str, value: &'a str) -> Self {
        Self {
            name,
            label,
            kind: "text",
            value,
            help: "",
            autocomplete: "off",
            required: true,
            says_optional: true,
            min: None,
            max: None,
        }
    }

    /// Sets the input type and `autocomplete`.
    #[must_use]
    pub fn kind(self, kind: &'a str, autocomplete: &'a str) -> Self {
        Self {
            kind,
            autocomplete,
            ..self
        }
    }

    #[must_use]
    pub fn help(self, help: &'a str) -> Self {
        Self { help, ..self }
    }

    /// Makes it a number with a minimum and a maximum.
    #[must_use]
    pub fn between(self, min: i64, max: i64) -> Self {
        Self {
            kind: "number",
            min: Some(min),
            max: Some(max),
            ..self
        }
    }

    /// Allows the field to be empty.
    #[must_use]
    pub fn optional(self) -> Self {
        Self {
            required: false,
            ..self
        }
    }

    /// Required only in some cases, which the page explains; not marked as optional.
    #[must_use]
    pub fn sometimes(self) -> Self {
        Self {
            required: false,
            says_optional: false,
            ..self
        }
    }

    /// The HTML of the field with its error.
    #[must_use]
    pub fn render(self, errors: &Errors) -> Markup {
        let error = errors.of(self.name);
        let help_id = format!("{}-help", self.name);
        let error_id = format!("{}-error", self.name);
        let described: Vec<&str> = [
            (!self.help.is_empty()).then_some(help_id.as_str()),
            error.map(|_| error_id.as_str()),
        ]
        .into_iter()
        .flatten()
        .collect();
        let described = (!described.is_empty()).then(|| described.join(" "));
        html! {
            div.field {
                label for=(self.name) {
                    (self.label)
                    @if !self.required && self.says_optional { span.optional { " (optional)" } }
                }
                input type=(self.kind) id=(self.name) name=(self.name) value=(self.value)
                    autocomplete=(self.autocomplete) required[self.required]
                    min=[self.min] max=[self.max]
                    minlength=[(self.autocomplete == "new-password").then_some(12)]
                    spellcheck="false"
                    aria-invalid=[error.map(|_| "true")] aria-describedby=[described];
                @if !self.help.is_empty() { p.help id=(help_id) { (self.help) } }
                @if let Some(error) = error { p.field-error id=(error_id) { (error) } }
            }
        }
    }
}

/// Radio buttons; each option is value, label and help.
#[must_use]
pub fn radios(name: &str, legend: &str, chosen: &str, options: &[(&str, &str, &str)]) -> Markup {
    html! {
        fieldset.radios {
            legend { (legend) }
            @for (value, label, help) in options {
                label.radio {
                    input type="radio" name=(name) value=(value) checked[*value == chosen];
                    span { (label) @if !help.is_empty() { span.help { (help) } } }
                }
            }
        }
    }
}

/// A drop-down list; each option is value and label.
#[must_use]
pub fn select(name: &str, label: &str, chosen: &str, options: &[(&str, &str)]) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) }
            select id=(name) name=(name) {
                @for (value, text) in options {
                    option value=(value) selected[*value == chosen] { (text) }
                }
            }
        }
    }
}

/// The error of the whole form, or a hint that fields below have errors.
#[must_use]
pub fn summary(errors: &Errors) -> Markup {
    html! {
        @if !errors.is_empty() {
            div.form-error role="alert" {
                @match errors.of("") {
                    Some(text) => (text),
                    None => "Nothing was saved. Please check the marked fields below.",
                }
            }
        }
    }
}

/// A search field; the key `/` focuses it.
#[must_use]
pub fn search(name: &str, label: &str, value: &str) -> Markup {
    html! {
        div.search {
            (super::icon::icon(super::icon::Icon::Search))
            input type="search" name=(name) value=(value) placeholder=(label) aria-label=(label)
                autocomplete="off" spellcheck="false" data-search;
        }
    }
}

/// Text to copy, with a button where scripts are available.
#[must_use]
pub fn copyable(id: &str, label: &str, text: &str) -> Markup {
    html! {
        div.copy {
            code id=(id) { (text) }
            button.small type="button" data-copy=(id) aria-label={ "Copy " (label) } hidden { "Copy" }
        }
    }
}
