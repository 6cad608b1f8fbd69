//! Members of the staff, made by a command of the operator.

use database::audit::Actor;
use database::challenges;
use database::users::{self, NewUser};
use domain::clock::Clock;
use domain::email_address::EmailAddress;
use domain::ids::UserId;
use domain::locale::Locale;
use domain::password::NewPassword;
use rand::RngExt;
use secrecy::{ExposeSecret, SecretString};
use sqlx::PgPool;

use super::codes::EMAIL_OTP;
use super::{AccountError, Origin, Passwords};

/// A member of the staff.
#[derive(Debug, Clone)]
pub struct StaffAdded {
    /// The account.
    pub user: UserId,
    /// The password made for it, to be shown once; none if it has one already.
    pub password: Option<SecretString>,
}

/// Makes the account of `address` a member of the staff, a superuser if wished, and the account if there is none.
///
/// A new account, and one whose address was never confirmed, gets `password`, or one made for it: whoever registered
/// an address without proving it must not become staff with it. A confirmed account keeps its password unless one is
/// given, and then all its sessions end.
pub async fn add_staff(
    db: &PgPool,
    passwords: &Passwords,
    clock: &Clock,
    address: &EmailAddress,
    is_superuser: bool,
    password: Option<NewPassword>,
) -> Result<StaffAdded, AccountError> {
    let mut tx = db.begin().await?;
    let known = users::find_credentials(&mut tx, address).await?;
    let needs_one = !known.as_ref().is_some_and(|known| known.email_verified);
    let made: Option<SecretString> = (password.is_none() && needs_one).then(|| make_password().into());
    let text = password.as_ref().map(NewPassword::expose).or(made.as_ref().map(ExposeSecret::expose_secret));
    let hash = match text {
        Some(text) => Some(passwords.hash(text).await),
        None => None,
    };
    let now = clock.now();
    let user = match (known, &hash) {
        (Some(known), _) => known.id,
        (None, Some(hash)) => users::insert(&mut tx, &new_user(address, hash), now).await?,
        (None, None) => unreachable!("an account that is not known needs a password"),
    };
    users::make_staff(&mut tx, user, is_superuser, hash.as_deref(), now).await?;
    if hash.is_some() {
        challenges::close(&mut tx, address, EMAIL_OTP, now).await?;
        database::sessions::revoke_all(&mut tx, user, "password_changed", now).await?;
    }
    Origin::default()
        .audit(
            &mut tx,
            Actor::System,
            if is_superuser { "superuser_added" } else { "staff_added" },
            Some(user),
            now,
        )
        .await?;
    tx.commit().await?;
    Ok(StaffAdded { user, password: made })
}

fn new_user<'a>(email: &'a EmailAddress, password_hash: &'a str) -> NewUser<'a> {
    NewUser {
        email,
        password_hash,
        first_name: "",
        last_name: "",
        phone_number: None,
        locale: Locale::default(),
        marketing_opt_in: false,
    }
}

/// Twenty-four letters and digits that cannot be misread, some 118 bits.
fn make_password() -> String {
    const SIGNS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let mut rng = rand::rng();
    (0..24).map(|_| char::from(SIGNS[rng.random_range(0..SIGNS.len())])).collect()
}
