//! The HTTP server: poem-openapi handlers, wiring and edges only.
//!
//! A module per slice holds its handlers, forms and views. What they share: [`error`], [`form`], [`body`], [`paging`],
//! [`etag`], [`events`], [`idempotency`], [`security`] and [`locale`]. [`server`] puts everything together.

mod accounts;
mod admin;
mod aliases;
mod api_keys;
mod body;
mod bounded;
mod client;
pub mod commands;
mod compress;
mod console;
mod constraints;
mod created;
mod docs;
mod documents;
mod door;
mod emails;
mod error;
mod etag;
mod events;
mod factors;
mod filters;
mod form;
mod headers;
mod health;
mod idempotency;
mod jobs;
mod json;
mod legible;
mod limits;
pub mod locale;
mod meaning;
mod messages;
mod notifications;
mod observe;
pub mod openapi;
mod paging;
mod pressure;
mod privacy;
mod problem;
mod refusals;
mod roles;
mod safety;
mod security;
pub mod server;
mod settings;
mod shape;
mod tags;
mod tasks;
mod throttle;
mod vehicles;
mod zones;
