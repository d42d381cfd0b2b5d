//! Folding of text for search and order: lower case, without diacritics, so that `Müller`, `muller`
//! and `MULLER` are found by each other. Latin letters only; other scripts are lower-cased.

/// Base letters of U+00C0 to U+024F; a dot where there is none.
const LATIN: &[u8; 400] = b"aaaaaa.ceeeeiiiidnooooo.ouuuuy..aaaaaa.ceeeeiiiidnooooo.ouuuuy.y\
aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkkkllllllllllnnnnnn.nnoooooo..rrrrrrssssssss\
ttttttuuuuuuuuuuuuwwyyyzzzzzzs................................oo.............uu...................\
.........aaiioouuuuuuuuuu.aaaa....ggkkoooo..j...gg..nnaa..ooaaaaeeeeiiiioooorrrruuuusstt..hh......\
aaeeooooooooyy............................";

/// Base letters of U+1E00 to U+1EFF; a dot where there is none.
const LATIN_ADDITIONAL: &[u8; 256] =
    b"aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllll\
mmmmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwy.s....\
aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......";

/// Appends the folded form of `text`. Control characters become spaces, so that they can separate
/// entries of an arena.
pub(crate) fn fold_into(text: &str, out: &mut String) {
    for c in text.chars() {
        if c.is_ascii() {
            out.push(if c.is_ascii_control() {
                ' '
            } else {
                c.to_ascii_lowercase()
            });
        } else {
            fold_char(c, out);
        }
    }
}

/// The folded form of `text`.
pub(crate) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

fn fold_char(c: char, out: &mut String) {
    let base = match u32::from(c) {
        // Combining marks: the letter before them is already there.
        0x300..=0x36F => return,
        code @ 0xC0..=0x24F => LATIN[(code - 0xC0) as usize],
        code @ 0x1E00..=0x1EFF => LATIN_ADDITIONAL[(code - 0x1E00) as usize],
        _ => b'.',
    };
    match (base, c) {
        (_, 'ß' | 'ẞ') => out.push_str("ss"),
        (_, 'æ' | 'Æ') => out.push_str("ae"),
        (_, 'œ' | 'Œ') => out.push_str("oe"),
        (_, 'þ' | 'Þ') => out.push_str("th"),
        (b'.', _) if c.is_control() => out.push(' '),
        (b'.', _) => out.extend(c.to_lowercase()),
        (letter, _) => out.push(char::from(letter)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fold_to_typed_text() {
        for (name, typed) in [
            ("Jana Novotná", "jana novotna"),
            ("Deniz Aydın", "deniz aydin"),
            ("Łukasz Żółć", "lukasz zolc"),
            ("Großmann-Ærø", "grossmann-aero"),
            ("Nguyễn Thị", "nguyen thi"),
            ("Zoe\u{308}", "zoe"),
            ("ΑΘΗΝΑ", "αθηνα"),
            ("tab\tand\nline", "tab and line"),
        ] {
            assert_eq!(fold(name), typed);
            assert_eq!(fold(&fold(name)), typed, "folding twice changes nothing");
        }
    }
}
