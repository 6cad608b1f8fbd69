//! Ports: the preferred one, else the next free one.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use anyhow::{Result, bail};

/// How far from the preferred port to look.
const REACH: u16 = 200;

/// Hands out loopback addresses, none of them twice.
#[derive(Debug, Default)]
pub struct Ports {
    given: Vec<u16>,
}

impl Ports {
    /// `preferred` when nobody listens there, else the next free port after it.
    pub fn take(&mut self, preferred: u16) -> Result<SocketAddr> {
        for port in preferred..=preferred.saturating_add(REACH) {
            if !self.given.contains(&port) && is_free(port) {
                self.given.push(port);
                return Ok((Ipv4Addr::LOCALHOST, port).into());
            }
        }
        bail!("no free port from {preferred} to {}", preferred.saturating_add(REACH))
    }
}

/// Both ways of asking: some systems let two programs listen on one port under different addresses.
fn is_free(port: u16) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpStream::connect_timeout(&address, Duration::from_millis(200)).is_err()
        && TcpListener::bind(address).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_passed_over_and_none_is_given_twice() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        let mut ports = Ports::default();
        let (first, second) = (ports.take(port).unwrap().port(), ports.take(port).unwrap().port());
        assert!(first > port && second > first, "{port} {first} {second}");
    }

    #[test]
    fn a_port_that_is_taken_on_every_address_is_passed_over() {
        let taken = TcpListener::bind("0.0.0.0:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        assert_ne!(Ports::default().take(port).unwrap().port(), port);
    }
}
