//! Accounts: getting one, getting in, staying in, getting out.

mod codes;
mod forget;
mod login;
mod passwords;
mod refresh;
mod register;
mod sessions;
mod staff;
