//! Secrets that must be read again are sealed at rest: AES-256-GCM under a key of the house, bound to their owner. Nonces
//! are random, which is sound for far more secrets than a key will ever seal (NIST SP 800-38D: 2^32).

use aes_gcm::aead::{Aead, KeyInit, Nonce, Payload};
use aes_gcm::{Aes256Gcm, Key as CipherKey};
use config::{Key, Keyring};
use domain::ids::UserId;
use sha2::{Digest, Sha256};

/// Bytes of the nonce that stands before what is sealed.
const NONCE: usize = 12;

/// `secret` sealed for `owner` under the newest key; and the key's id.
pub(crate) fn seal(keys: &Keyring, owner: UserId, secret: &[u8]) -> (Vec<u8>, String) {
    let key = keys.newest();
    let nonce: [u8; NONCE] = rand::random();
    let payload = Payload { msg: secret, aad: &owner.0.to_be_bytes() };
    let sealed = cipher(key)
        .encrypt(&Nonce::<Aes256Gcm>::from(nonce), payload)
        .expect("short texts can always be sealed");
    ([&nonce[..], &sealed].concat(), key.kid().to_owned())
}

/// What was sealed for `owner`; nothing when the key was retired or the seal is broken.
pub(crate) fn open(keys: &Keyring, owner: UserId, sealed: &[u8], kid: &str) -> Option<Vec<u8>> {
    let (nonce, rest) = sealed.split_first_chunk::<NONCE>()?;
    let payload = Payload { msg: rest, aad: &owner.0.to_be_bytes() };
    cipher(keys.find(kid)?).decrypt(&Nonce::<Aes256Gcm>::from(*nonce), payload).ok()
}

fn cipher(key: &Key) -> Aes256Gcm {
    let bytes: [u8; 32] = Sha256::new().chain_update(b"seal").chain_update(key.secret()).finalize().into();
    Aes256Gcm::new(&CipherKey::<Aes256Gcm>::from(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_owner_and_a_key_that_is_there_open_a_seal() {
        let old = Keyring::new(Key::new("old", &[1; 32]), vec![]);
        let both = Keyring::new(Key::new("new", &[2; 32]), vec![Key::new("old", &[1; 32])]);
        let (sealed, kid) = seal(&old, UserId(7), b"secret");
        assert_eq!(open(&both, UserId(7), &sealed, &kid).as_deref(), Some(&b"secret"[..]));
        assert_eq!(open(&both, UserId(8), &sealed, &kid), None);
        assert_eq!(open(&both, UserId(7), &sealed, "new"), None);
        assert_eq!(open(&both, UserId(7), &sealed[1..], &kid), None);
        assert!(!sealed.windows(6).any(|part| part == b"secret"));
    }
}
