//! Values that several kinds of records have.

use std::net::IpAddr;

use model::{Day, Timestamp};

/// A day, from a date or from a date-time (Zoom echoes both).
pub(crate) fn day(text: &str) -> Option<Day> {
    text.get(..10)?.parse().ok()
}

pub(super) fn moment(text: &str) -> Option<Timestamp> {
    text.trim().parse().ok()
}

pub(super) fn address(text: Option<&str>) -> String {
    text.unwrap_or_default().trim().to_lowercase()
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
    fn addresses_are_cut_to_their_network() {
        assert_eq!(network("192.0.2.77"), "192.0.2.0/24");
        assert_eq!(network("2001:db8:1:2::9"), "2001:db8:1::/48");
        assert_eq!(network("::ffff:192.0.2.77"), "192.0.2.0/24");
        assert_eq!(network("nonsense"), "");
    }
}
