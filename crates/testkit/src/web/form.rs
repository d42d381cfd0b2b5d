//! Forms and text of a page, read from its HTML.

/// A form on a page.
#[derive(Debug, Clone, Default)]
pub struct Form {
    /// The address that it is sent to.
    pub action: String,
    /// Whether the method is POST.
    pub post: bool,
    /// Names and values of its fields, without its buttons.
    pub fields: Vec<(String, String)>,
    /// Name, value and label of each button.
    pub buttons: Vec<(String, String, String)>,
}

impl Form {
    /// Fills in a field of the form.
    ///
    /// # Panics
    /// When the field does not exist.
    #[must_use]
    pub fn fill(mut self, name: &str, value: &str) -> Self {
        let field = self.fields.iter_mut().find(|(have, _)| have == name);
        let (_, old) = field.unwrap_or_else(|| panic!("the form has no field {name}"));
        value.clone_into(old);
        self
    }
}

/// Reads the forms of a page. Sufficient for pages of a template engine.
pub(super) fn forms(html: &str) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    let mut open = false;
    // Name of the open select, and whether a value was chosen in it.
    let mut select: Option<(String, bool)> = None;
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let Some(end) = end_of_tag(rest) else { break };
        let (tag, after) = (&rest[..end], &rest[end + 1..]);
        rest = after;
        let name = tag
            .split(|c: char| c.is_whitespace() || c == '/')
            .next()
            .unwrap_or_default();
        let has = |wanted: &str| attributes(tag).any(|(have, _)| have == wanted);
        let get = |wanted: &str| {
            attributes(tag)
                .find(|(have, _)| have == wanted)
                .map(|(_, value)| value)
                .unwrap_or_default()
        };
        if tag == "/form" {
            open = false;
        }
        if name == "form" {
            open = true;
            let post = get("method").eq_ignore_ascii_case("post");
            forms.push(Form {
                action: get("action"),
                post,
                ..Form::default()
            });
        }
        let Some(form) = forms.last_mut().filter(|_| open) else {
            continue;
        };
        match name {
            "input" => match get("type").as_str() {
                "submit" => form.buttons.push((get("name"), get("value"), get("value"))),
                "checkbox" | "radio" if !has("checked") => {}
                "checkbox" if !has("value") => form.fields.push((get("name"), "on".to_owned())),
                _ => form.fields.push((get("name"), get("value"))),
            },
            "textarea" => {
                let text = after.split('<').next().unwrap_or_default();
                form.fields.push((get("name"), unescape(text)));
            }
            "select" => select = Some((get("name"), false)),
            "option" => {
                if let Some((field, filled)) = &mut select {
                    if !*filled {
                        form.fields.push((field.clone(), get("value")));
                    } else if has("selected")
                        && let Some(last) = form.fields.last_mut()
                    {
                        last.1 = get("value");
                    }
                    *filled = true;
                }
            }
            "button" if get("type") != "button" => {
                let text = after.split("</button").next().unwrap_or_default();
                form.buttons
                    .push((get("name"), get("value"), text_of(text)));
            }
            _ => {}
        }
    }
    for form in &mut forms {
        form.fields.retain(|(name, _)| !name.is_empty());
    }
    forms
}

fn end_of_tag(text: &str) -> Option<usize> {
    let mut quote = None;
    text.char_indices().find_map(|(at, c)| {
        match (quote, c) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
        None
    })
}

fn attributes(tag: &str) -> impl Iterator<Item = (String, String)> {
    let mut found = Vec::new();
    let mut rest = tag
        .split_once(char::is_whitespace)
        .map_or("", |(_, rest)| rest)
        .trim();
    while !rest.is_empty() && rest != "/" {
        let end = rest
            .find(|c: char| c == '=' || c.is_whitespace())
            .unwrap_or(rest.len());
        let name = rest[..end].to_ascii_lowercase();
        rest = &rest[end..];
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix('=') {
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
            let (raw, left) = match quote {
                Some(quote) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
                None => after.split_once(char::is_whitespace).unwrap_or((after, "")),
            };
            value = unescape(raw);
            rest = left;
        }
        rest = rest.trim_start();
        found.push((name, value));
    }
    found.into_iter()
}

#[must_use]
pub fn text_of(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        text.push(' ');
        rest = rest[at..].split_once('>').map_or("", |(_, rest)| rest);
    }
    text.push_str(rest);
    unescape(&text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Undoes the escapes of template engines.
#[must_use]
pub fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_a_browser_would_send_it() {
        let page = r#"<form method="post" action="/a?b=1&amp;c=2"><input name=x value="1 &quot;2&quot;">
            <input type="checkbox" name="off"><input type="checkbox" name="on" checked>
            <select name="plan"><option value="free">Free<option value="pro" selected>Pro</select>
            <button name="decision" value="yes"><span>Go</span> on</button></form>"#;
        let form = &forms(page)[0];
        assert_eq!((form.action.as_str(), form.post), ("/a?b=1&c=2", true));
        let fields: Vec<_> = form
            .fields
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        assert_eq!(fields, [("x", "1 \"2\""), ("on", "on"), ("plan", "pro")]);
        assert_eq!(
            form.buttons,
            [("decision".to_owned(), "yes".to_owned(), "Go on".to_owned())]
        );
    }
}
