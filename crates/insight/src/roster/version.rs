//! Versions such as `6.2.11.43613 (mac)`: their order, groups and leading parts.

use std::cmp::Ordering;

/// Number by number, then by the rest of the text.
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    numbers(a).cmp(numbers(b)).then_with(|| a.cmp(b))
}

fn numbers(text: &str) -> impl Iterator<Item = u64> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    text[..end]
        .split('.')
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().unwrap_or(u64::MAX))
}

fn is_boundary(c: char) -> bool {
    matches!(c, '.' | ' ' | '(')
}

/// Whether the version is `part` or begins with it at a dot, space or bracket.
pub(crate) fn begins_with(version: &str, part: &str) -> bool {
    version
        .strip_prefix(part)
        .is_some_and(|rest| rest.chars().next().is_none_or(is_boundary))
}

/// The group of a version: its first two numbers, or without numbers the text before the first boundary.
/// [`begins_with`] is true for exactly the versions of a group.
pub(crate) fn group(version: &str) -> &str {
    let head = |from: usize| {
        version[from..]
            .find(is_boundary)
            .map_or(version.len(), |at| from + at)
    };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let first = head(0);
    if !is_number(&version[..first]) {
        return if first == 0 {
            version
        } else {
            &version[..first]
        };
    }
    if version[first..].starts_with('.') {
        let second = head(first + 1);
        if is_number(&version[first + 1..second]) {
            return &version[..second];
        }
    }
    version
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_group_by_two_numbers() {
        for (version, expected) in [
            ("6.2.11.43613 (mac)", "6.2"),
            ("6.20.1", "6.20"),
            ("6.2(1234)", "6.2"),
            ("6.2", "6.2"),
            ("6", "6"),
            ("web client", "web"),
            ("", ""),
        ] {
            assert_eq!(group(version), expected);
            assert!(begins_with(version, expected));
        }
    }

    #[test]
    fn a_leading_part_ends_at_a_boundary() {
        assert!(begins_with("6.2.11.43613 (mac)", "6.2"));
        assert!(begins_with("6.2.11.43613 (mac)", "6.2.11.43613"));
        assert!(begins_with("6.2.11.43613(mac)", "6.2.11.43613"));
        assert!(!begins_with("6.20.1", "6.2"));
        assert!(!begins_with("6.2beta", "6.2"));
    }

    #[test]
    fn versions_order_by_number() {
        assert_eq!(compare("6.10.1", "6.9.9 (mac)"), Ordering::Greater);
        assert_eq!(compare("5.17", "6.2"), Ordering::Less);
        assert_eq!(compare("6.2 (mac)", "6.2 (win)"), Ordering::Less);
    }
}
