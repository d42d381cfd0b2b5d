//! Values that several kinds of records have.

use std::net::IpAddr;

use model::{Day, Timestamp};

/// A day, from a date or from a date-time (Zoom echoes both).
pub(crate) fn day(text: &str) -> Option<Day> {
    text.get(..10)?.parse().ok()
}

/// A time. One without a zone is in UTC, because Zoom's documents promise UTC for all reports and some
/// of its services leave the zone out.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(at) = text.parse() {
        return Some(at);
    }
    let zoneless = text.replacen(' ', "T", 1);
    [format!("{zoneless}Z"), format!("{zoneless}:00Z")]
        .iter()
        .find_map(|text| text.parse().ok())
}

pub(super) fn address(text: Option<&str>) -> String {
    text.unwrap_or_default().trim().to_lowercase()
}

/// The address, if there is one.
pub(super) fn person(text: Option<&str>) -> Option<String> {
    Some(address(text)).filter(|address| !address.is_empty())
}

pub(super) fn small(number: i64) -> i32 {
    i32::try_from(number.max(0)).unwrap_or(i32::MAX)
}

/// The network of an address: /24 for IPv4, /48 for IPv6. Nothing when it is no address.
pub(super) fn network(text: &str) -> String {
    match text
        .trim()
        .parse::<IpAddr>()
        .map(|address| address.to_canonical())
    {
        Ok(IpAddr::V4(address)) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, ..] = address.segments();
            format!("{}/48", std::net::Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r36_times_without_a_zone_are_in_utc() {
        let expected = moment("2026-11-26T07:00:00Z");
        assert!(expected.is_some());
        for text in [
            "2026-11-26 07:00:00",
            "2026-11-26T07:00:00",
            "2026-11-26 07:00",
            " 2026-11-26 07:00:00 ",
            "2026-11-26 07:00:00Z",
            "2026-11-26T08:00:00+01:00",
        ] {
            assert_eq!(moment(text), expected, "{text}");
        }
        for text in ["", "yesterday", "2026-11-26", "26/11/2026 07:00", "07:00"] {
            assert_eq!(moment(text), None, "{text}");
        }
    }

    #[test]
    fn addresses_are_cut_to_their_network() {
        assert_eq!(network("192.0.2.77"), "192.0.2.0/24");
        assert_eq!(network("2001:db8:1:2::9"), "2001:db8:1::/48");
        assert_eq!(network("::ffff:192.0.2.77"), "192.0.2.0/24");
        assert_eq!(network("nonsense"), "");
    }
}
