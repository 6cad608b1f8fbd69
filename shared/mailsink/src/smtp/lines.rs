//! Reading commands and letters, bounded, off the wire.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt};

/// Longest command line, in bytes: RFC 5321 asks for 512, RFC 4954 for 12,288 in AUTH.
const MAX_LINE: u64 = 12_288;

/// Largest letter, in bytes; also the value announced for SIZE.
pub(crate) const MAX_LETTER: usize = 26_214_400;

/// What the client sent.
pub(crate) enum Line {
    /// One line, without its end.
    Text(String),
    /// A line that is too long; the rest of it is gone.
    TooLong,
    /// The client has left.
    End,
}

/// The next line.
pub(crate) async fn read_line(reader: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Line> {
    let mut line = Vec::new();
    let mut is_too_long = false;
    loop {
        let read = reader.take(MAX_LINE).read_until(b'\n', &mut line).await?;
        if read == 0 {
            return Ok(Line::End);
        }
        if line.ends_with(b"\n") {
            break;
        }
        is_too_long = is_too_long || line.len() as u64 >= MAX_LINE;
        if is_too_long {
            line.clear();
        }
    }
    if is_too_long {
        return Ok(Line::TooLong);
    }
    let text = String::from_utf8_lossy(&line);
    Ok(Line::Text(text.trim_end_matches(['\r', '\n']).to_owned()))
}

/// The letter up to the final dot, unstuffed (RFC 5321 section 4.5.2); `None` when the client leaves first.
///
/// Only CRLF ends a line, so that nothing can be smuggled in behind a bare line feed. A letter that is too large is
/// read to its end and answered as `Err(TooLarge)` inside.
pub(crate) async fn read_letter(
    reader: &mut (impl AsyncBufRead + Unpin),
) -> io::Result<Option<Result<Vec<u8>, TooLarge>>> {
    let mut letter = Vec::new();
    let mut chunk = Vec::new();
    let (mut is_line_start, mut is_too_large) = (true, false);
    loop {
        chunk.clear();
        if reader.take(MAX_LINE).read_until(b'\n', &mut chunk).await? == 0 {
            return Ok(None);
        }
        if is_line_start && chunk == b".\r\n" {
            return Ok(Some(if is_too_large { Err(TooLarge) } else { Ok(letter) }));
        }
        let content = if is_line_start { chunk.strip_prefix(b".").unwrap_or(&chunk) } else { &chunk };
        is_too_large = is_too_large || letter.len() + content.len() > MAX_LETTER;
        if !is_too_large {
            letter.extend_from_slice(content);
        }
        is_line_start = chunk.ends_with(b"\r\n");
    }
}

/// The letter is larger than [`MAX_LETTER`].
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn dots_are_unstuffed_and_only_crlf_dot_crlf_ends_a_letter() {
        let mut wire: &[u8] = b"a\r\n..b\r\nc\n.\nd\n.\r\ne\r\n.\r\nQUIT\r\n";
        let letter = read_letter(&mut wire).await.unwrap().unwrap().unwrap();
        assert_eq!(letter, b"a\r\n.b\r\nc\n.\nd\n.\r\ne\r\n");
        assert_eq!(wire, b"QUIT\r\n");
    }

    #[tokio::test]
    async fn a_letter_that_is_too_large_is_read_to_its_end() {
        let mut wire = vec![b'x'; MAX_LETTER + 1];
        wire.extend_from_slice(b"\r\n.\r\nNOOP\r\n");
        let mut wire = wire.as_slice();
        assert_eq!(read_letter(&mut wire).await.unwrap().unwrap(), Err(TooLarge));
        assert_eq!(wire, b"NOOP\r\n");
    }

    #[tokio::test]
    async fn a_line_that_is_too_long_is_skipped_as_one() {
        let mut wire = vec![b'x'; MAX_LINE as usize * 2 + 5];
        wire.extend_from_slice(b"\r\nNOOP\r\n");
        let mut wire = wire.as_slice();
        assert!(matches!(read_line(&mut wire).await.unwrap(), Line::TooLong));
        assert!(matches!(read_line(&mut wire).await.unwrap(), Line::Text(noop) if noop == "NOOP"));
        assert!(matches!(read_line(&mut wire).await.unwrap(), Line::End));
    }
}
