//! The operations port.

use std::net::{Ipv4Addr, SocketAddr};

use crate::{Reader, Section};

/// Where metrics and probes are served, apart from the public port.
#[derive(Debug, Clone)]
pub struct OpsSettings {
    /// Where the operations server listens; port 0 takes a free one, so that a second process can start beside.
    pub addr: SocketAddr,
}

impl Section for OpsSettings {
    fn read(reader: &mut Reader<'_>) -> Self {
        let default = if reader.is_production() {
            SocketAddr::from((Ipv4Addr::UNSPECIFIED, 9090))
        } else {
            SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
        };
        Self {
            addr: reader.parsed(
                "AUTOTRACK_OPS_ADDR",
                default,
                "an address and a port, for example 0.0.0.0:9090",
            ),
        }
    }
}
