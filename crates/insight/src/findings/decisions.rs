//! What people decided, laid over what was found.
