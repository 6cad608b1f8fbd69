//! The job consumer: reading papers, sending letters.

fn main() {}
