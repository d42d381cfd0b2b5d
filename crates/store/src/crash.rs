//! Named points at which a test can abort the process, to prove that a restart leads to the same
//! state. Without the feature `crash-points` they cost nothing.

/// A point at which a crash must be harmless. With the feature `crash-points`, aborts the process
/// when this is the `SEATWISE_CRASH_AT`-th call (counted from 1 over all points of the process).
#[cfg(not(feature = "crash-points"))]
#[inline]
pub fn point(_name: &'static str) {}

/// The value of `SEATWISE_CRASH_AT`: where the process aborts.
#[cfg(feature = "crash-points")]
enum CrashAt {
    /// `list`: nowhere; every point is printed to standard error instead.
    List,
    /// A number: at this call, counted from 1 over all points of the process.
    Call(u64),
    /// `name:number`: at this call of the point with this name, counted from 1. Unlike `Call` this means
    /// the same point in every run, because the order of streams that run side by side does not matter.
    Named(String, u64),
}

#[cfg(feature = "crash-points")]
impl CrashAt {
    fn parse(text: &str) -> Option<Self> {
        if text == "list" {
            return Some(Self::List);
        }
        match text.rsplit_once(':') {
            Some((name, call)) => Some(Self::Named(name.to_owned(), call.parse().ok()?)),
            None => text.parse().ok().map(Self::Call),
        }
    }
}

/// A point at which a crash must be harmless. Aborts the process when `SEATWISE_CRASH_AT` names this call.
#[cfg(feature = "crash-points")]
pub fn point(name: &'static str) {
    use std::io::Write as _;
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static AT: OnceLock<Option<CrashAt>> = OnceLock::new();
    static PASSED: AtomicU64 = AtomicU64::new(0);
    /// Calls of the point whose name was given.
    static PASSED_OF_NAME: AtomicU64 = AtomicU64::new(0);

    let at = AT.get_or_init(|| CrashAt::parse(&std::env::var("SEATWISE_CRASH_AT").ok()?));
    let passed = PASSED.fetch_add(1, Ordering::SeqCst) + 1;
    let dies = match at {
        None | Some(CrashAt::List) => false,
        Some(CrashAt::Call(call)) => passed == *call,
        Some(CrashAt::Named(wanted, call)) => {
            wanted.as_str() == name && PASSED_OF_NAME.fetch_add(1, Ordering::SeqCst) + 1 == *call
        }
    };
    if dies || matches!(at, Some(CrashAt::List)) {
        // The result does not matter: a listing is incomplete without the line and fails its test, and a
        // process that dies cannot report an error.
        let _ = writeln!(std::io::stderr(), "crash point {passed}: {name}");
    }
    if dies {
        std::process::abort();
    }
    freeze_at(name);
}

/// Stops the process at the call that `SEATWISE_FREEZE_AT` names (`name:number`), as a machine does that
/// is suspended, until it gets the signal to continue.
#[cfg(feature = "crash-points")]
fn freeze_at(name: &'static str) {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static AT: OnceLock<Option<CrashAt>> = OnceLock::new();
    static PASSED: AtomicU64 = AtomicU64::new(0);

    let at = AT.get_or_init(|| CrashAt::parse(&std::env::var("SEATWISE_FREEZE_AT").ok()?));
    if let Some(CrashAt::Named(wanted, call)) = at
        && wanted.as_str() == name
        && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == *call
    {
        let id = std::process::id().to_string();
        // Without the signal the process goes on and the test fails.
        let _ = std::process::Command::new("kill")
            .args(["-STOP", &id])
            .status();
    }
}
