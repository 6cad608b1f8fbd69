//! What the built programs link.

use anyhow::{Context as _, Result, ensure};
use tokio::process::Command;

use super::step::Outcome;
use crate::checkout::Checkout;

/// What their names have in common, whatever the version and the system.
const READERS: [&str; 2] = ["tesseract", "lept"];

/// The API and the scheduler link no reader; the worker does, which shows that this check can see one.
pub async fn check(checkout: &Checkout) -> Result<Outcome> {
    let mut problems = Vec::new();
    for name in ["autotrack-api", "autotrack-scheduler"] {
        problems.extend(
            readers(checkout, name).await?.into_iter().map(|library| format!("{name} links {library}")),
        );
    }
    if readers(checkout, "autotrack-worker").await?.is_empty() {
        problems.push("autotrack-worker links no Tesseract either: this check sees nothing".to_owned());
    }
    Ok(Outcome::from_problems(&problems))
}

async fn readers(checkout: &Checkout, name: &str) -> Result<Vec<String>> {
    let (tool, flag) = if cfg!(target_os = "macos") { ("otool", Some("-L")) } else { ("ldd", None) };
    let program = checkout.program(name);
    let output = Command::new(tool)
        .args(flag)
        .arg(&program)
        .output()
        .await
        .with_context(|| format!("cannot start {tool}"))?;
    ensure!(output.status.success(), "{tool}: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(in_list(&String::from_utf8_lossy(&output.stdout)))
}

/// The readers in a list of libraries; the first line of macOS names the program itself.
fn in_list(list: &str) -> Vec<String> {
    let names = list
        .lines()
        .filter(|line| line.starts_with(['\t', ' ']))
        .filter_map(|line| line.split_whitespace().next());
    names.filter(|name| READERS.iter().any(|reader| name.contains(reader))).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_is_seen_in_the_list_of_either_system() {
        let linux = "\tlinux-vdso.so.1 (0x1)\n\tliblept.so.5 => /usr/lib/liblept.so.5 (0x2)\n\tlibc.so.6 => /lib/libc.so.6 (0x3)\n";
        assert_eq!(in_list(linux), ["liblept.so.5"]);
        let macos = "target/debug/tesseract-free:\n\t/opt/homebrew/lib/libtesseract.5.dylib (compatibility version 6.0.0)\n";
        assert_eq!(in_list(macos), ["/opt/homebrew/lib/libtesseract.5.dylib"]);
        assert!(in_list("\tlibc.so.6 => /lib/libc.so.6 (0x3)\n").is_empty());
    }
}
