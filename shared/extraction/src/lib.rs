//! Words become fields with confidence and evidence; pure.
