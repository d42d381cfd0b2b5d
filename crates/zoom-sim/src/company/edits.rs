//! Changes of one person's licences while the simulator runs.
//!
//! Only the last few changes of each kind are kept in a fixed size, because a person is copied often.

use super::suite::Suite;

/// Number of changes of one kind that are kept.
const KEPT: usize = 4;

/// Values with the second from which each is valid, in order of time.
#[derive(Clone, Copy, Debug)]
struct Track<T: Copy>([Option<(i64, T)>; KEPT]);

impl<T: Copy> Default for Track<T> {
    fn default() -> Self {
        Self([None; KEPT])
    }
}

impl<T: Copy> Track<T> {
    /// The value at `at` (seconds); `None` before the first change.
    fn at(&self, at: i64) -> Option<T> {
        let set = self.0.iter().rev().flatten();
        set.into_iter()
            .find(|(from, _)| *from <= at)
            .map(|(_, value)| *value)
    }

    fn set(&mut self, from: i64, value: T) {
        if let Some(free) = self.0.iter_mut().find(|kept| kept.is_none()) {
            *free = Some((from, value));
        } else {
            self.0.rotate_left(1);
            self.0[KEPT - 1] = Some((from, value));
        }
    }
}

/// Changes of the base licence and of the add-ons.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Edits {
    licensed: Track<bool>,
    webinar: Track<Option<u16>>,
    large: Track<Option<u16>>,
    suite: Track<Option<Suite>>,
    no_phone: bool,
}

impl Edits {
    /// Whether the person has the base licence at `at`; `None` if it was not changed until then.
    pub(crate) fn licensed(&self, at: i64) -> Option<bool> {
        self.licensed.at(at)
    }

    /// Size of the webinar licence at `at`; `usual` if it was not changed until then.
    pub(crate) fn webinar(&self, at: i64, usual: Option<u16>) -> Option<u16> {
        self.webinar.at(at).unwrap_or(usual)
    }

    /// Size of the large-meeting licence at `at`; `usual` if it was not changed until then.
    pub(crate) fn large(&self, at: i64, usual: Option<u16>) -> Option<u16> {
        self.large.at(at).unwrap_or(usual)
    }

    /// The suite at `at`; `usual` if it was not changed until then.
    pub(crate) fn suite(&self, at: i64, usual: Option<Suite>) -> Option<Suite> {
        self.suite.at(at).unwrap_or(usual)
    }

    /// Assigns a suite, or takes it away so that the plain licence remains. The telephone goes with a suite
    /// and does not come back with it.
    pub(crate) fn set_suite(&mut self, from: i64, suite: Option<Suite>) {
        self.suite.set(from, suite);
        if suite.is_none() {
            self.no_phone = true;
        }
    }

    /// Whether the person's telephone was lost with a suite.
    pub(crate) fn no_phone(&self) -> bool {
        self.no_phone
    }

    /// Assigns or removes the base licence. The add-ons are removed with it and are not restored, as
    /// in Zoom.
    pub(crate) fn set_licensed(&mut self, from: i64, licensed: bool) {
        self.licensed.set(from, licensed);
        if !licensed {
            self.suite.set(from, None);
            self.webinar.set(from, None);
            self.large.set(from, None);
        }
    }

    /// Assigns a webinar licence of this size, or removes it.
    pub(crate) fn set_webinar(&mut self, from: i64, size: Option<u16>) {
        self.webinar.set(from, size);
    }

    /// Assigns a large-meeting licence of this size, or removes it.
    pub(crate) fn set_large(&mut self, from: i64, size: Option<u16>) {
        self.large.set(from, size);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_change_before_a_moment_counts() {
        let mut edits = Edits::default();
        assert_eq!(edits.licensed(50), None);
        for (at, on) in [
            (10, false),
            (20, true),
            (30, false),
            (40, true),
            (50, false),
        ] {
            edits.set_licensed(at, on);
        }
        assert_eq!(edits.licensed(25), Some(true));
        assert_eq!(edits.licensed(49), Some(true));
        assert_eq!(edits.licensed(60), Some(false));
        assert_eq!(edits.webinar(60, Some(500)), None);
    }
}
