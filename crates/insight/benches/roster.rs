//! Times of a page with facets.
fn main() {}
