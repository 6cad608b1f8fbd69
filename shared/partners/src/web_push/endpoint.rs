//! Where pushes may be sent to. The address comes from a stranger's browser: it must not lead into our own network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// How far pushes may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Public addresses, encrypted.
    Public,
    /// This machine, too, unencrypted if need be: for tests and development.
    PublicAndLoopback,
}

/// Whether a browser may name this address. Names are looked up only when something is sent.
pub fn is_allowed(endpoint: &str, reach: Reach) -> bool {
    parse(endpoint, reach).is_some()
}

/// The address, if its form is good and it names no private address itself.
pub(super) fn parse(endpoint: &str, reach: Reach) -> Option<Url> {
    let url: Url = endpoint.parse().ok()?;
    let (ip, is_local) = match url.host()? {
        Host::Domain(name) => (None, name == "localhost"),
        Host::Ipv4(ip) => (Some(IpAddr::V4(ip)), ip.is_loopback()),
        Host::Ipv6(ip) => (Some(IpAddr::V6(ip)), ip.is_loopback()),
    };
    let is_spared = is_local && reach == Reach::PublicAndLoopback;
    let is_encrypted = url.scheme() == "https" || (url.scheme() == "http" && is_spared);
    let is_plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let is_reachable = ip.is_none_or(is_public) && !is_local;
    (is_encrypted && is_plain && (is_reachable || is_spared)).then_some(url)
}

/// Looks names up and keeps the addresses that pushes may go to: what is checked is what is connected to.
pub(super) struct Resolver(pub(super) Reach);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let open = |address: &SocketAddr| {
                let ip = address.ip();
                is_public(ip) || (reach == Reach::PublicAndLoopback && ip.is_loopback())
            };
            let kept: Vec<SocketAddr> = found.filter(open).collect();
            if kept.is_empty() {
                return Err("no address that pushes may go to".into());
            }
            Ok(Box::new(kept.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is somebody's on the internet (IANA's registries of special-purpose addresses).
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => embedded(ip).map_or_else(|| is_public_v6(ip), is_public_v4),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let is_special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || ip.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b));
    !is_special
}

/// Only what is given out as global unicast.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [first, second, ..] = ip.segments();
    first & 0xe000 == 0x2000 && !(first == 0x2001 && (second < 0x0200 || second == 0x0db8))
}

/// The IPv4 address that an IPv6 address stands for: mapped, 6to4 or translated.
fn embedded(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let octets = ip.octets();
    let four = |at: usize| Ipv4Addr::new(octets[at], octets[at + 1], octets[at + 2], octets[at + 3]);
    match ip.segments() {
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x0064, 0xff9b, 0, 0, 0, 0, ..] => Some(four(12)),
        [0x2002, ..] => Some(four(2)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_push_services_are_allowed() {
        for good in [
            "https://fcm.googleapis.com/fcm/send/dGVzdA:APA91b",
            "https://updates.push.services.mozilla.com/wpush/v2/gAAAAA",
            "https://web.push.apple.com/QGuQyavXutnMH",
            "https://wns2-par02p.notify.windows.com/w/?token=BQYAAA%3d",
            "https://8.8.8.8/x",
            "https://[2a00:1450:4007:80e::200a]/x",
        ] {
            assert!(is_allowed(good, Reach::Public), "{good}");
        }
    }

    #[test]
    fn addresses_that_lead_into_our_own_network_are_refused() {
        for bad in [
            "http://fcm.googleapis.com/x",
            "ftp://fcm.googleapis.com/x",
            "https://user:pass@fcm.googleapis.com/x",
            "https://localhost/x",
            "https://127.0.0.1/x",
            "https://2130706433/x",
            "https://0x7f.1/x",
            "https://10.0.0.7/x",
            "https://172.16.3.4/x",
            "https://192.168.1.1/x",
            "https://169.254.169.254/latest/meta-data",
            "https://100.64.0.1/x",
            "https://0.0.0.0/x",
            "https://[::1]/x",
            "https://[::]/x",
            "https://[fd00::1]/x",
            "https://[fe80::1]/x",
            "https://[::ffff:10.0.0.7]/x",
            "https://[2002:0a00:0007::]/x",
            "https://[64:ff9b::a00:7]/x",
            "nonsense",
            "",
        ] {
            assert!(!is_allowed(bad, Reach::Public), "{bad}");
        }
        assert!(!is_allowed("https://10.0.0.7/x", Reach::PublicAndLoopback));
        assert!(!is_allowed("http://fcm.googleapis.com/x", Reach::PublicAndLoopback));
        assert!(is_allowed("http://127.0.0.1:4711/x", Reach::PublicAndLoopback));
    }

    #[tokio::test]
    async fn a_name_that_leads_to_this_machine_is_looked_through() {
        let name = || "localhost".parse().unwrap();
        assert!(Resolver(Reach::Public).resolve(name()).await.is_err());
        assert!(Resolver(Reach::PublicAndLoopback).resolve(name()).await.is_ok());
    }
}
