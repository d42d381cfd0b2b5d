//! Seatwise: the binary.

fn main() {}
