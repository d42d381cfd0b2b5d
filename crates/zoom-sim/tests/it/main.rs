//! The simulated Zoom as its callers meet it: over HTTP, with a clock that tests move.

mod company;
mod faults;
mod flow;
mod limits;
mod lists;
mod reports;
mod rights;
mod schemas;
mod world;
