//! Findings about a licence of the whole account.
