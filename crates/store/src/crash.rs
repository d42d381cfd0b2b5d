//! Named places at which a test can make the process die, to prove that a restart ends in the same
//! state. Without the feature `crash-points` they cost nothing.

/// A place at which a crash must do no harm. With the feature `crash-points`, aborts the process when
/// this is the `SEATWISE_CRASH_AT`-th call (counted from 1 over all points of the process).
#[cfg(not(feature = "crash-points"))]
#[inline]
pub fn point(_name: &'static str) {}

/// A place at which a crash must do no harm. Aborts the process when this is the
/// `SEATWISE_CRASH_AT`-th call (counted from 1 over all points of the process). With the value
/// `list`, tells every point on standard error instead.
#[cfg(feature = "crash-points")]
pub fn point(name: &'static str) {
    use std::io::Write as _;
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    /// Which call dies; 0, which no call is, lists them.
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
        // The process dies on the next line: if standard error is closed, nobody misses the text.
        let _ = writeln!(std::io::stderr(), "crash point {passed}: {name}");
        std::process::abort();
    }
}
