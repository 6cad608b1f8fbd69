//! PDF files that hold pictures and no text, as scanners and scanning applications make them.

use image::RgbImage;
use pdf_writer::{Content, Filter, Finish as _, Name, Pdf, Rect, Ref};

use super::file::{Tone, Writing, group4, jpeg};

const CATALOG: Ref = Ref::new(1);
const TREE: Ref = Ref::new(2);
const PICTURE: Name = Name(b"Im0");

/// The file; a page is as large as its picture at the resolution that is claimed.
pub fn bytes(pages: &[RgbImage], writing: &Writing) -> anyhow::Result<Vec<u8>> {
    let mut pdf = Pdf::new();
    let part = |page: usize, part: usize| Ref::new((3 + 3 * page + part) as i32);
    pdf.catalog(CATALOG).pages(TREE);
    pdf.pages(TREE).kids((0..pages.len()).map(|i| part(i, 0))).count(pages.len() as i32);
    for (i, picture) in pages.iter().enumerate() {
        let points = |pixels: u32| pixels as f32 * 72.0 / writing.dpi;
        let (width, height) = (points(picture.width()), points(picture.height()));
        let mut page = pdf.page(part(i, 0));
        page.parent(TREE).media_box(Rect::new(0.0, 0.0, width, height)).contents(part(i, 1));
        page.resources().x_objects().pair(PICTURE, part(i, 2));
        page.finish();
        let mut content = Content::new();
        content.save_state().transform([width, 0.0, 0.0, height, 0.0, 0.0]).x_object(PICTURE).restore_state();
        pdf.stream(part(i, 1), &content.finish());
        put(&mut pdf, part(i, 2), picture, writing)?;
    }
    Ok(pdf.finish())
}

fn put(pdf: &mut Pdf, id: Ref, picture: &RgbImage, writing: &Writing) -> anyhow::Result<()> {
    let bilevel = writing.tone == Tone::Bilevel;
    let bytes = if bilevel { group4(picture)? } else { jpeg(picture, writing)? };
    let (width, height) = (picture.width() as i32, picture.height() as i32);
    let mut object = pdf.image_xobject(id, &bytes);
    object.width(width).height(height).bits_per_component(if bilevel { 1 } else { 8 });
    if bilevel {
        object.filter(Filter::CcittFaxDecode);
        object.decode_parms().k(-1).columns(width).rows(height);
    } else {
        object.filter(Filter::DctDecode);
    }
    if writing.tone == Tone::Colour {
        object.color_space().device_rgb();
    } else {
        object.color_space().device_gray();
    }
    Ok(())
}
