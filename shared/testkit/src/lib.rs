//! TestApp, alice and bob, builders and fakes for tests.
