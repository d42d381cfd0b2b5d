//! Rosters and queries as pages, API and exports use them.

mod activity;
mod answers;
mod columns;
mod facets;
mod findings;
mod holders;
mod pages;
mod queries;
mod renewal;
mod series;
mod shape;
mod world;
