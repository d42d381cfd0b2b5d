//! Days of many people while a roster is built, packed as they arrive. The result is the same for any order,
//! but when the days of one person arrive together it needs only a few bytes for each.

use super::addresses::Person;
use super::days::{Packed, settle};

/// Packed runs of days, each of one person.
#[derive(Debug)]
pub(crate) struct Runs<T> {
    open: Option<Person>,
    days: Vec<T>,
    bytes: Vec<u8>,
    /// Person and where their run begins.
    heads: Vec<(Person, usize)>,
}

/// While days come in, the newest is not known yet.
const REFERENCE: u16 = u16::MAX;

impl<T: Packed> Runs<T> {
    pub(crate) fn new() -> Self {
        Self {
            open: None,
            days: Vec::new(),
            bytes: Vec::new(),
            heads: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, person: Person, day: T) {
        if self.open != Some(person) {
            self.close();
            self.open = Some(person);
        }
        self.days.push(day);
    }

    fn close(&mut self) {
        if let Some(person) = self.open.take() {
            settle(&mut self.days);
            self.heads.push((person, self.bytes.len()));
            T::pack(&self.days, REFERENCE, &mut self.bytes);
            self.days.clear();
        }
    }

    /// Calls `visit` once for each person with days, in the order of `rank`, with the days newest first.
    pub(crate) fn visit(
        mut self,
        rank: impl Fn(Person) -> u32,
        mut visit: impl FnMut(Person, &[T]),
    ) {
        self.close();
        let mut spans: Vec<(u32, Person, usize, usize)> = Vec::with_capacity(self.heads.len());
        for (i, (person, start)) in self.heads.iter().enumerate() {
            let end = self
                .heads
                .get(i + 1)
                .map_or(self.bytes.len(), |(_, next)| *next);
            spans.push((rank(*person), *person, *start, end));
        }
        self.heads = Vec::new();
        spans.sort_unstable();
        let mut days = Vec::new();
        for group in spans.chunk_by(|a, b| a.1 == b.1) {
            days.clear();
            for (_, _, start, end) in group {
                T::unpack(&self.bytes[*start..*end], REFERENCE, &mut days);
            }
            if group.len() > 1 {
                settle(&mut days);
            }
            visit(group[0].1, &days);
        }
    }
}
