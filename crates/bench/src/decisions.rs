//! How good the decisions are: organisations are simulated whole, past and future, and the
//! recommendations of Seatwise at its default settings are compared with the true needs of their people.
//! The rules that others use are measured on the same people. Clock and network are not involved, so
//! the same seed gives the same table.

mod measure;
mod organisation;
mod table;

use indicatif::{ProgressBar, ProgressStyle};
use insight::settings::Settings;
use model::{Application, Day};

use crate::cli::Sample;
use crate::output::{Result, print};
use measure::{Measured, measure};
use organisation::Organisation;
use table::Table;

/// The day on which the first organisation is judged. The others follow, spread over a year, so that no
/// season is preferred.
const FIRST_DAY: Day = Day(20_458);

/// Measures the sample and prints its table.
pub(crate) fn run(sample: Sample, json: bool) -> Result<()> {
    let application = &connector_zoom::ZOOM;
    let progress = ProgressBar::new(sample.organisations);
    progress.set_style(
        ProgressStyle::with_template("{bar:30} {pos} of {len} organisations, {eta} left")
            .unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    let settings = Settings::default();
    let table = measure_all(application, sample, &settings, |_| progress.inc(1));
    progress.finish_and_clear();
    if json {
        print(&table.json().to_string())
    } else {
        print(&table.text())
    }
}

/// Measures one organisation after the other; `done` is called after each.
fn measure_all(
    app: &'static Application,
    sample: Sample,
    settings: &Settings,
    mut done: impl FnMut(&Measured),
) -> Table {
    let mut table = Table::new(sample);
    for number in 0..sample.organisations {
        let days = 365 * number / sample.organisations.max(1);
        let today = FIRST_DAY.plus(i32::try_from(days).unwrap_or(0));
        let organisation = Organisation::new(sample.seed.wrapping_add(number), sample.users, today);
        let measured = measure(&organisation, app, settings);
        done(&measured);
        table.add(measured);
    }
    table
}

/// A simulated account with a year of history, and a contract for its base licence. Measurements of
/// speed use it.
pub(crate) fn year(
    application: &'static Application,
    users: u64,
    today: Day,
) -> (insight::Roster, model::Contract) {
    let organisation = Organisation::new(7, users, today);
    let roster = organisation.roster(application, today.plus(-organisation::HISTORY));
    let seats = i64::try_from(users / 2).unwrap_or(i64::MAX);
    (roster, organisation.contract(seats))
}
