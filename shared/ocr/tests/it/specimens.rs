//! Real papers, read by the real engine.

use domain::reading::{BBox, Source, Zone};
use image::imageops;
use ocr::{Limits, Paper, Progress, Reader as _};

use crate::made::{assembled, lines, pdf, png, tiff};
use crate::{reader, specimen, text};

#[tokio::test]
async fn a_photographed_certificate_is_cut_out_and_read() {
    let mut reader = reader(Limits::default());
    let file = specimen("registration/photo/reg_photo_000.jpg");
    let mut heard = Vec::new();
    let reading = reader.read(Paper::File(&file), &mut |page| heard.push(page)).await.unwrap();
    assert_eq!(heard, [Progress { page: 1, pages: 1 }]);
    assert_eq!(reading.engine, "tesseract");
    let text = text(&reading);
    for value in ["CR-442-QW", "01/06/2017", "TOYOTA"] {
        assert!(text.contains(value), "{value} in {text}");
    }
    // The paper takes up half of the photograph: a box on it stands further in on the picture as taken.
    let corner = reader.place(1, BBox { x: 0.0, y: 0.0, w: 0.1, h: 0.1 });
    assert!(corner.x > 0.1 && corner.y > 0.05 && corner.w < 0.1, "{corner:?}");
    assert!(reader.usage().cpu_seconds > 0.1 && reader.usage().peak_kib > 10_000);
}

#[tokio::test]
async fn a_page_on_its_head_or_side_is_turned() {
    let file = specimen("invoice/clean/inv_clean_004.png");
    let upright = image::open(file).unwrap().into_luma8();
    let mut reader = reader(Limits::default());
    for (turned, needed) in [(imageops::rotate180(&upright), 180), (imageops::rotate90(&upright), 270)] {
        let reading = reader.read(Paper::Bytes(&png(&turned)), &mut |_| {}).await.unwrap();
        assert_eq!(reading.pages[0].rotation, needed);
        assert!(text(&reading).contains("TECHNIC AUTO"), "{}", text(&reading));
    }
}

#[tokio::test]
async fn a_text_layer_is_taken_as_it_is() {
    let file = specimen("invoice/clean/inv_clean_002.pdf");
    let mut reader = reader(Limits::default());
    let reading = reader.read(Paper::File(&file), &mut |_| {}).await.unwrap();
    assert_eq!((reading.engine.as_str(), reading.pages[0].source), ("text-layer", Source::TextLayer));
    assert!(text(&reading).contains("804,46"), "{}", text(&reading));
}

#[tokio::test]
async fn a_pdf_without_text_is_drawn_and_read() {
    let drawn = pdf(1, (595, 842), &lines(&["FACTURE", "Total TTC 123,45"]));
    let mut reader = reader(Limits::default());
    let reading = reader.read(Paper::Bytes(&drawn), &mut |_| {}).await.unwrap();
    assert_eq!(reading.pages[0].source, Source::Ocr, "four words are a stamp, not a text");
    assert!(text(&reading).contains("123,45"), "{}", text(&reading));
}

#[tokio::test]
async fn an_invoice_in_xml_that_travels_inside_is_handed_over() {
    let xml = "<rsm:CrossIndustryInvoice/>";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(factur-x.xml) 4 0 R] >> >> >>",
        "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        "<< /Type /Filespec /F (factur-x.xml) /UF (factur-x.xml) /EF << /F 5 0 R >> >>",
        &format!("<< /Type /EmbeddedFile /Length {} >>\nstream\n{xml}\nendstream", xml.len()),
    ]
    .map(str::to_owned);
    let mut reader = reader(Limits::default());
    let reading = reader.read(Paper::Bytes(&assembled(&objects, "")), &mut |_| {}).await.unwrap();
    assert_eq!(reading.attached_xml.as_deref(), Some(xml));
}

#[tokio::test]
async fn a_zone_is_read_again_with_its_own_alphabet() {
    let drawn = pdf(1, (595, 842), &lines(&["VF1ABC", "TTC 12"]));
    let mut reader = reader(Limits::default());
    reader.read(Paper::Bytes(&drawn), &mut |_| {}).await.unwrap();
    let zone = Zone {
        label: "E".to_owned(),
        page: 1,
        bbox: BBox { x: 0.07, y: 0.07, w: 0.2, h: 0.04 },
        charset: Some("0123456789ABCDEFGHJKLMNPRSTUVWXYZ".to_owned()),
        capital_px: 30,
        single_line: true,
    };
    let elsewhere = Zone { page: 9, ..zone.clone() };
    let closer = reader.read_zones(&[zone, elsewhere]).await.unwrap();
    assert_eq!(closer.len(), 1, "page 9 is not at hand");
    assert_eq!(closer[0].words[0].text, "VF1ABC");
    let bbox = closer[0].words[0].bbox;
    assert!(bbox.x > 0.07 && bbox.x < 0.12 && bbox.y > 0.07 && bbox.y < 0.1, "{bbox:?}");
}

#[tokio::test]
async fn webp_and_every_page_of_a_tiff_are_read() {
    let page = image::open(specimen("invoice/clean/inv_clean_004.png")).unwrap().into_luma8();
    let mut reader = reader(Limits::default());
    let mut pages = Vec::new();
    let two = tiff(&[&page, &imageops::rotate180(&page)]);
    let reading = reader.read(Paper::Bytes(&two), &mut |page| pages.push(page)).await.unwrap();
    assert_eq!(pages, [Progress { page: 1, pages: 2 }, Progress { page: 2, pages: 2 }]);
    let turns: Vec<u16> = reading.pages.iter().map(|page| page.rotation).collect();
    assert_eq!(turns, [0, 180]);
    let mut webp = std::io::Cursor::new(Vec::new());
    page.write_to(&mut webp, image::ImageFormat::WebP).unwrap();
    let again = reader.read(Paper::Bytes(webp.get_ref()), &mut |_| {}).await.unwrap();
    let first: Vec<_> = reading.pages[0].words.iter().map(|word| &word.text).collect();
    assert_eq!(again.pages[0].words.iter().map(|word| &word.text).collect::<Vec<_>>(), first);
}

#[tokio::test]
async fn a_second_reading_stands_where_the_first_one_does() {
    let mut reader = reader(Limits::default());
    let file = specimen("registration/photo/reg_photo_000.jpg");
    let first = reader.read(Paper::File(&file), &mut |_| {}).await.unwrap();
    let second = reader.read_again().await.unwrap().expect("there is another way");
    let place = |reading: &domain::reading::Reading| {
        let words = reading.pages[0].words.iter();
        words.filter(|word| word.text.contains("CR-442-QW")).map(|word| word.bbox).next()
    };
    let (Some(one), Some(other)) = (place(&first), place(&second)) else { panic!("both read the plate") };
    assert!((one.x - other.x).abs() < 0.02 && (one.y - other.y).abs() < 0.02, "{one:?} {other:?}");
    assert_eq!(reader.read_again().await, Ok(None), "there is no third way");
}
