//! One function for each thing the product does that is more than one query.
