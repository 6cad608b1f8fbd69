//! Hashing passwords: argon2id, away from the async threads and never on more cores than there are.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

/// Hashes and checks passwords; cheap to clone, one for the whole process.
#[derive(Clone)]
pub struct Passwords {
    permits: Arc<Semaphore>,
    params: Params,
    dummy: Arc<str>,
    computed: Arc<AtomicU64>,
}

/// What came out of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Another password, or no hash to compare with.
    Wrong,
    /// The right one.
    Right,
    /// The right one, but hashed with another cost than today's.
    RightButOld,
}

impl Default for Passwords {
    /// OWASP's cost for argon2id: 19 MiB, two passes, one lane (Password Storage Cheat Sheet, read 22 Nov 2026).
    fn default() -> Self {
        Self::with_cost(19_456, 2, 1)
    }
}

impl Passwords {
    /// Another cost: memory in KiB, passes, lanes.
    ///
    /// # Panics
    /// When argon2 knows no such cost.
    pub fn with_cost(memory_kib: u32, passes: u32, lanes: u32) -> Self {
        let params =
            Params::new(memory_kib, passes, lanes, None).expect("the cost is within argon2's bounds");
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let dummy = hash_now(&params, b"the password of nobody").into();
        Self { permits: Arc::new(Semaphore::new(cores)), params, dummy, computed: Arc::default() }
    }

    /// How many hashes were computed so far: what signing in costs.
    pub fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    /// The hash of a password, as a PHC string with a salt of its own.
    pub async fn hash(&self, password: &str) -> String {
        let (params, password) = (self.params.clone(), password.to_owned());
        self.run(move || hash_now(&params, password.as_bytes())).await
    }

    /// Compares a password with a hash; without one it does the same work and says no.
    pub(crate) async fn verify(&self, password: &str, hash: Option<&str>) -> Verdict {
        let is_real = hash.is_some();
        let hash = hash.unwrap_or(&self.dummy).to_owned();
        let (params, password) = (self.params.clone(), password.to_owned());
        let verdict = self.run(move || verify_now(&params, password.as_bytes(), &hash)).await;
        if is_real { verdict } else { Verdict::Wrong }
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let permit = Arc::clone(&self.permits).acquire_owned().await.expect("the semaphore is never closed");
        self.computed.fetch_add(1, Ordering::Relaxed);
        let task = tokio::task::spawn_blocking(move || {
            // Held by the work itself: a caller that goes away does not free the core.
            let _permit = permit;
            work()
        });
        task.await.expect("hashing does not panic, and is awaited before the runtime ends")
    }
}

fn hash_now(params: &Params, password: &[u8]) -> String {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
        .hash_password(password)
        .expect("the system has random numbers for a salt")
        .to_string()
}

fn verify_now(params: &Params, password: &[u8], hash: &str) -> Verdict {
    let Ok(hash) = PasswordHash::new(hash) else { return Verdict::Wrong };
    // The cost is that of the hash, not ours.
    if Argon2::default().verify_password(password, &hash).is_err() {
        return Verdict::Wrong;
    }
    let is_current = hash.algorithm == Algorithm::Argon2id.ident()
        && hash.version == Some(Version::V0x13.into())
        && Params::try_from(&hash).is_ok_and(|used| {
            (used.m_cost(), used.t_cost(), used.p_cost())
                == (params.m_cost(), params.t_cost(), params.p_cost())
        });
    if is_current { Verdict::Right } else { Verdict::RightButOld }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_is_argon2id_with_the_cost_of_owasp() {
        let hash = Passwords::default().hash("tournesol bleu").await;
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    }

    #[tokio::test]
    async fn a_hash_of_another_cost_is_right_but_old() {
        let hash = Passwords::with_cost(1024, 1, 1).hash("tournesol bleu").await;
        let today = Passwords::with_cost(1024, 2, 1);
        assert_eq!(today.verify("tournesol bleu", Some(&hash)).await, Verdict::RightButOld);
        assert_eq!(today.verify("tournesol vert", Some(&hash)).await, Verdict::Wrong);
        let hash = today.hash("tournesol bleu").await;
        assert_eq!(today.verify("tournesol bleu", Some(&hash)).await, Verdict::Right);
    }

    #[tokio::test]
    async fn nobody_has_the_password_of_the_dummy() {
        let passwords = Passwords::with_cost(1024, 1, 1);
        assert_eq!(passwords.verify("the password of nobody", None).await, Verdict::Wrong);
    }
}
