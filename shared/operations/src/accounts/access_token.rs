//! Access tokens: JSON web tokens that live fifteen minutes and name the session they stand for.

use chrono::{DateTime, Duration, Utc};
use config::{Key, Settings};
use domain::ids::{SessionId, UserId};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::AccountError;

/// How long an access token is good.
pub(crate) const LIFETIME: Duration = Duration::minutes(15);

/// The media type of access tokens (RFC 9068, section 2.1): no other token of ours passes for one.
const TYP: &str = "at+jwt";
const AUDIENCE: &str = "autotrack-api";

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    sid: i64,
    jti: Uuid,
    iat: i64,
    exp: i64,
}

/// Signs an access token for a session with the newest key.
pub(crate) fn issue(settings: &Settings, session: SessionId, user: UserId, now: DateTime<Utc>) -> String {
    let key = settings.keys.jwt.newest();
    let mut header = Header::new(Algorithm::HS256);
    header.typ = Some(TYP.to_owned());
    header.kid = Some(key.kid().to_owned());
    let claims = Claims {
        iss: issuer(settings),
        aud: AUDIENCE.to_owned(),
        sub: user.to_string(),
        sid: session.0,
        jti: Uuid::new_v4(),
        iat: now.timestamp(),
        exp: (now + LIFETIME).timestamp(),
    };
    encode(&header, &claims, &EncodingKey::from_secret(key.secret()))
        .expect("our claims are JSON, and any secret signs HS256")
}

/// The session and user that a token was issued for, if it is whole, ours and not over.
pub(crate) fn read(
    settings: &Settings,
    token: &str,
    now: DateTime<Utc>,
) -> Result<(SessionId, UserId), AccountError> {
    let key = signing_key(settings, token).ok_or(AccountError::InvalidToken)?;
    let data = decode::<Claims>(token, &DecodingKey::from_secret(key.secret()), &validation(settings))
        .map_err(|_| AccountError::InvalidToken)?;
    let user = data.claims.sub.parse().map_err(|_| AccountError::InvalidToken)?;
    if data.claims.exp <= now.timestamp() || data.claims.iat > now.timestamp() + 60 {
        return Err(AccountError::InvalidToken);
    }
    Ok((SessionId(data.claims.sid), UserId(user)))
}

/// The key named by a header that has the one algorithm and the one type we use.
fn signing_key<'a>(settings: &'a Settings, token: &str) -> Option<&'a Key> {
    let header = decode_header(token).ok()?;
    if header.alg != Algorithm::HS256 || header.typ.as_deref() != Some(TYP) {
        return None;
    }
    settings.keys.jwt.find(header.kid.as_deref()?)
}

fn validation(settings: &Settings) -> Validation {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_issuer(&[issuer(settings)]);
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    // Compared with the clock that is passed in, not with the machine's.
    validation.validate_exp = false;
    validation
}

fn issuer(settings: &Settings) -> String {
    settings.http.public_url.as_str().trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use config::Keyring;

    use super::*;

    fn settings() -> Settings {
        Settings::from_lookup(|name| match name {
            "AUTOTRACK_ENV" => Some("test".into()),
            "DATABASE_URL" => Some("postgres://localhost/test".into()),
            "REDIS_URL" => Some("redis://localhost".into()),
            _ => None,
        })
        .unwrap()
    }

    fn now() -> DateTime<Utc> {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    fn forge(settings: &Settings, change: impl FnOnce(&mut Header, &mut serde_json::Value)) -> String {
        let key = settings.keys.jwt.newest();
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some(TYP.into());
        header.kid = Some(key.kid().into());
        let mut claims = serde_json::json!({
            "iss": issuer(settings), "aud": AUDIENCE, "sub": "7", "sid": 9, "jti": Uuid::new_v4(),
            "iat": now().timestamp(), "exp": now().timestamp() + 900,
        });
        change(&mut header, &mut claims);
        encode(&header, &claims, &EncodingKey::from_secret(key.secret())).unwrap()
    }

    #[test]
    fn an_access_token_lives_fifteen_minutes() {
        let settings = settings();
        let token = issue(&settings, SessionId(9), UserId(7), now());
        let read_at = |at| read(&settings, &token, at).ok();
        assert_eq!(read_at(now()), Some((SessionId(9), UserId(7))));
        assert!(read_at(now() + Duration::seconds(899)).is_some());
        assert!(read_at(now() + Duration::seconds(900)).is_none());
    }

    #[test]
    fn every_part_of_an_access_token_is_checked() {
        let settings = settings();
        assert!(read(&settings, &forge(&settings, |_, _| ()), now()).is_ok());
        let forged = [
            forge(&settings, |header, _| header.typ = Some("JWT".into())),
            forge(&settings, |header, _| header.typ = None),
            forge(&settings, |header, _| header.kid = Some("another".into())),
            forge(&settings, |header, _| header.kid = None),
            forge(&settings, |header, _| header.alg = Algorithm::HS512),
            forge(&settings, |_, claims| claims["iss"] = "https://elsewhere.example".into()),
            forge(&settings, |_, claims| claims["aud"] = "another".into()),
            forge(&settings, |_, claims| claims["sub"] = "seven".into()),
            forge(&settings, |_, claims| claims["iat"] = (now().timestamp() + 600).into()),
        ];
        for token in forged {
            assert!(matches!(read(&settings, &token, now()), Err(AccountError::InvalidToken)), "{token}");
        }
        for claim in ["iss", "aud", "sub", "sid", "jti", "iat", "exp"] {
            let token = forge(&settings, |_, claims| drop(claims.as_object_mut().unwrap().remove(claim)));
            assert!(read(&settings, &token, now()).is_err(), "without {claim}");
        }
    }

    #[test]
    fn a_token_without_signature_or_with_a_changed_one_is_refused() {
        let settings = settings();
        let token = issue(&settings, SessionId(9), UserId(7), now());
        let (body, _) = token.rsplit_once('.').unwrap();
        for forged in
            [format!("{body}."), body.to_owned(), format!("{body}.AAAA"), String::new(), "a.b.c".into()]
        {
            assert!(read(&settings, &forged, now()).is_err(), "{forged}");
        }
    }

    #[test]
    fn an_older_key_still_verifies_and_a_retired_one_does_not() {
        let mut settings = settings();
        let (old, new) = (Key::new("old", &[1; 32]), Key::new("new", &[2; 32]));
        settings.keys.jwt = Keyring::new(old.clone(), vec![]);
        let token = issue(&settings, SessionId(9), UserId(7), now());
        settings.keys.jwt = Keyring::new(new.clone(), vec![old]);
        assert!(read(&settings, &token, now()).is_ok());
        assert_eq!(
            decode_header(issue(&settings, SessionId(9), UserId(7), now())).unwrap().kid.as_deref(),
            Some("new")
        );
        settings.keys.jwt = Keyring::new(new, vec![]);
        assert!(read(&settings, &token, now()).is_err());
    }
}
