//! Letters as HTML: one column, no images and nothing loaded from elsewhere, so that opening a
//! letter cannot be tracked. Styles are on the elements, because mail programs remove style sheets.

use maud::{DOCTYPE, Markup, html};

use super::template::Piece;

const PAPER: &str = "margin:0;padding:24px 16px;background:#f5f6f8;color:#1b2330;\
    font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const SHEET: &str = "max-width:560px;margin:0 auto;padding:24px;background:#ffffff;\
    border:1px solid #dde1e7;border-radius:8px;overflow-wrap:anywhere";
const BUTTON: &str = "display:inline-block;padding:10px 18px;border-radius:6px;background:#1f5fd1;\
    color:#ffffff;text-decoration:none;font-weight:600";
const SMALL: &str = "color:#5b6676;font-size:13px";

/// A whole document around the body of a letter.
pub fn document(title: &str, body: &Markup, foot: &str) -> String {
    html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { (title) }
            }
            body style=(PAPER) {
                div style=(SHEET) { (body) }
                @if !foot.is_empty() {
                    p style={ (SMALL) ";max-width:560px;margin:12px auto 0" } { (foot) }
                }
            }
        }
    }
    .into_string()
}

/// A button that leads to a page, with its address below as text.
pub fn button(label: &str, address: &str) -> Markup {
    html! {
        a style=(BUTTON) href=(address) { (label) }
        br;
        span style=(SMALL) { (address) }
    }
}

/// A filled template as HTML: empty lines separate paragraphs, and the link becomes a button.
pub fn pieces(pieces: &[Piece], label: &str) -> Markup {
    let mut paragraphs: Vec<Vec<Markup>> = vec![Vec::new()];
    for piece in pieces {
        match piece {
            Piece::Link(address) => last(&mut paragraphs).push(button(label, address)),
            Piece::Text(text) => {
                for (number, part) in text.replace("\r\n", "\n").split("\n\n").enumerate() {
                    if number > 0 {
                        paragraphs.push(Vec::new());
                    }
                    let lines = part.trim_matches('\n').split('\n');
                    last(&mut paragraphs).push(html! {
                        @for (number, line) in lines.enumerate() {
                            @if number > 0 { br; }
                            (line)
                        }
                    });
                }
            }
        }
    }
    html! {
        @for paragraph in paragraphs.iter().filter(|parts| !parts.is_empty()) {
            p { @for part in paragraph { (part) } }
        }
    }
}

fn last(paragraphs: &mut Vec<Vec<Markup>>) -> &mut Vec<Markup> {
    if paragraphs.is_empty() {
        paragraphs.push(Vec::new());
    }
    let at = paragraphs.len() - 1;
    &mut paragraphs[at]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s08_what_people_are_called_is_text_in_a_letter() {
        let parts = [
            Piece::Text("Hello <script>alert(1)</script> \"O'Neil\" & \u{202e}co,\n\nread:".into()),
            Piece::Link("https://seats.example/answer/a?b=1&c=2".into()),
            Piece::Text("\n\nOne\nTwo".into()),
        ];
        let html = document("<x>", &pieces(&parts, "Answer"), "foot & co");
        assert!(!html.contains("<script"));
        assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
        assert!(html.contains("\u{202e}"), "verbatim");
        assert!(html.contains("href=\"https://seats.example/answer/a?b=1&amp;c=2\""));
        assert!(html.contains("One<br>Two"));
        for loaded in ["<img", "src=", "url(", "<link"] {
            assert!(!html.contains(loaded), "{loaded} would tell who reads");
        }
    }
}
