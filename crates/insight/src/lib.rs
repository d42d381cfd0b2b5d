//! Decisions: roster queries (filter, facets, sort), activity; pure functions
