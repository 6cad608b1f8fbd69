//! The XML invoice that a Factur-X or ZUGFeRD PDF carries (UN/CEFACT Cross Industry Invoice), by local names.

use domain::analysis::Field;
use domain::money::Cents;
use domain::reading::BBox;
use roxmltree::{Document, Node};
use rust_decimal::Decimal;
use serde_json::{Map, Value};

use crate::layout::Mark;
use crate::values::dates;
use crate::vote::{MOST, field};

/// The fields that the XML states; none when it is no such invoice.
pub(super) fn read(xml: &str) -> Vec<Field> {
    let Ok(document) = Document::parse(xml.trim_start_matches('\u{feff}').trim_start()) else {
        return Vec::new();
    };
    let root = document.root_element();
    let mut fields = Vec::new();
    let mut push = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            fields.push(stated(key, value));
        }
    };
    let seller = child(root, "SellerTradeParty");
    let sums = find(
        root,
        &["SpecifiedTradeSettlementHeaderMonetarySummation", "SpecifiedTradeSettlementMonetarySummation"],
    );
    let head = find(root, &["ExchangedDocument", "HeaderExchangedDocument"]);
    push("number", head.and_then(|head| own_text(head, "ID")).map(Value::from));
    push("date", head.and_then(|head| date_in(head, "IssueDateTime")));
    push(
        "due_date",
        child(root, "SpecifiedTradePaymentTerms").and_then(|terms| date_in(terms, "DueDateDateTime")),
    );
    push("garage_name", seller.and_then(|seller| own_text(seller, "Name")).map(Value::from));
    push("siret", seller.and_then(siret).map(Value::from));
    push("vat_number", seller.and_then(vat_number).map(Value::from));
    for (key, name) in [
        ("total_ht", "TaxBasisTotalAmount"),
        ("total_vat", "TaxTotalAmount"),
        ("total_ttc", "GrandTotalAmount"),
    ] {
        push(key, sums.and_then(|sums| amount(sums, name)));
    }
    push("vat_rates", rates(root));
    push("lines", lines(root));
    fields
}

fn stated(key: &str, value: Value) -> Field {
    let raw = value.as_str().unwrap_or_default().to_owned();
    let mark = Mark { raw, confidence: 1.0, page: 1, bbox: BBox::default() };
    field(key, value, &mark, MOST, vec!["xml".to_owned()])
}

fn child<'a>(node: Node<'a, 'a>, name: &str) -> Option<Node<'a, 'a>> {
    node.descendants().find(|node| node.tag_name().name() == name)
}

fn find<'a>(node: Node<'a, 'a>, names: &[&str]) -> Option<Node<'a, 'a>> {
    names.iter().find_map(|name| child(node, name))
}

/// Text of a direct child.
fn own_text(node: Node<'_, '_>, name: &str) -> Option<String> {
    let found = node.children().find(|child| child.tag_name().name() == name)?;
    found.text().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn date_in(node: Node<'_, '_>, name: &str) -> Option<Value> {
    let text = child_text(node, name, "DateTimeString")?;
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<u32>().ok();
    let date = dates::date(i32::try_from(number(0..4)?).ok()?, number(4..6)?, number(6..8)?)?;
    Some(Value::from(date.to_string()))
}

fn child_text(node: Node<'_, '_>, outer: &str, inner: &str) -> Option<String> {
    let outer = node.descendants().find(|node| node.tag_name().name() == outer)?;
    let inner = outer.descendants().find(|node| node.tag_name().name() == inner)?;
    inner.text().map(|text| text.trim().to_owned())
}

fn siret(seller: Node<'_, '_>) -> Option<String> {
    let ids = seller.descendants().filter(|node| node.tag_name().name() == "ID");
    let numbers = ids
        .filter_map(|id| id.text())
        .map(|text| text.chars().filter(char::is_ascii_digit).collect::<String>());
    numbers.into_iter().find(|digits| digits.len() == 14)
}

fn vat_number(seller: Node<'_, '_>) -> Option<String> {
    let mut taxes = seller.descendants().filter(|node| node.tag_name().name() == "SpecifiedTaxRegistration");
    taxes.find_map(|tax| {
        let id = tax
            .children()
            .find(|node| node.tag_name().name() == "ID" && node.attribute("schemeID") == Some("VA"))?;
        id.text().map(|text| text.chars().filter(char::is_ascii_alphanumeric).collect())
    })
}

fn amount(node: Node<'_, '_>, name: &str) -> Option<Value> {
    cents(&own_text(node, name)?)
}

fn cents(text: &str) -> Option<Value> {
    let amount: Decimal = text.trim().parse().ok()?;
    Cents::try_from(amount.round_dp(2)).ok().map(|cents| Value::from(cents.to_string()))
}

/// VAT by rate, from the header's taxes; a line's own tax has no amount.
fn rates(root: Node<'_, '_>) -> Option<Value> {
    let taxes = root.descendants().filter(|node| node.tag_name().name() == "ApplicableTradeTax");
    let rates: Vec<Value> = taxes
        .filter_map(|tax| {
            let percent =
                own_text(tax, "RateApplicablePercent").or_else(|| own_text(tax, "ApplicablePercent"))?;
            let rate = percent.parse::<Decimal>().ok()?.normalize();
            let mut entry = Map::new();
            entry.insert("rate".into(), Value::from(rate.to_string()));
            entry.insert("base".into(), amount(tax, "BasisAmount")?);
            entry.insert("amount".into(), amount(tax, "CalculatedAmount")?);
            Some(Value::Object(entry))
        })
        .collect();
    (!rates.is_empty()).then_some(Value::Array(rates))
}

fn lines(root: Node<'_, '_>) -> Option<Value> {
    let items =
        root.descendants().filter(|node| node.tag_name().name() == "IncludedSupplyChainTradeLineItem");
    let lines: Vec<Value> = items.filter_map(line).collect();
    (!lines.is_empty()).then_some(Value::Array(lines))
}

fn line(item: Node<'_, '_>) -> Option<Value> {
    let description = child_text(item, "SpecifiedTradeProduct", "Name")?;
    let mut entry = Map::new();
    entry.insert("description".into(), Value::from(description));
    let quantity = child(item, "BilledQuantity")
        .and_then(|node| node.text())
        .and_then(|text| text.trim().parse::<Decimal>().ok());
    if let Some(quantity) = quantity {
        entry.insert("quantity".into(), Value::from(quantity.normalize().to_string()));
    }
    if let Some(price) =
        child_text(item, "NetPriceProductTradePrice", "ChargeAmount").and_then(|text| cents(&text))
    {
        entry.insert("unit_price".into(), price);
    }
    if let Some(total) = child(item, "LineTotalAmount").and_then(|node| node.text()).and_then(cents) {
        entry.insert("total_ht".into(), total);
    }
    Some(Value::Object(entry))
}
