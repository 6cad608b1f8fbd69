//! Secrets that must be read again are sealed at rest: XChaCha20-Poly1305 under a key of the house, bound to their owner.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{Key as CipherKey, KeyInit, XChaCha20Poly1305, XNonce};
use config::{Key, Keyring};
use domain::ids::UserId;
use sha2::{Digest, Sha256};

/// Bytes of the nonce that stands before what is sealed.
const NONCE: usize = 24;

/// `secret` sealed for `owner` under the newest key; and the key's id.
pub(crate) fn seal(keys: &Keyring, owner: UserId, secret: &[u8]) -> (Vec<u8>, String) {
    let key = keys.newest();
    let nonce: [u8; NONCE] = rand::random();
    let payload = Payload { msg: secret, aad: &owner.0.to_be_bytes() };
    let sealed =
        cipher(key).encrypt(&XNonce::from(nonce), payload).expect("short texts can always be sealed");
    ([&nonce[..], &sealed].concat(), key.kid().to_owned())
}

/// What was sealed for `owner`; nothing when the key was retired or the seal is broken.
pub(crate) fn open(keys: &Keyring, owner: UserId, sealed: &[u8], kid: &str) -> Option<Vec<u8>> {
    let (nonce, rest) = sealed.split_first_chunk::<NONCE>()?;
    let payload = Payload { msg: rest, aad: &owner.0.to_be_bytes() };
    cipher(keys.find(kid)?).decrypt(&XNonce::from(*nonce), payload).ok()
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    let bytes: [u8; 32] = Sha256::new().chain_update(b"seal").chain_update(key.secret()).finalize().into();
    XChaCha20Poly1305::new(&CipherKey::from(bytes))
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
