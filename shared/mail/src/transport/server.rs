//! Which mail server, and how to speak to it.

use std::net::IpAddr;

use lettre::transport::smtp;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, TlsParameters};
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

/// When the conversation is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tls {
    /// Never.
    Never,
    /// After STARTTLS, which must succeed.
    Upgrade,
    /// From the first byte.
    FromStart,
}

/// A mail server.
pub(crate) struct Server {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) tls: Tls,
    pub(crate) authority: Option<Certificate>,
    user: Option<(String, SecretString)>,
}

/// The URL of the mail server cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadServerUrl {
    /// Not a URL with a host.
    #[error("not a URL such as smtps://user:password@smtp.example:465")]
    Form,
    /// Neither `smtp` nor `smtps`.
    #[error("the scheme is neither smtp nor smtps")]
    Scheme,
    /// `tls` is neither `none` nor `required`, or is at odds with `smtps`.
    #[error("tls is neither `none` nor `required`, or `none` with smtps")]
    Tls,
    /// A parameter that means nothing here.
    #[error("the only parameter is tls")]
    Parameter,
    /// A password would go over the network in the clear.
    #[error("a password would be sent in the clear: use smtps or tls=required")]
    PlainPassword,
}

impl Server {
    /// Reads `smtp[s]://[user[:password]@]host[:port][?tls=none|required]`.
    pub(crate) fn from_url(url: &SecretString) -> Result<Self, BadServerUrl> {
        let url = Url::parse(url.expose_secret()).map_err(|_| BadServerUrl::Form)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(BadServerUrl::Form)?;
        let tls = tls(&url)?;
        let port = url.port().unwrap_or(match tls {
            Tls::FromStart => 465,
            Tls::Upgrade => 587,
            Tls::Never => 25,
        });
        let user = (!url.username().is_empty())
            .then(|| (decoded(url.username()), decoded(url.password().unwrap_or_default()).into()));
        if user.is_some() && tls == Tls::Never && !is_this_machine(&url) {
            return Err(BadServerUrl::PlainPassword);
        }
        Ok(Self { host: host.trim_matches(['[', ']']).to_owned(), port, tls, authority: None, user })
    }

    pub(crate) fn name(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// The certificate must be for this host, by a well-known authority or the one that was added.
    pub(crate) fn tls_parameters(&self) -> Result<TlsParameters, smtp::Error> {
        let parameters = TlsParameters::builder(self.host.clone());
        match &self.authority {
            Some(authority) => parameters.add_root_certificate(authority.clone()).build(),
            None => parameters.build(),
        }
    }

    pub(crate) fn credentials(&self) -> Option<Credentials> {
        let (name, password) = self.user.as_ref()?;
        Some(Credentials::new(name.clone(), password.expose_secret().to_owned()))
    }
}

fn tls(url: &Url) -> Result<Tls, BadServerUrl> {
    let mut asked = None;
    for (key, value) in url.query_pairs() {
        match (key.as_ref(), value.as_ref()) {
            ("tls", "none") => asked = Some(false),
            ("tls", "required") => asked = Some(true),
            ("tls", _) => return Err(BadServerUrl::Tls),
            _ => return Err(BadServerUrl::Parameter),
        }
    }
    match (url.scheme(), asked) {
        ("smtps", Some(false)) => Err(BadServerUrl::Tls),
        ("smtps", _) => Ok(Tls::FromStart),
        ("smtp", Some(false)) => Ok(Tls::Never),
        ("smtp", None) if is_this_machine(url) => Ok(Tls::Never),
        ("smtp", _) => Ok(Tls::Upgrade),
        _ => Err(BadServerUrl::Scheme),
    }
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            name.eq_ignore_ascii_case("localhost")
                || name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(url: &str) -> Result<Server, BadServerUrl> {
        Server::from_url(&url.into())
    }

    #[test]
    fn encryption_is_the_rule_but_for_this_machine() {
        for (url, tls, name) in [
            ("smtps://u:p@smtp.example", Tls::FromStart, "smtp.example:465"),
            ("smtp://u:p@smtp.example", Tls::Upgrade, "smtp.example:587"),
            ("smtp://smtp.example:2525?tls=required", Tls::Upgrade, "smtp.example:2525"),
            ("smtp://relay.internal?tls=none", Tls::Never, "relay.internal:25"),
            ("smtp://localhost:1025", Tls::Never, "localhost:1025"),
            ("smtp://u:p@127.0.0.1:1025", Tls::Never, "127.0.0.1:1025"),
            ("smtp://[::1]:1025", Tls::Never, "::1:1025"),
            ("smtp://localhost?tls=required", Tls::Upgrade, "localhost:587"),
        ] {
            let server = server(url).unwrap();
            assert_eq!((server.tls, server.name().as_str()), (tls, name), "{url}");
        }
    }

    #[test]
    fn a_url_that_would_leak_or_means_nothing_is_refused() {
        for (url, why) in [
            ("smtp://u:p@smtp.example?tls=none", BadServerUrl::PlainPassword),
            ("smtps://smtp.example?tls=none", BadServerUrl::Tls),
            ("smtp://smtp.example?tls=maybe", BadServerUrl::Tls),
            ("smtp://smtp.example?ssl=1", BadServerUrl::Parameter),
            ("http://smtp.example", BadServerUrl::Scheme),
            ("smtp.example:25", BadServerUrl::Form),
            ("", BadServerUrl::Form),
        ] {
            assert_eq!(server(url).err(), Some(why), "{url}");
        }
    }

    #[test]
    fn a_password_may_hold_any_character() {
        let server = server("smtps://me%40example.org:p%40ss%3A%2F%C3%A9@smtp.example").unwrap();
        let (name, password) = server.user.unwrap();
        assert_eq!((name.as_str(), password.expose_secret()), ("me@example.org", "p@ss:/é"));
    }
}
