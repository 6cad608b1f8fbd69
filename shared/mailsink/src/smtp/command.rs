//! The commands of a client.

use super::lines::MAX_LETTER;

/// A command, or the line that answers what is none.
pub(crate) type Parsed = Result<Command, &'static str>;

/// What a client asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// `EHLO` (true) or `HELO` (false).
    Hello { is_extended: bool },
    /// `AUTH`, with its mechanism and initial response.
    Auth { mechanism: String, initial: Option<String> },
    /// `MAIL FROM`; the empty address is the null sender.
    Mail { from: String },
    /// `RCPT TO`.
    Rcpt { to: String },
    /// `DATA`.
    Data,
    /// `RSET`.
    Reset,
    /// `NOOP`.
    Noop,
    /// `VRFY`, which is never answered.
    Verify,
    /// `QUIT`.
    Quit,
}

impl Command {
    /// Reads one line.
    pub(crate) fn parse(line: &str) -> Parsed {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim();
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" | "HELO" if rest.is_empty() => Err("501 5.5.4 say your name"),
            "EHLO" => Ok(Self::Hello { is_extended: true }),
            "HELO" => Ok(Self::Hello { is_extended: false }),
            "AUTH" => auth(rest),
            "MAIL" => mail(rest),
            "RCPT" => rcpt(rest),
            "DATA" => Ok(Self::Data),
            "RSET" => Ok(Self::Reset),
            "NOOP" => Ok(Self::Noop),
            "VRFY" => Ok(Self::Verify),
            "QUIT" => Ok(Self::Quit),
            _ => Err("502 5.5.1 command not implemented"),
        }
    }
}

fn auth(rest: &str) -> Parsed {
    let mut words = rest.split_whitespace();
    let mechanism = words.next().ok_or("501 5.5.4 which mechanism?")?.to_ascii_uppercase();
    if !matches!(mechanism.as_str(), "PLAIN" | "LOGIN") {
        return Err("504 5.5.4 mechanism not known");
    }
    Ok(Command::Auth { mechanism, initial: words.next().map(str::to_owned) })
}

fn mail(rest: &str) -> Parsed {
    let (from, parameters) = path(rest, "FROM:").ok_or("501 5.1.7 bad sender")?;
    for parameter in parameters.split_whitespace() {
        let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        match key.to_ascii_uppercase().as_str() {
            "SIZE" => match value.parse::<usize>() {
                Ok(size) if size > MAX_LETTER => return Err("552 5.3.4 letter too large"),
                Ok(_) => {}
                Err(_) => return Err("501 5.5.4 bad size"),
            },
            "BODY" | "SMTPUTF8" | "AUTH" => {}
            _ => return Err("555 5.5.4 parameter not known"),
        }
    }
    Ok(Command::Mail { from })
}

fn rcpt(rest: &str) -> Parsed {
    match path(rest, "TO:") {
        Some((to, _)) if to.contains('@') => Ok(Command::Rcpt { to }),
        _ => Err("501 5.1.3 bad recipient"),
    }
}

/// The address between `<` and `>` after the keyword, and the parameters behind it.
fn path<'a>(rest: &'a str, keyword: &str) -> Option<(String, &'a str)> {
    let given = rest.get(..keyword.len())?;
    if !given.eq_ignore_ascii_case(keyword) {
        return None;
    }
    let (address, parameters) = rest[keyword.len()..].trim_start().strip_prefix('<')?.split_once('>')?;
    Some((address.to_owned(), parameters))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_whatever_their_case_and_parameters() {
        assert_eq!(
            Command::parse("mail from:<a@b.fr> SIZE=100 BODY=8BITMIME SMTPUTF8"),
            Ok(Command::Mail { from: "a@b.fr".into() })
        );
        assert_eq!(Command::parse("MAIL FROM: <>"), Ok(Command::Mail { from: String::new() }));
        assert_eq!(Command::parse("RCPT TO:<é@b.fr>"), Ok(Command::Rcpt { to: "é@b.fr".into() }));
        assert_eq!(
            Command::parse("AUTH plain AGEAYg=="),
            Ok(Command::Auth { mechanism: "PLAIN".into(), initial: Some("AGEAYg==".into()) })
        );
    }

    #[test]
    fn what_is_no_command_is_answered_with_its_reason() {
        for (line, code) in [
            ("MAIL FROM:<a@b.fr> SIZE=99999999999", "552"),
            ("MAIL FROM:<a@b.fr> RET=FULL", "555"),
            ("MAIL TO:<a@b.fr>", "501"),
            ("RCPT TO:<nobody>", "501"),
            ("EHLO", "501"),
            ("AUTH CRAM-MD5", "504"),
            ("STARTTLS", "502"),
            ("", "502"),
        ] {
            assert!(Command::parse(line).unwrap_err().starts_with(code), "{line}");
        }
    }
}
