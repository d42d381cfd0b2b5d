//! Templates of texts, with names in braces that are replaced by values: `Hello {person}`. Values
//! are inserted once and not read as a template again; unknown names stay unchanged.

/// The names that a template can contain, with a description for people.
pub const NAMES: [(&str, &str); 9] = [
    ("person", "name of the person who is asked"),
    ("holder", "name of the person who holds the licence"),
    ("licence", "the licence in question"),
    ("application", "the application, such as Zoom"),
    ("organisation", "your organisation's name"),
    ("reason", "why you ask, with the facts"),
    ("deadline", "until when to answer"),
    ("silence", "what happens without an answer"),
    ("link", "the page where one answers"),
];

/// The longest subject, in characters.
pub const LONGEST_SUBJECT: usize = 200;
/// The longest body, in characters.
pub const LONGEST_BODY: usize = 10_000;

/// Subject of a question, unless the organisation has a template.
pub const SUBJECT: &str = "Do you still need your {licence} licence in {application}?";
/// Body of a question, unless the organisation has a template.
pub const BODY: &str = "Hello {person},

You hold a {licence} licence in {application}. It looks as if you don't need it at the moment:

{reason}

Please tell us by {deadline}. It takes a minute, and you don't have to sign in:

{link}

You can keep the licence, give it up, or name a colleague who should have it. {silence}

Thank you
{organisation}";

/// Body of a question to a person who is asked instead of the holder.
pub const DELEGATED_BODY: &str = "Hello {person},

{holder} holds a {licence} licence in {application}, and you were named as the one to ask about it. \
It looks as if it isn't needed at the moment:

{reason}

Please tell us by {deadline}. It takes a minute, and you don't have to sign in:

{link}

{silence}

Thank you
{organisation}";

/// A part of a filled template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    Link(String),
}

/// Fills a template. `value` returns the text for a name; the name `link` becomes a link.
pub fn fill(template: &str, value: impl Fn(&str) -> Option<String>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    for part in parts(template) {
        match part {
            Part::Text(words) => text.push_str(words),
            Part::Name("link") => {
                pieces.push(Piece::Text(std::mem::take(&mut text)));
                pieces.push(Piece::Link(value("link").unwrap_or_default()));
            }
            Part::Name(name) => {
                text.push_str(&value(name).unwrap_or_else(|| format!("{{{name}}}")));
            }
        }
    }
    pieces.push(Piece::Text(text));
    pieces.retain(|piece| *piece != Piece::Text(String::new()));
    pieces
}

/// A filled template as plain text.
pub fn plain(pieces: &[Piece]) -> String {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) | Piece::Link(text) => text.as_str(),
        })
        .collect()
}

/// Whether a template contains the name `link`.
pub fn has_link(template: &str) -> bool {
    has(template, "link")
}

/// Whether a template contains this name.
pub fn has(template: &str, name: &str) -> bool {
    parts(template).any(|part| part == Part::Name(name))
}

/// The fault of a subject, if it has one.
pub fn objection_to_subject(subject: &str) -> Option<String> {
    if subject.trim().is_empty() {
        return Some("Give a subject.".to_owned());
    }
    if subject.chars().count() > LONGEST_SUBJECT {
        return Some(format!("At most {LONGEST_SUBJECT} characters."));
    }
    if subject.chars().any(char::is_control) {
        return Some("A subject is one line.".to_owned());
    }
    if has_link(subject) {
        return Some("The link can't stand in the subject; put it into the text.".to_owned());
    }
    unknown_name(subject)
}

/// The fault of a body, if it has one.
pub fn objection_to_body(body: &str) -> Option<String> {
    if body.chars().count() > LONGEST_BODY {
        return Some(format!("At most {LONGEST_BODY} characters."));
    }
    if !has_link(body) {
        return Some(
            "The text has to contain {link}, because it leads to the answer page.".to_owned(),
        );
    }
    unknown_name(body)
}

fn unknown_name(template: &str) -> Option<String> {
    parts(template).find_map(|part| match part {
        Part::Name(name) if !NAMES.iter().any(|(known, _)| *known == name) => {
            let known: Vec<String> = NAMES
                .iter()
                .map(|(name, _)| format!("{{{name}}}"))
                .collect();
            Some(format!(
                "{{{name}}} can't be filled in; there are {}.",
                known.join(", ")
            ))
        }
        _ => None,
    })
}

#[derive(Debug, PartialEq, Eq)]
enum Part<'a> {
    Text(&'a str),
    Name(&'a str),
}

/// Splits a template into text and names. Braces around anything but a word of lower-case letters
/// are text.
fn parts(template: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = template;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some((name, after)) = name_at_start(rest) {
            rest = after;
            return Some(Part::Name(name));
        }
        let mut end = rest.len();
        for (at, _) in rest.match_indices('{') {
            if at > 0 && name_at_start(&rest[at..]).is_some() {
                end = at;
                break;
            }
        }
        let (text, after) = rest.split_at(end);
        rest = after;
        Some(Part::Text(text))
    })
}

fn name_at_start(text: &str) -> Option<(&str, &str)> {
    let (name, after) = text.strip_prefix('{')?.split_once('}')?;
    let fits = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    fits.then_some((name, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(name: &str) -> Option<String> {
        Some(match name {
            "person" => "{link} & <b>{person}</b>".to_owned(),
            "link" => "https://seats.example/answer/x".to_owned(),
            _ => return None,
        })
    }

    #[test]
    fn values_are_filled_in_once_and_unknown_names_stay() {
        let pieces = fill("Hi {person}, {who}: {link}. { } {Person} {", value);
        assert_eq!(
            pieces,
            [
                Piece::Text("Hi {link} & <b>{person}</b>, {who}: ".to_owned()),
                Piece::Link("https://seats.example/answer/x".to_owned()),
                Piece::Text(". { } {Person} {".to_owned()),
            ]
        );
        assert!(plain(&pieces).ends_with("answer/x. { } {Person} {"));
    }

    #[test]
    fn the_texts_that_come_with_it_are_right() {
        assert_eq!(objection_to_subject(SUBJECT), None);
        assert_eq!(objection_to_body(BODY), None);
    }

    #[test]
    fn what_is_wrong_with_a_text_is_said() {
        let body = |text: &str| objection_to_body(text).unwrap_or_default();
        assert!(body("Hello {person}").contains("{link}"));
        assert!(body("{link} {name}").contains("{name} can't be filled in"));
        assert!(body("{link} {name}").contains("{person}"));
        assert!(body(&format!("{{link}}{}", "x".repeat(10_001))).contains("10000"));
        assert_eq!(body("{link} {Not a name} {} {x"), "");
        let subject = |text: &str| objection_to_subject(text).unwrap_or_default();
        assert!(subject(" ").contains("Give"));
        assert!(subject("a\nb").contains("one line"));
        assert!(subject("{link}").contains("text"));
    }
}
