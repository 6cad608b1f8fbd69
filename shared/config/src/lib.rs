//! Typed settings that name what is missing.
