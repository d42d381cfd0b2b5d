//! Packed days of users: sign-in days as a bitmap or as gaps, whichever is shorter, and hosted days as a few
//! bytes each. The newest day comes first, because recent days are read most often.
//!
//! Days are offsets from a roster's origin. Packing counts back from a reference offset, and no packed day is
//! later than that.

use model::{HostedSummary, NeedKind, Needs};

/// Days of one kind, packed and read back.
pub(crate) trait Packed: Copy {
    /// Offset from the roster's origin.
    fn day(&self) -> u16;
    /// Merges another item of the same day into this one.
    fn merge(&mut self, other: &Self);
    /// Appends the packed form of days that are distinct and sorted newest first.
    fn pack(days: &[Self], reference: u16, out: &mut Vec<u8>);
    /// Appends the unpacked days, newest first.
    fn unpack(bytes: &[u8], reference: u16, out: &mut Vec<Self>);
}

/// Sorts days newest first and merges items of the same day.
pub(crate) fn settle<T: Packed>(days: &mut Vec<T>) {
    days.sort_unstable_by_key(|day| std::cmp::Reverse(day.day()));
    days.dedup_by(|later, kept| {
        let same = later.day() == kept.day();
        if same {
            kept.merge(later);
        }
        same
    });
}

/// A day on which the user signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SignInDay(pub(crate) u16);

impl Packed for SignInDay {
    fn day(&self) -> u16 {
        self.0
    }

    fn merge(&mut self, _: &Self) {}

    fn pack(days: &[Self], reference: u16, out: &mut Vec<u8>) {
        let (Some(newest), Some(oldest)) = (days.first(), days.last()) else {
            return;
        };
        let head = u32::from(reference - newest.0) * 2;
        let span = usize::from(newest.0 - oldest.0);
        let gaps = days.windows(2).map(|pair| u32::from(pair[0].0 - pair[1].0));
        let gap_bytes: usize = gaps.clone().map(varint_len).sum();
        if gap_bytes <= span.div_ceil(8) {
            push_varint(head + 1, out);
            for gap in gaps {
                push_varint(gap, out);
            }
        } else {
            push_varint(head, out);
            let first = out.len();
            out.resize(first + span.div_ceil(8), 0);
            for day in &days[1..] {
                let bit = usize::from(newest.0 - day.0) - 1;
                out[first + bit / 8] |= 1 << (bit % 8);
            }
        }
    }

    fn unpack(mut bytes: &[u8], reference: u16, out: &mut Vec<Self>) {
        if bytes.is_empty() {
            return;
        }
        let head = take_varint(&mut bytes);
        let newest = back(reference, head / 2);
        out.push(Self(newest));
        if head % 2 == 1 {
            let mut day = newest;
            while !bytes.is_empty() {
                day = back(day, take_varint(&mut bytes));
                out.push(Self(day));
            }
        } else {
            for (i, byte) in (0_u32..).zip(bytes) {
                for bit in (0..8).filter(|bit| byte >> bit & 1 == 1) {
                    out.push(Self(back(newest, i * 8 + bit + 1)));
                }
            }
        }
    }
}

/// The events that a user hosted on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hosting {
    pub(crate) day: u16,
    pub(crate) meetings: u32,
    pub(crate) webinars: u32,
    pub(crate) minutes: u32,
    pub(crate) longest: u32,
    pub(crate) participants: u32,
    /// The reasons why any of the events needed a licence.
    pub(crate) needs: Needs,
}

/// Gaps from this on are written after the first byte.
const LONG_GAP: u32 = 15;
/// One meeting and nothing else: the longest is all of the minutes.
const SINGLE: u8 = 1 << 4;
/// The bit for days with webinars.
const WEBINARS: u8 = 1 << 5;
/// The position of the two bits with the index in [`COMMON_NEEDS`].
const NEEDS_SHIFT: u8 = 6;
/// Needs of most days, which fit into the first byte. All others follow in a byte of their own.
const COMMON_NEEDS: [Needs; 3] = [
    Needs::NONE,
    Needs(1 << NeedKind::Length as u8),
    Needs(1 << NeedKind::Length as u8 | 1 << NeedKind::CloudRecording as u8),
];
const OTHER_NEEDS: u8 = 3;

impl Hosting {
    /// The code of the needs in the first byte.
    fn needs_code(&self) -> u8 {
        let known = COMMON_NEEDS.iter().zip(0_u8..);
        known
            .into_iter()
            .find(|(needs, _)| **needs == self.needs)
            .map_or(OTHER_NEEDS, |(_, code)| code)
    }
}

impl Packed for Hosting {
    fn day(&self) -> u16 {
        self.day
    }

    fn merge(&mut self, other: &Self) {
        self.meetings = self.meetings.saturating_add(other.meetings);
        self.webinars = self.webinars.saturating_add(other.webinars);
        self.minutes = self.minutes.saturating_add(other.minutes);
        self.longest = self.longest.max(other.longest);
        self.participants = self.participants.max(other.participants);
        self.needs = self.needs.union(other.needs);
    }

    fn pack(days: &[Self], reference: u16, out: &mut Vec<u8>) {
        let mut after = reference;
        for day in days {
            let gap = u32::from(after - day.day);
            after = day.day;
            let single = day.meetings == 1 && day.webinars == 0 && day.longest == day.minutes;
            let mut head = gap.min(LONG_GAP) as u8;
            head |= if single { SINGLE } else { 0 };
            head |= if day.webinars > 0 { WEBINARS } else { 0 };
            let needs = day.needs_code();
            head |= needs << NEEDS_SHIFT;
            out.push(head);
            if needs == OTHER_NEEDS {
                out.push(day.needs.0);
            }
            if gap >= LONG_GAP {
                push_varint(gap - LONG_GAP, out);
            }
            if !single {
                push_varint(day.meetings, out);
                if day.webinars > 0 {
                    push_varint(day.webinars, out);
                }
                push_varint(day.longest, out);
            }
            push_varint(day.minutes, out);
            push_varint(day.participants, out);
        }
    }

    fn unpack(bytes: &[u8], reference: u16, out: &mut Vec<Self>) {
        out.extend(HostingDays::new(bytes, reference));
    }
}

/// Packed hosted days, unpacked one by one, the newest first.
pub(crate) struct HostingDays<'a> {
    bytes: &'a [u8],
    after: u16,
}

impl<'a> HostingDays<'a> {
    pub(crate) fn new(bytes: &'a [u8], reference: u16) -> Self {
        Self {
            bytes,
            after: reference,
        }
    }
}

impl Iterator for HostingDays<'_> {
    type Item = Hosting;

    fn next(&mut self) -> Option<Hosting> {
        let bytes = &mut self.bytes;
        let (head, rest) = bytes.split_first()?;
        *bytes = rest;
        let code = head >> NEEDS_SHIFT;
        let needs = if let Some(needs) = COMMON_NEEDS.get(usize::from(code)) {
            *needs
        } else {
            let (needs, rest) = bytes.split_first()?;
            *bytes = rest;
            Needs(*needs)
        };
        let mut gap = u32::from(head % 16);
        if gap == LONG_GAP {
            gap += take_varint(bytes);
        }
        self.after = back(self.after, gap);
        let mut day = Hosting {
            day: self.after,
            meetings: 1,
            webinars: 0,
            minutes: 0,
            longest: 0,
            participants: 0,
            needs,
        };
        let single = head & SINGLE != 0;
        if !single {
            day.meetings = take_varint(bytes);
            if head & WEBINARS != 0 {
                day.webinars = take_varint(bytes);
            }
            day.longest = take_varint(bytes);
        }
        day.minutes = take_varint(bytes);
        if single {
            day.longest = day.minutes;
        }
        day.participants = take_varint(bytes);
        Some(day)
    }
}

fn back(day: u16, gap: u32) -> u16 {
    day.saturating_sub(u16::try_from(gap).unwrap_or(u16::MAX))
}

fn varint_len(value: u32) -> usize {
    (32 - (value | 1).leading_zeros()).div_ceil(7) as usize
}

fn push_varint(mut value: u32, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push((value & 0x7F) as u8 | 0x80);
        value >>= 7;
    }
    out.push((value & 0x7F) as u8);
}

fn take_varint(bytes: &mut &[u8]) -> u32 {
    // Most numbers are small.
    if let Some((byte, rest)) = bytes.split_first()
        && byte & 0x80 == 0
    {
        *bytes = rest;
        return u32::from(*byte);
    }
    let mut value = 0;
    let mut shift = 0;
    while let Some((byte, rest)) = bytes.split_first() {
        *bytes = rest;
        value |= u32::from(byte & 0x7F) << shift;
        shift += 7;
        if byte & 0x80 == 0 || shift > 28 {
            break;
        }
    }
    value
}

/// The number of participants; zero when it is not known.
pub(crate) fn people(event: &HostedSummary) -> u32 {
    let people = event.participants.unwrap_or(0);
    u32::try_from(people).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hosting() -> impl Strategy<Value = Hosting> {
        (
            0_u16..2000,
            0_u32..4,
            0_u32..3,
            0_u32..2000,
            0_u32..2000,
            any::<u32>(),
            prop_oneof![Just(0), Just(1), Just(5), 0_u8..128],
        )
            .prop_map(
                |(day, meetings, webinars, minutes, longest, participants, needs)| Hosting {
                    day,
                    meetings,
                    webinars,
                    minutes,
                    longest,
                    participants,
                    needs: Needs(needs),
                },
            )
    }

    fn read_back<T: Packed>(mut days: Vec<T>, reference: u16) -> (Vec<T>, Vec<T>) {
        settle(&mut days);
        let (mut bytes, mut read) = (Vec::new(), Vec::new());
        T::pack(&days, reference, &mut bytes);
        T::unpack(&bytes, reference, &mut read);
        (days, read)
    }

    proptest! {
        #[test]
        fn hosted_days_unpack_to_the_packed_days(
            days in prop::collection::vec(hosting(), 0..60),
            more in 0_u16..60_000,
        ) {
            let (days, read) = read_back(days, 2000 + more);
            prop_assert_eq!(days, read);
        }

        #[test]
        fn sign_in_days_unpack_to_the_packed_days(
            days in prop::collection::vec(0_u16..500, 0..200),
            far in prop::collection::vec(any::<u16>(), 0..5),
        ) {
            let days = days.into_iter().chain(far).map(SignInDay).collect();
            let (days, read) = read_back(days, u16::MAX);
            prop_assert_eq!(days, read);
        }
    }

    #[test]
    fn a_year_of_daily_sign_ins_is_a_bitmap() {
        let days: Vec<_> = (0..365).rev().map(SignInDay).collect();
        let mut bytes = Vec::new();
        SignInDay::pack(&days, 364, &mut bytes);
        assert!(bytes.len() <= 47, "{} bytes", bytes.len());
    }
}
