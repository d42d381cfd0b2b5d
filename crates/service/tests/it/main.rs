//! Tests of the service crate through its public interface.

mod export_columns;
mod exports;
