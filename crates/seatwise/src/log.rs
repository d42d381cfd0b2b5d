//! The log. It goes to standard error because standard output is for results.

use std::fmt::{self, Debug};
use std::io::IsTerminal as _;

use tracing::field::Field;
use tracing_subscriber::field::MakeExt as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::{Writer, debug_fn};
use tracing_subscriber::fmt::layer;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::cli::Common;
use crate::exit::Failure;

/// Sets up the log.
pub(crate) fn start(common: &Common) -> Result<(), Failure> {
    // `Targets` rather than `EnvFilter`, because that brings an engine for regular expressions along.
    let filter: Targets = common.log.parse().map_err(|error| {
        Failure::usage(format!(
            "--log: `{}` is not a filter ({error}); try `info` or `sync=debug,info`",
            common.log
        ))
    })?;
    let registry = tracing_subscriber::registry().with(filter);
    let lines = layer().with_writer(std::io::stderr);
    if common.log_json {
        registry.with(lines.with_ansi(false).json()).init();
    } else {
        let lines = lines
            .with_ansi(std::io::stderr().is_terminal())
            .fmt_fields(debug_fn(field).delimited(" "));
        registry.with(lines).init();
    }
    Ok(())
}

/// Writes one field on one line, whatever it contains: texts of Zoom and of requests must not be able to
/// forge entries.
fn field(writer: &mut Writer<'_>, field: &Field, value: &dyn Debug) -> fmt::Result {
    if field.name() != "message" {
        write!(writer, "{field}=")?;
    }
    for symbol in format!("{value:?}").chars() {
        if symbol.is_control() || matches!(symbol, '\u{2028}' | '\u{2029}') {
            write!(writer, "{}", symbol.escape_default())?;
        } else {
            writer.write_char(symbol)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Buffer(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn s21_a_text_with_line_breaks_stays_one_entry() {
        let buffer = Buffer::default();
        let writer = buffer.clone();
        let lines = layer()
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .fmt_fields(debug_fn(field).delimited(" "));
        let hostile = "no\r\n2026-01-01T00:00:00Z ERROR forged\u{1b}[31m\u{2028}end";
        tracing::subscriber::with_default(tracing_subscriber::registry().with(lines), || {
            tracing::warn!(reason = %hostile, text = hostile, number = 7, "it says {hostile}");
        });
        let text = String::from_utf8(buffer.0.lock().unwrap().clone()).unwrap();
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(
            !text.contains('\u{1b}') && !text.contains('\u{2028}'),
            "{text}"
        );
        assert!(text.contains("it says no\\r\\n2026"), "{text}");
        assert!(
            text.contains("reason=no\\r\\n2026") && text.contains("number=7"),
            "{text}"
        );
    }
}
