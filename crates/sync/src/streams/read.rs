//! Reads a stream by its shape.

use connector::{PageRequest, Reading, Shape};
use store::RejectedScope;

use super::history::Lanes;
use super::records::writes_of;
use super::rejects::Rejects;
use super::{calendar, details, groups, history, users};
use crate::run::{Run, Stop};

/// Reads one stream to its end.
pub(crate) async fn read(run: &Run<'_>, reading: &Reading, lanes: &Lanes) -> Result<(), Stop> {
    let stream = reading.stream;
    match &reading.shape {
        Shape::Users {
            listings,
            page_sizes,
        } => Box::pin(users::read(run, stream, listings, page_sizes)).await,
        Shape::Groups => groups::read(run, stream).await,
        Shape::Snapshot => snapshot(run, stream).await,
        Shape::UserDetails => details::read(run, stream).await,
        Shape::History(history) => history::read(run, stream, history, lanes).await,
        Shape::Calendar {
            listings,
            days_ahead,
        } => calendar::read(run, stream, *listings, *days_ahead).await,
    }
}

async fn snapshot(run: &Run<'_>, stream: &'static str) -> Result<(), Stop> {
    let request = PageRequest {
        stream,
        part: 0,
        window: None,
        page_size: None,
        cursor: None,
        began: run.began,
    };
    let page = run.page(&request).await?.map_err(Stop::Problem)?;
    let count = page.records.len();
    let mut rejects = Rejects::default();
    rejects.add(page.rejected, None);
    let mut writes = writes_of(page.records, None);
    writes.push(rejects.write(run, stream, RejectedScope::Whole, run.began));
    run.apply(stream, count, writes).await
}
