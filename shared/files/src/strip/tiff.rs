//! TIFF (revision 6.0): written anew page by page, with the pixels as they were and nothing that is not needed to show them.

use bytes::Bytes;
use domain::document::MAX_PAGES;

use crate::Refusal;
use crate::sniff::{self, Dimensions};

/// What is needed to show a page: sizes, compression, colour and its profile, orientation, resolution, tables. The rest says where, when and
/// with what it was made, or holds previews.
const KEPT: [u16; 29] = [
    256, 257, 258, 259, 262, 266, 274, 277, 278, 282, 283, 284, 292, 293, 296, 297, 301, 317, 318, 319, 320,
    322, 323, 338, 339, 347, 530, 532, 34675,
];
const WIDTH: u16 = 256;
const HEIGHT: u16 = 257;
const COMPRESSION: u16 = 259;
const NEW_SUBFILE: u16 = 254;
/// Where the pixels are and how many bytes: in strips, or in tiles.
const PIECES: [(u16, u16); 2] = [(273, 279), (324, 325)];
/// JPEG as revision 6.0 had it, which nobody reads the same way.
const OLD_JPEG: u64 = 6;
/// LONG, the type of offsets.
const LONG: u16 = 4;

/// The pages without what is not needed, and the size of the largest.
///
/// # Errors
/// When there is no page, one is damaged or too large, or there are more than fifty.
pub fn tiff(sent: &[u8]) -> Result<(Dimensions, Bytes), Refusal> {
    let reader = Reader { bytes: sent, is_big: sent.starts_with(b"MM") };
    let pages = reader.pages()?;
    let mut largest: Option<Dimensions> = None;
    for page in &pages {
        let size = page.size(&reader)?;
        let area = |it: Dimensions| u64::from(it.width) * u64::from(it.height);
        largest = Some(largest.filter(|known| area(*known) >= area(size)).unwrap_or(size));
    }
    // What lies over each other would grow when it is written one after another.
    if pages.iter().map(Page::weight).sum::<usize>() > 2 * sent.len() {
        return Err(Refusal::Damaged);
    }
    Ok((largest.ok_or(Refusal::Damaged)?, write(&reader, &pages)?))
}

/// One value of a page: its type, how many there are, and their bytes in the file's own order.
struct Entry<'a> {
    tag: u16,
    kind: u16,
    count: u32,
    bytes: &'a [u8],
}

struct Page<'a> {
    entries: Vec<Entry<'a>>,
    /// The tags of the pixels' places and lengths, and the pixels.
    pieces: ((u16, u16), Vec<&'a [u8]>),
}

struct Reader<'a> {
    bytes: &'a [u8],
    is_big: bool,
}

impl<'a> Reader<'a> {
    fn pages(&self) -> Result<Vec<Page<'a>>, Refusal> {
        let (mut pages, mut seen, mut at) = (Vec::new(), 0, self.long(4)?);
        while at != 0 {
            seen += 1;
            // A chain of directories may lead in a circle; previews count too.
            if seen > 2 * MAX_PAGES {
                return Err(Refusal::TooManyPages);
            }
            let (entries, next) = self.directory(at as usize)?;
            if !self.is_preview(&entries) {
                pages.push(self.page(entries)?);
            }
            if pages.len() > MAX_PAGES as usize {
                return Err(Refusal::TooManyPages);
            }
            at = next;
        }
        Ok(pages)
    }

    fn directory(&self, at: usize) -> Result<(Vec<Entry<'a>>, u32), Refusal> {
        let count = usize::from(self.short(at)?);
        let entries = (0..count).map(|index| self.entry(at + 2 + index * 12)).collect::<Result<_, _>>()?;
        Ok((entries, self.long(at + 2 + count * 12)?))
    }

    fn entry(&self, at: usize) -> Result<Entry<'a>, Refusal> {
        let (tag, kind, count) = (self.short(at)?, self.short(at + 2)?, self.long(at + 4)?);
        let length = (count as usize).checked_mul(width(kind)).ok_or(Refusal::Damaged)?;
        let from = if length <= 4 { at + 8 } else { self.long(at + 8)? as usize };
        // What is left out anyway may be broken.
        let bytes = match self.slice(from, length) {
            Ok(bytes) => bytes,
            Err(_) if !KEPT.contains(&tag) && !PIECES.iter().any(|(a, b)| [*a, *b].contains(&tag)) => &[],
            Err(refusal) => return Err(refusal),
        };
        Ok(Entry { tag, kind, count, bytes })
    }

    fn page(&self, entries: Vec<Entry<'a>>) -> Result<Page<'a>, Refusal> {
        let find = |tag| entries.iter().find(|entry| entry.tag == tag);
        if find(COMPRESSION).and_then(|entry| self.numbers(entry).next()) == Some(OLD_JPEG) {
            return Err(Refusal::Unsupported);
        }
        let found = PIECES.into_iter().find_map(|tags| Some((tags, find(tags.0)?, find(tags.1)?)));
        let (tags, places, lengths) = found.ok_or(Refusal::Damaged)?;
        if places.count != lengths.count || places.count == 0 {
            return Err(Refusal::Damaged);
        }
        let pieces = self.numbers(places).zip(self.numbers(lengths));
        let pieces: Vec<&[u8]> = pieces
            .map(|(place, length)| self.slice(place as usize, length as usize))
            .collect::<Result<_, _>>()?;
        let kept = entries.into_iter().filter(|entry| KEPT.contains(&entry.tag)).collect();
        Ok(Page { entries: kept, pieces: (tags, pieces) })
    }

    fn is_preview(&self, entries: &[Entry<'a>]) -> bool {
        let kind = entries.iter().find(|entry| entry.tag == NEW_SUBFILE);
        kind.and_then(|entry| self.numbers(entry).next()).is_some_and(|kind| kind & 1 == 1)
    }

    /// The whole numbers of an entry; none when it holds something else.
    fn numbers(&self, entry: &Entry<'a>) -> impl Iterator<Item = u64> + use<'a> {
        let (is_big, size) = (self.is_big, width(entry.kind));
        let bytes = if matches!(entry.kind, 1 | 3 | 4) { entry.bytes } else { &[] };
        bytes.chunks_exact(size.max(1)).map(move |number| {
            let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
            if is_big { number.iter().fold(0, add) } else { number.iter().rev().fold(0, add) }
        })
    }

    fn slice(&self, from: usize, length: usize) -> Result<&'a [u8], Refusal> {
        let to = from.checked_add(length).ok_or(Refusal::Damaged)?;
        self.bytes.get(from..to).ok_or(Refusal::Damaged)
    }

    fn short(&self, at: usize) -> Result<u16, Refusal> {
        let bytes: [u8; 2] = self.slice(at, 2)?.try_into().map_err(|_| Refusal::Damaged)?;
        Ok(if self.is_big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    fn long(&self, at: usize) -> Result<u32, Refusal> {
        let bytes: [u8; 4] = self.slice(at, 4)?.try_into().map_err(|_| Refusal::Damaged)?;
        Ok(if self.is_big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }
}

impl Page<'_> {
    /// Bytes of its pixels and values.
    fn weight(&self) -> usize {
        let values = self.entries.iter().map(|entry| entry.bytes.len());
        values.chain(self.pieces.1.iter().map(|piece| piece.len())).sum()
    }

    fn size(&self, reader: &Reader<'_>) -> Result<Dimensions, Refusal> {
        let of = |tag| {
            let entry = self.entries.iter().find(|entry| entry.tag == tag)?;
            u32::try_from(reader.numbers(entry).next()?).ok()
        };
        sniff::within_limits(of(WIDTH).ok_or(Refusal::Damaged)?, of(HEIGHT).ok_or(Refusal::Damaged)?)
    }
}

/// Bytes of one value of a type; nothing that is not known has a length.
fn width(kind: u16) -> usize {
    match kind {
        1 | 2 | 6 | 7 => 1,
        3 | 8 => 2,
        4 | 9 | 11 => 4,
        5 | 10 | 12 => 8,
        _ => 0,
    }
}

/// The pages one after another: pixels, long values, directory.
fn write(reader: &Reader<'_>, pages: &[Page<'_>]) -> Result<Bytes, Refusal> {
    let order = Order { is_big: reader.is_big };
    let mut out = reader.slice(0, 4)?.to_vec();
    let mut link = out.len();
    out.extend(order.long(0));
    for page in pages {
        let directory = append(&mut out, page, order)?;
        let place = order.long(u32::try_from(directory.0).map_err(|_| Refusal::Damaged)?);
        out[link..link + 4].copy_from_slice(&place);
        link = directory.1;
    }
    Ok(out.into())
}

/// Writes a page; says where its directory is, and where the link to the next one.
fn append(out: &mut Vec<u8>, page: &Page<'_>, order: Order) -> Result<(usize, usize), Refusal> {
    let ((places_tag, lengths_tag), pieces) = &page.pieces;
    let (mut places, mut lengths) = (Vec::new(), Vec::new());
    for piece in pieces {
        places.extend(order.long(here(out)?));
        lengths.extend(order.long(u32::try_from(piece.len()).map_err(|_| Refusal::Damaged)?));
        out.extend_from_slice(piece);
        pad(out);
    }
    let count = pieces.len() as u32;
    let mut entries: Vec<(u16, u16, u32, &[u8])> =
        page.entries.iter().map(|entry| (entry.tag, entry.kind, entry.count, entry.bytes)).collect();
    entries.push((*places_tag, LONG, count, &places));
    entries.push((*lengths_tag, LONG, count, &lengths));
    entries.sort_by_key(|entry| entry.0);
    entries.dedup_by_key(|entry| entry.0);
    let mut directory = order.short(entries.len() as u16).to_vec();
    for (tag, kind, count, bytes) in entries {
        directory.extend(order.short(tag));
        directory.extend(order.short(kind));
        directory.extend(order.long(count));
        if bytes.len() <= 4 {
            let mut value = [0; 4];
            value[..bytes.len()].copy_from_slice(bytes);
            directory.extend(value);
        } else {
            directory.extend(order.long(here(out)?));
            out.extend_from_slice(bytes);
            pad(out);
        }
    }
    let start = out.len();
    out.extend(directory);
    let link = out.len();
    out.extend([0; 4]);
    Ok((start, link))
}

fn here(out: &[u8]) -> Result<u32, Refusal> {
    u32::try_from(out.len()).map_err(|_| Refusal::Damaged)
}

/// Places are even (TIFF 6.0, section 2).
fn pad(out: &mut Vec<u8>) {
    if out.len() % 2 == 1 {
        out.push(0);
    }
}

/// The order of the file's bytes.
#[derive(Clone, Copy)]
struct Order {
    is_big: bool,
}

impl Order {
    fn short(self, number: u16) -> [u8; 2] {
        if self.is_big { number.to_be_bytes() } else { number.to_le_bytes() }
    }

    fn long(self, number: u32) -> [u8; 4] {
        if self.is_big { number.to_be_bytes() } else { number.to_le_bytes() }
    }
}
