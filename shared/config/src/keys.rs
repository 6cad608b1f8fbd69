//! Keyrings: the newest key signs, older ones still verify.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretSlice};

use crate::{Reader, Section};

/// The least number of secret bytes in a key.
const LEAST_BYTES: usize = 32;

/// The keys of the house, each for one purpose.
#[derive(Debug, Clone)]
pub struct KeySettings {
    /// Signs access tokens.
    pub jwt: Keyring,
    /// Derives refresh tokens.
    pub refresh: Keyring,
    /// Peppers the hashes of codes and addresses.
    pub pepper: Keyring,
    /// Seals the secrets of second factors.
    pub totp: Keyring,
    /// Signs pushes to browsers (VAPID): private keys of P-256, each of exactly 32 bytes.
    pub vapid: Keyring,
}

impl Section for KeySettings {
    fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            jwt: keyring(reader, "AUTOTRACK_JWT_KEYS", b"autotrack-development-jwt-key-0001"),
            refresh: keyring(reader, "AUTOTRACK_REFRESH_KEYS", b"autotrack-development-refresh-0001"),
            pepper: keyring(reader, "AUTOTRACK_PEPPER_KEYS", b"autotrack-development-pepper-00001"),
            totp: keyring(reader, "AUTOTRACK_TOTP_KEYS", b"autotrack-development-totp-key-001"),
            vapid: vapid(reader, "AUTOTRACK_VAPID_KEYS", b"autotrack-development-vapid-0001"),
        }
    }
}

/// A secret key and its id.
#[derive(Clone)]
pub struct Key {
    kid: String,
    secret: SecretSlice<u8>,
}

impl Key {
    /// A key from its id and bytes.
    pub fn new(kid: impl Into<String>, secret: &[u8]) -> Self {
        Self { kid: kid.into(), secret: secret.to_vec().into() }
    }

    /// The id that stands beside everything this key made.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The secret bytes, at least 32 when they came from the settings.
    pub fn secret(&self) -> &[u8] {
        self.secret.expose_secret()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({}, [REDACTED])", self.kid)
    }
}

/// Keys for one purpose, newest first; never empty.
#[derive(Debug, Clone)]
pub struct Keyring(Vec<Key>);

impl Keyring {
    /// A ring of the newest key and the older ones that still verify.
    pub fn new(newest: Key, older: Vec<Key>) -> Self {
        Self(std::iter::once(newest).chain(older).collect())
    }

    /// The key that signs.
    pub fn newest(&self) -> &Key {
        self.0.first().expect("a keyring has at least one key")
    }

    /// The key with this id, or nothing when it has been retired.
    pub fn find(&self, kid: &str) -> Option<&Key> {
        self.0.iter().find(|key| key.kid == kid)
    }

    /// Every key, newest first.
    pub fn all(&self) -> &[Key] {
        &self.0
    }

    /// Reads `kid:base64,kid:base64`, newest first. The error never repeats the text.
    fn parse(text: &str) -> Result<Self, &'static str> {
        let keys = text.split(',').map(|part| parse_key(part.trim())).collect::<Result<Vec<_>, _>>()?;
        let unique =
            keys.iter().enumerate().all(|(at, key)| keys[..at].iter().all(|other| other.kid != key.kid));
        if unique { Ok(Self(keys)) } else { Err("has the same key id twice; give each key its own") }
    }
}

fn parse_key(text: &str) -> Result<Key, &'static str> {
    let (kid, secret) = text.split_once(':').ok_or("set kid:base64, newest first, separated by commas")?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if kid.is_empty() || kid.len() > 32 || !kid.chars().all(plain) {
        return Err("has a bad key id; use up to 32 letters, digits, - and _");
    }
    let secret = STANDARD
        .decode(secret)
        .map_err(|_| "has a key that is not base64; make one with openssl rand -base64 32")?;
    if secret.len() < LEAST_BYTES {
        return Err("has a key of less than 32 bytes; make one with openssl rand -base64 32");
    }
    Ok(Key { kid: kid.to_owned(), secret: secret.into() })
}

/// The ring under `name`; outside production a well-known one, which production refuses.
fn keyring(reader: &mut Reader<'_>, name: &'static str, development: &[u8]) -> Keyring {
    let stand_in = Keyring(vec![Key::new("development", development)]);
    let Some(text) = reader.text(name) else {
        if reader.is_production() {
            reader
                .problem(name, "is missing; set kid:base64, for example 2026-11:$(openssl rand -base64 32)");
        }
        return stand_in;
    };
    match Keyring::parse(&text) {
        Err(advice) => reader.problem(name, advice),
        Ok(ring) if reader.is_production() && ring.0.iter().any(|key| is_well_known(key.secret())) => {
            reader.problem(name, "holds a key that everybody knows; make one with openssl rand -base64 32");
        }
        Ok(ring) => return ring,
    }
    stand_in
}

/// The ring under `name`, whose keys are private keys of P-256.
fn vapid(reader: &mut Reader<'_>, name: &'static str, development: &[u8]) -> Keyring {
    let ring = keyring(reader, name, development);
    if ring.all().iter().any(|key| key.secret().len() != LEAST_BYTES) {
        reader.problem(name, "has a key that is not 32 bytes long; make one with openssl rand -base64 32");
    }
    ring
}

/// The keys of development, and the one that stands in `deploy/env.example`.
fn is_well_known(secret: &[u8]) -> bool {
    secret.starts_with(b"autotrack-development-") || secret == b"make your own key, not this one!"
}
