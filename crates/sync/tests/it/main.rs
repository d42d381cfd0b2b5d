//! Whole syncs against the simulated Zoom, on both engines: what they end in, what they survive.

mod control;
mod limits;
mod listing;
mod official;
mod plain;
mod refusals;
mod spoilt;
mod tokens;
mod whole;
