//! Sealing a message for one browser: `aes128gcm` under keys that only the two share (RFC 8188, RFC 8291).

use aes_gcm::aead::Aead;
use aes_gcm::{Aes128Gcm, KeyInit, Nonce};
use hkdf::Hkdf;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::{PublicKey, SecretKey, ecdh};
use sha2::Sha256;

/// The size of a record; a message is one record.
const RECORD: u32 = 4096;
/// The most bytes that a message can have: the record less header, tag and delimiter.
const MOST: usize = RECORD as usize - 86 - 16 - 1;

/// Seals `message` under a key made for it alone; nothing when it is too long or `auth` is no secret.
pub(super) fn for_browser(message: &[u8], browser: &PublicKey, auth: &[u8]) -> Option<Vec<u8>> {
    sealed(message, browser, auth, &fresh_key(), rand::random())
}

fn fresh_key() -> SecretKey {
    loop {
        // One of 2^32 is no key of the curve.
        if let Ok(key) = SecretKey::from_slice(&rand::random::<[u8; 32]>()) {
            return key;
        }
    }
}

fn sealed(
    message: &[u8],
    browser: &PublicKey,
    auth: &[u8],
    own: &SecretKey,
    salt: [u8; 16],
) -> Option<Vec<u8>> {
    if message.len() > MOST || auth.len() != 16 {
        return None;
    }
    let own_public = own.public_key().to_encoded_point(false);
    let shared = ecdh::diffie_hellman(own.to_nonzero_scalar(), browser.as_affine());
    let browser_public = browser.to_encoded_point(false);
    let (key, nonce) =
        keys(shared.raw_secret_bytes(), auth, browser_public.as_bytes(), own_public.as_bytes(), &salt);
    // The delimiter of the last record, and no padding.
    let plain = [message, &[2]].concat();
    let cipher = Aes128Gcm::new_from_slice(&key).ok()?;
    let sealed = cipher.encrypt(&Nonce::from(nonce), plain.as_slice()).ok()?;
    let id_length = u8::try_from(own_public.as_bytes().len()).ok()?;
    Some([&salt[..], &RECORD.to_be_bytes(), &[id_length], own_public.as_bytes(), &sealed].concat())
}

/// The content key and the nonce that both sides come to.
pub(crate) fn keys(
    shared: &[u8],
    auth: &[u8],
    browser_public: &[u8],
    sender_public: &[u8],
    salt: &[u8],
) -> ([u8; 16], [u8; 12]) {
    let info = [b"WebPush: info\0", browser_public, sender_public].concat();
    let material: [u8; 32] = expand(auth, shared, &info);
    (
        expand(salt, &material, b"Content-Encoding: aes128gcm\0"),
        expand(salt, &material, b"Content-Encoding: nonce\0"),
    )
}

fn expand<const N: usize>(salt: &[u8], material: &[u8], info: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    Hkdf::<Sha256>::new(Some(salt), material).expand(info, &mut out).expect("HKDF gives up to 8160 bytes");
    out
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

    use super::*;

    /// The example of RFC 8291, section 5 and appendix A.
    #[test]
    fn the_example_of_the_standard_is_sealed_to_the_byte() {
        let bytes = |text: &str| BASE64.decode(text).unwrap();
        let own = SecretKey::from_slice(&bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")).unwrap();
        let browser = PublicKey::from_sec1_bytes(&bytes(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        ))
        .unwrap();
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let message = b"When I grow up, I want to be a watermelon";
        let sealed = sealed(message, &browser, &bytes("BTBZMqHH6r4Tts7J_aSIgg"), &own, salt).unwrap();
        assert_eq!(
            BASE64.encode(sealed),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8w\
             EqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
    }

    #[test]
    fn what_does_not_fit_is_not_sealed() {
        let browser = fresh_key().public_key();
        assert_eq!(for_browser(&[0; MOST], &browser, &[7; 16]).unwrap().len(), RECORD as usize);
        assert_eq!(for_browser(&[0; MOST + 1], &browser, &[7; 16]), None);
        assert_eq!(for_browser(b"x", &browser, &[7; 15]), None);
    }
}
