//! The project's own tasks: dev, test, walls, generated files.

fn main() {}
