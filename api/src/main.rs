//! The HTTP server: poem-openapi handlers, wiring and edges only.

fn main() {}
