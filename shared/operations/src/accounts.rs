//! Accounts: how somebody gets one, gets in, stays in and gets out.
//!
//! Nothing here tells whether an address has an account: what the answer to a known address does, the answer to an
//! unknown one does too, with the same work. Letters leave by jobs, so their cost is in no answer.

mod access_token;
mod api_keys;
mod authenticate;
pub(crate) mod codes;
mod email_change;
mod error;
mod factor;
mod forget;
mod limit_key;
mod login;
mod notices;
mod origin;
mod pass;
mod password;
mod passwords;
mod refresh;
mod register;
mod resend;
mod seal;
mod session;
mod staff;
pub mod tokens;
mod verify;

pub use api_keys::{KeyRefusal, KeyWish, Minted, authenticate_key, create_key, revoke_key};
pub use authenticate::{Authenticated, authenticate};
pub use codes::mint_code;
pub use email_change::{change_email, confirm_email};
pub use error::AccountError;
pub use factor::{Enrolment, begin_enrolment, disable, enable, new_recovery_codes};
pub(crate) use factor::{enrol_known, take_off};
pub use forget::{Forgotten, forget_ended};
pub use limit_key::limit_key;
pub use login::{Login, SecondStep, login};
pub use origin::Origin;
pub use pass::{authenticate_pass, form_token, is_form_token, issue_pass};
pub(crate) use password::hold_to;
pub use password::{change_password, check_reset_link, forgot_password, prove_presence, reset_password};
pub use passwords::Passwords;
pub(crate) use passwords::Verdict;
pub use refresh::refresh;
pub use register::{Registration, register};
pub use resend::resend;
pub use session::{ORDINARY, SignedIn, Tokens, end_other_sessions, end_session, logout, logout_everywhere};
pub use staff::{StaffAdded, add_staff};
pub use tokens::mint_token;
pub use verify::verify_code;
