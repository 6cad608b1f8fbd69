//! Files made on the spot.

use testkit::specimens;

/// A PDF that stops in the middle.
pub fn cut_off() -> Vec<u8> {
    let mut bytes = specimens::bytes("invoice/clean/inv_clean_002.pdf");
    bytes.truncate(bytes.len() / 3);
    bytes
}

/// A PDF of so many empty pages.
pub fn pages(pages: usize) -> Vec<u8> {
    Pdf { pages, ..Pdf::default() }.bytes()
}

/// A PDF whose page is as large as a wall.
pub fn wall() -> Vec<u8> {
    Pdf { side: 14_400, ..Pdf::default() }.bytes()
}

/// A PDF that asks for a password: standard security handler, revision 2; neither entry fits the empty one.
pub fn locked() -> Vec<u8> {
    let (owner, user, id) = ("5a".repeat(32), "a5".repeat(32), "00112233445566778899aabbccddeeff");
    let encrypt = format!("/Encrypt << /Filter /Standard /V 1 /R 2 /P -44 /O <{owner}> /U <{user}> >>");
    Pdf { trailer: format!("{encrypt} /ID [<{id}> <{id}>]"), ..Pdf::default() }.bytes()
}

/// A PDF of some megabytes whose only page unpacks to two gigabytes of blanks.
pub fn bomb() -> Vec<u8> {
    let content = stream("/Filter /FlateDecode", &deflated_blanks(2 << 30));
    Pdf { content, ..Pdf::default() }.bytes()
}

/// A scanned carte grise on each of so many pages: takes seconds to read for each.
pub fn album(pages: usize) -> Vec<u8> {
    let scan = specimens::bytes("registration/scan/reg_scan_000.jpg");
    let kind =
        "/Type /XObject /Subtype /Image /Width 975 /Height 1715 /ColorSpace /DeviceRGB /BitsPerComponent 8";
    let picture = stream(&format!("{kind} /Filter /DCTDecode"), &scan);
    let content = stream("", b"q 479 0 0 842 0 0 cm /Scan Do Q");
    Pdf { pages, content, picture, ..Pdf::default() }.bytes()
}

/// The signature and header of a PNG of this size, and nothing after it.
pub fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 6, 0, 0, 0]);
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    bytes.extend(13_u32.to_be_bytes());
    bytes.extend(&header);
    bytes.extend(crc(&header).to_be_bytes());
    bytes
}

/// The checksum of PNG chunks (ISO 3309).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    })
}

/// Blanks in zlib's format (RFC 1950 and 1951), written by hand: one blank, then "the last 258 again" in 13 bits, which
/// come round to whole bytes after eight times.
fn deflated_blanks(number: usize) -> Vec<u8> {
    let last_block_with_fixed_codes = "110";
    let (blank, again) = ("01010000", "1100010100000");
    let bits = [last_block_with_fixed_codes, blank, &again.repeat(16)].concat();
    let byte = |bits: &[u8]| bits.iter().rev().fold(0_u8, |byte, bit| byte << 1 | (bit - b'0'));
    let bytes: Vec<u8> = bits.as_bytes().chunks_exact(8).map(byte).collect();
    let mut stream = vec![0x78, 0x9c, bytes[0], bytes[1]];
    stream.extend(bytes[2..15].repeat(number / (258 * 8)));
    stream
}

/// A PDF whose square pages all show the same.
struct Pdf {
    pages: usize,
    /// In points.
    side: usize,
    content: Vec<u8>,
    /// What the content calls `/Scan`.
    picture: Vec<u8>,
    trailer: String,
}

impl Default for Pdf {
    fn default() -> Self {
        Self {
            pages: 1,
            side: 842,
            content: stream("", b""),
            picture: stream("", b""),
            trailer: String::new(),
        }
    }
}

impl Pdf {
    fn bytes(self) -> Vec<u8> {
        let Self { pages, side, content, picture, trailer } = self;
        let kids: Vec<String> = (5..5 + pages).map(|number| format!("{number} 0 R")).collect();
        let tree = format!("<< /Type /Pages /Count {pages} /Kids [{}] >>", kids.join(" "));
        let page = format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {side} {side}] /Contents 3 0 R \
             /Resources << /XObject << /Scan 4 0 R >> >> >>"
        );
        let mut objects =
            vec![b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(), tree.into_bytes(), content, picture];
        objects.extend(std::iter::repeat_n(page.into_bytes(), pages));
        assembled(&objects, &trailer)
    }
}

/// Objects numbered from 1 become a PDF; `trailer` is added to its trailer.
fn assembled(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let (mut bytes, mut table) = (b"%PDF-1.4\n".to_vec(), String::new());
    for (number, object) in (1..).zip(objects) {
        table.extend([format!("{:010} 00000 n \n", bytes.len())]);
        bytes.extend(format!("{number} 0 obj\n").into_bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    let (size, start) = (objects.len() + 1, bytes.len());
    let end = format!(
        "xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\n\
         startxref\n{start}\n%%EOF\n"
    );
    bytes.extend(end.into_bytes());
    bytes
}

/// A PDF stream with these entries beside its length.
fn stream(entries: &str, content: &[u8]) -> Vec<u8> {
    let mut bytes = format!("<< {entries} /Length {} >>\nstream\n", content.len()).into_bytes();
    bytes.extend(content);
    bytes.extend(b"\nendstream");
    bytes
}
