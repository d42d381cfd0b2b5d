//! The benchmarks as a program.

mod decisions;
