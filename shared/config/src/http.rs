//! The public HTTP side.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use url::Url;

use crate::{Environment, Reader, Section};

/// How the API is reached and what it lets through.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// Where the API listens; port 0 takes a free one.
    pub addr: SocketAddr,
    /// How the API is reached from outside, without a final slash in its text form being promised.
    pub public_url: Url,
    /// Where the frontend is; links in letters start with it.
    pub frontend_url: Url,
    /// Origins that browsers may call from, exactly as browsers send them.
    pub cors_origins: Vec<String>,
    /// How many proxies in front append to `X-Forwarded-For`; 0 means the header is not believed.
    pub trusted_proxies: usize,
    /// Most bytes of a request body that is no upload.
    pub body_limit: usize,
    /// Limits per address are multiplied by this. Always 1 in production.
    pub rate_limit_factor: u32,
    /// How long a queue may keep jobs waiting beyond their turn before it takes no more.
    pub queue_patience: Duration,
    /// Longest wait for running requests at shutdown.
    pub drain_grace: Duration,
}

impl Section for HttpSettings {
    fn read(reader: &mut Reader<'_>) -> Self {
        let frontend_url = reader.web_address(
            "AUTOTRACK_FRONTEND_URL",
            "http://localhost:3000",
            "https://app.autotrack.example",
        );
        Self {
            addr: address(reader),
            public_url: reader.web_address(
                "AUTOTRACK_PUBLIC_URL",
                "http://localhost:8000",
                "https://api.autotrack.example",
            ),
            cors_origins: cors_origins(reader, &frontend_url),
            frontend_url,
            trusted_proxies: reader.at_least("AUTOTRACK_TRUSTED_PROXIES", 0, 0) as usize,
            body_limit: reader.at_least("AUTOTRACK_BODY_LIMIT", 1024, 1024 * 1024) as usize,
            rate_limit_factor: rate_limit_factor(reader),
            queue_patience: reader.seconds("AUTOTRACK_QUEUE_PATIENCE_SECONDS", 900),
            drain_grace: reader.seconds("AUTOTRACK_HTTP_DRAIN_SECONDS", 20),
        }
    }
}

fn address(reader: &mut Reader<'_>) -> SocketAddr {
    let host = if reader.is_production() { Ipv4Addr::UNSPECIFIED } else { Ipv4Addr::LOCALHOST };
    reader.parsed(
        "AUTOTRACK_HTTP_ADDR",
        (host, 8000).into(),
        "an address and a port, for example 0.0.0.0:8000",
    )
}

fn cors_origins(reader: &mut Reader<'_>, frontend: &Url) -> Vec<String> {
    const NAME: &str = "AUTOTRACK_CORS_ORIGINS";
    let Some(list) = reader.text(NAME) else { return vec![frontend.origin().ascii_serialization()] };
    let origins: Vec<String> = list.split(',').map(|origin| origin.trim().to_owned()).collect();
    if !origins.iter().all(|origin| is_origin(origin)) {
        reader.problem(
            NAME,
            "set origins such as https://app.autotrack.example, separated by commas; no paths, no *",
        );
    }
    origins
}

fn is_origin(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == text
    })
}

fn rate_limit_factor(reader: &mut Reader<'_>) -> u32 {
    const NAME: &str = "AUTOTRACK_RATE_LIMIT_FACTOR";
    let default = if reader.environment() == Environment::Development { 50 } else { 1 };
    let factor = reader.at_least(NAME, 1, default) as u32;
    if reader.is_production() && factor != 1 {
        reader.problem(NAME, "loosens the limits against guessing; remove it in production");
    }
    factor
}
