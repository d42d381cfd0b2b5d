//! How good the decisions are: organisations are simulated whole, past and future, and what Seatwise
//! recommends at its default settings is held against what their people really need. Beside it, the
//! rules that others use, on the same people. No clock and no network are involved: the same seed
//! gives the same table.

mod measure;
mod organisation;
mod table;

use insight::settings::Settings;
use model::{Application, Day};

use measure::{Measured, measure};
use organisation::Organisation;
use table::Table;

/// What to measure.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    /// How many organisations.
    pub(super) organisations: u64,
    /// How many people each of them has.
    pub(super) users: u64,
    /// The first organisation's seed; the next has the next.
    pub(super) seed: u64,
}

/// The first organisation is looked at on this day; the others follow, spread over a year, so that no
/// season is preferred.
const FIRST_DAY: Day = Day(20_458);

/// Measures one organisation after the other; `done` is told after each.
pub(super) fn decisions(
    app: &'static Application,
    wanted: Wanted,
    settings: &Settings,
    mut done: impl FnMut(&Measured),
) -> Table {
    let mut table = Table::new(wanted);
    for number in 0..wanted.organisations {
        let days = 365 * number / wanted.organisations.max(1);
        let today = FIRST_DAY.plus(i32::try_from(days).unwrap_or(0));
        let organisation = Organisation::new(wanted.seed.wrapping_add(number), wanted.users, today);
        let measured = measure(&organisation, app, settings);
        done(&measured);
        table.add(measured);
    }
    table
}

/// A simulated account with a year of history, and a contract for its base licence: what other
/// measurements ask their questions about.
pub(super) fn year(
    application: &'static Application,
    users: u64,
    today: Day,
) -> (insight::Roster, model::Contract) {
    let organisation = Organisation::new(7, users, today);
    let roster = organisation.roster(application, today.plus(-organisation::HISTORY));
    let seats = i64::try_from(users / 2).unwrap_or(i64::MAX);
    (roster, organisation.contract(seats))
}
