//! Who is on the other end of the wire, as far as addresses tell.

use std::net::{IpAddr, Ipv6Addr};

use operations::Context;
use poem::{FromRequest, Request, RequestBody, Result};

use crate::observe::RequestId;

/// Longest user agent that is kept.
const MAX_USER_AGENT: usize = 300;

/// The client's address and program, for sessions, the audit log and limits.
#[derive(Debug, Clone)]
pub struct Client {
    /// The address behind the trusted proxies.
    pub ip: Option<IpAddr>,
    /// What the program calls itself.
    pub user_agent: Option<String>,
    /// The id of the request.
    pub request_id: Option<uuid::Uuid>,
}

impl Client {
    /// The client of `request`, believing as many proxies as are configured.
    pub fn of(request: &Request, trusted_proxies: usize) -> Self {
        let peer = request.remote_addr().as_socket_addr().map(std::net::SocketAddr::ip);
        // A proxy may add a line of its own instead of adding to the client's: all lines are one list (RFC 9110 5.3).
        let lines = request.headers().get_all("x-forwarded-for").iter();
        let forwarded: Vec<&str> = lines.filter_map(|line| line.to_str().ok()).collect();
        let user_agent = request
            .header("user-agent")
            .map(|text| text.chars().filter(|c| !c.is_control()).take(MAX_USER_AGENT).collect());
        Self {
            ip: behind_proxies(peer, &forwarded.join(","), trusted_proxies).map(|ip| ip.to_canonical()),
            user_agent,
            request_id: request.data::<RequestId>().map(|id| id.0),
        }
    }

    /// What limits count: the IPv4 address, or the /64 of an IPv6 address, since one customer holds all of that.
    pub fn prefix(&self) -> String {
        match self.ip {
            Some(IpAddr::V4(ip)) => ip.to_string(),
            Some(IpAddr::V6(ip)) => {
                let [a, b, c, d, ..] = ip.segments();
                Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).to_string()
            }
            None => "unknown".to_owned(),
        }
    }
}

impl<'a> FromRequest<'a> for Client {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> Result<Self> {
        let context: &Context = request.data().expect("the server puts the context into every request");
        Ok(Self::of(request, context.settings.http.trusted_proxies))
    }
}

/// Each trusted proxy appended the address it saw; the client is the one that the outermost of them saw.
fn behind_proxies(peer: Option<IpAddr>, forwarded: &str, trusted: usize) -> Option<IpAddr> {
    if trusted == 0 {
        return peer;
    }
    let seen: Vec<&str> = forwarded.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let at = seen.len().checked_sub(trusted);
    at.and_then(|at| seen[at].parse().ok()).or(peer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_cannot_choose_its_address() {
        let peer: Option<IpAddr> = "10.0.0.1".parse().ok();
        assert_eq!(behind_proxies(peer, "1.2.3.4", 0), peer);
        assert_eq!(behind_proxies(peer, "6.6.6.6, 1.2.3.4", 1), "1.2.3.4".parse().ok());
        assert_eq!(behind_proxies(peer, "", 1), peer);
        assert_eq!(behind_proxies(peer, "nonsense", 1), peer);
    }
}
