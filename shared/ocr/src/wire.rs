//! What the worker and its reading child say to each other: JSON, each message after its length in four bytes.

use std::io::{self, Read, Write};
use std::path::PathBuf;

use domain::document::FailureReason;
use domain::reading::{Reading, Zone, ZoneReading};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::limits::Limits;
use crate::reader::{Progress, Usage};

/// No honest message is longer: fifty dense pages are some 10 MB.
const MAX_MESSAGE: u32 = 64 << 20;

/// From the worker.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Request {
    /// The first word: under which limits to live.
    Start(Limits),
    /// Read a paper.
    Read(PathBuf),
    /// Read the last paper once more, in another way.
    Again,
    /// Read parts of the last paper.
    Zones(Vec<Zone>),
}

/// From the child.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Reply {
    /// A page is about to be read.
    Progress(Progress),
    /// The words, and how each page was straightened.
    Reading(Reading, Vec<Frame>, Usage),
    /// The words, read in another way, if there is one.
    Again(Option<Reading>, Usage),
    /// The words of the zones.
    Zones(Vec<ZoneReading>, Usage),
    /// The paper cannot be read.
    Verdict(FailureReason),
    /// The reader is at fault.
    Fault(String),
}

/// How a read page lies on the upright page of the file: a projective map of fractions to fractions, row by row.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Frame(pub(crate) [f32; 9]);

pub(crate) fn send(out: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    out.write_all(&packed(message)?)?;
    out.flush()
}

pub(crate) fn receive<T: DeserializeOwned>(input: &mut impl Read) -> io::Result<T> {
    let mut length = [0; 4];
    input.read_exact(&mut length)?;
    let mut body = vec![0; checked(length)?];
    input.read_exact(&mut body)?;
    Ok(serde_json::from_slice(&body)?)
}

pub(crate) async fn send_async(
    out: &mut (impl AsyncWrite + Unpin),
    message: &impl Serialize,
) -> io::Result<()> {
    out.write_all(&packed(message)?).await?;
    out.flush().await
}

pub(crate) async fn receive_async<T: DeserializeOwned>(
    input: &mut (impl AsyncRead + Unpin),
) -> io::Result<T> {
    let mut length = [0; 4];
    input.read_exact(&mut length).await?;
    let mut body = vec![0; checked(length)?];
    input.read_exact(&mut body).await?;
    Ok(serde_json::from_slice(&body)?)
}

fn packed(message: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; 4];
    serde_json::to_writer(&mut bytes, message)?;
    let length = (bytes.len() - 4) as u32;
    bytes[..4].copy_from_slice(&length.to_le_bytes());
    Ok(bytes)
}

fn checked(length: [u8; 4]) -> io::Result<usize> {
    let length = u32::from_le_bytes(length);
    if length > MAX_MESSAGE {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "message too long"));
    }
    Ok(length as usize)
}
