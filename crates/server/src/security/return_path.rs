//! The page after signing in: only a path of this origin is accepted, because an attacker can write
//! any address into a link.

/// Returns `text` if it is a path of this origin.
pub(crate) fn checked(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('/')?;
    if rest.starts_with('/') || text.len() > 2_000 {
        return None;
    }
    // Browsers read a backslash as a slash, and remove tabs and line ends before they parse an
    // address.
    if text
        .chars()
        .any(|c| c == '\\' || c.is_control() || !c.is_ascii())
    {
        return None;
    }
    // An encoded backslash or slash at the start is safe in browsers, but not with every proxy.
    let lower = text.to_ascii_lowercase();
    if lower.starts_with("/%2f") || lower.starts_with("/%5c") || lower.starts_with("/%09") {
        return None;
    }
    let base: url::Url = "https://base.invalid".parse().ok()?;
    let joined = base.join(text).ok()?;
    (joined.origin() == base.origin() && !joined.path().starts_with("//")).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s04_only_paths_of_this_origin_are_returned_to() {
        for good in [
            "/",
            "/i/1/users",
            "/i/1/users?user_type=licensed&q=a%20b",
            "/settings#tokens",
            "/i/1/users?q=https%3A%2F%2Fevil.example",
        ] {
            assert_eq!(checked(good), Some(good));
        }
        for bad in [
            "",
            "//evil.example",
            "///evil.example",
            "////evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "\t//evil.example",
            " //evil.example",
            "https://evil.example",
            "https:evil.example",
            "https:/evil.example",
            "http:\\\\evil.example",
            "HTTPS://evil.example/",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "evil.example",
            ".evil.example",
            "@evil.example",
            "/%2fevil.example",
            "/%2Fevil.example",
            "/%5cevil.example",
            "/%5Cevil.example",
            "/%09/evil.example",
            "/..//evil.example",
            "/.//evil.example",
            "/\u{2028}/evil.example",
            "/\u{ff0f}evil.example",
            "/\u{0}/evil.example",
            "?next=//evil.example",
            "#//evil.example",
        ] {
            assert_eq!(checked(bad), None, "{bad:?}");
        }
    }
}
