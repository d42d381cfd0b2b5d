//! Named points at which a test can abort the process, to prove that a restart leads to the same
//! state. Without the feature `crash-points` they cost nothing.

/// A point at which a crash must be harmless. With the feature `crash-points`, aborts the process
/// when this is the `SEATWISE_CRASH_AT`-th call (counted from 1 over all points of the process).
#[cfg(not(feature = "crash-points"))]
#[inline]
pub fn point(_name: &'static str) {}

/// A point at which a crash must be harmless. Aborts the process when this is the
/// `SEATWISE_CRASH_AT`-th call (counted from 1 over all points of the process). With the value
/// `list`, prints every point to standard error instead.
#[cfg(feature = "crash-points")]
pub fn point(name: &'static str) {
    use std::io::Write as _;
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    /// The number of the call that aborts the process; 0 prints all calls instead.
    static AT: OnceLock<Option<u64>> = OnceLock::new();
    static PASSED: AtomicU64 = AtomicU64::new(0);

    let at = AT.get_or_init(|| {
        std::env::var("SEATWISE_CRASH_AT").ok().and_then(|text| {
            if text == "list" {
                Some(0)
            } else {
                text.parse().ok()
            }
        })
    });
    let passed = PASSED.fetch_add(1, Ordering::SeqCst) + 1;
    if *at == Some(0) {
        let _ = writeln!(std::io::stderr(), "crash point {passed}: {name}");
    }
    if *at == Some(passed) {
        // The result does not matter, because the process aborts on the next line.
        let _ = writeln!(std::io::stderr(), "crash point {passed}: {name}");
        std::process::abort();
    }
}
