//! The program under test and what it is run against.

use testkit::database::Database;
use testkit::process::Program;
use testkit::zoom::Zoom;

/// The binary, with the master key of the tests.
pub(crate) fn seatwise() -> Program {
    let (name, key) = Database::key();
    Program::at(env!("CARGO_BIN_EXE_seatwise")).env(name, key)
}

/// The binary, pointed at a database and a simulated Zoom.
pub(crate) fn seatwise_with(database: &Database, zoom: &Zoom) -> Program {
    let mut program = seatwise()
        .env("SEATWISE_ZOOM_API_URL", zoom.url.as_str())
        .env("SEATWISE_ZOOM_OAUTH_URL", zoom.oauth_url().as_str())
        .env("SEATWISE_DATA_DIR", database.directory());
    if let store::Location::Postgres(url) = database.location() {
        program = program.env("SEATWISE_DATABASE_URL", url);
    }
    program
}
