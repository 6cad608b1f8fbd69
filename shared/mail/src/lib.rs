//! Letters: rendering, transport, and the types with their samples.
