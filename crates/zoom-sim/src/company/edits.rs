//! What administrators changed about one person's licences while the simulator runs.
//!
//! A person is copied a lot, so the edits have a fixed size: the last few of each kind.

/// How many changes of one kind are remembered; earlier ones are forgotten.
const KEPT: usize = 4;

/// Values with the second from which each holds, in order of time.
#[derive(Clone, Copy, Debug)]
struct Track<T: Copy>([Option<(i64, T)>; KEPT]);

impl<T: Copy> Default for Track<T> {
    fn default() -> Self {
        Self([None; KEPT])
    }
}

impl<T: Copy> Track<T> {
    /// The value at a moment, if any was set before it.
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
}

impl Edits {
    /// Whether the base licence was given (or taken) before this moment.
    pub(crate) fn licensed(&self, at: i64) -> Option<bool> {
        self.licensed.at(at)
    }

    /// The webinar licence held at a moment by somebody who would hold `usual`.
    pub(crate) fn webinar(&self, at: i64, usual: Option<u16>) -> Option<u16> {
        self.webinar.at(at).unwrap_or(usual)
    }

    /// The large-meeting licence held at a moment by somebody who would hold `usual`.
    pub(crate) fn large(&self, at: i64, usual: Option<u16>) -> Option<u16> {
        self.large.at(at).unwrap_or(usual)
    }

    /// Gives or takes the base licence. Zoom takes the add-ons with it, and does not give them back.
    pub(crate) fn set_licensed(&mut self, from: i64, licensed: bool) {
        self.licensed.set(from, licensed);
        if !licensed {
            self.webinar.set(from, None);
            self.large.set(from, None);
        }
    }

    /// Gives or takes a webinar licence.
    pub(crate) fn set_webinar(&mut self, from: i64, size: Option<u16>) {
        self.webinar.set(from, size);
    }

    /// Gives or takes a large-meeting licence.
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
