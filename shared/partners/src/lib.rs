//! Outside services: a trait each, the real client, and a faithful fake.
