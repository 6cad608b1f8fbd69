//! Rows as a table that spreadsheets open.

use serde_json::Value;

/// The rows with one column for each member; what is no plain value stands as JSON. Nothing for no rows.
pub(super) fn csv_of(rows: &[Value]) -> Result<Vec<u8>, csv::Error> {
    let mut table = csv::Writer::from_writer(Vec::new());
    let columns: Vec<&String> =
        rows.first().and_then(Value::as_object).into_iter().flat_map(serde_json::Map::keys).collect();
    if !columns.is_empty() {
        table.write_record(&columns)?;
    }
    for row in rows {
        table.write_record(columns.iter().map(|column| cell(&row[column.as_str()])))?;
    }
    table.into_inner().map_err(|error| error.into_error().into())
}

/// A text that a spreadsheet would run as a formula is told to be a text (OWASP, CSV injection).
pub(crate) fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{text}"),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_table_quotes_what_needs_it_and_runs_nothing() {
        let rows = [
            json!({ "title": "Facture, \"Léon\"", "value": 12.5, "more": { "a": [1] }, "none": null }),
            json!({ "title": "=HYPERLINK(\"x\")", "value": -3, "more": [], "none": null }),
        ];
        let text = String::from_utf8(csv_of(&rows).unwrap()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3, "{text}");
        let columns: Vec<&str> = lines[0].split(',').collect();
        assert_eq!(columns.len(), 4);
        assert!(lines[1].contains(r#""Facture, ""Léon""""#), "{text}");
        assert!(lines[1].contains(r#""{""a"":[1]}""#), "{text}");
        assert!(lines[2].contains("'=HYPERLINK") && lines[2].contains("-3"), "{text}");
    }

    #[test]
    fn no_rows_make_an_empty_table() {
        assert!(csv_of(&[]).unwrap().is_empty());
    }
}
