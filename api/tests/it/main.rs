//! The API through HTTP, over a real PostgreSQL and Redis.

mod accounts;
mod admin;
mod api_keys;
mod console;
mod documents;
mod emails;
mod errors;
mod factors;
mod health;
mod jobs;
mod limits;
mod notifications;
mod openapi;
mod ownership;
mod privacy;
mod safety;
mod settings;
mod vehicles;
