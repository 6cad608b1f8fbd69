//! Several readings of one field vote; the winner carries what speaks for it.

use domain::analysis::Field;
use serde_json::Value;

use crate::layout::Mark;

/// One reading of a field.
#[derive(Debug, Clone)]
pub(crate) struct Vote {
    pub value: String,
    pub mark: Mark,
    /// Where it was read: `rubric`, `coupon`, `mrz`, `zone`, `label` ...
    pub source: &'static str,
    /// How much it counts, 0 to 1.
    pub weight: f32,
}

impl Vote {
    /// A vote that counts as much as its words were read surely, times a trust in the way it was found.
    pub(crate) fn new(value: impl Into<String>, mark: Mark, source: &'static str, trust: f32) -> Self {
        let weight = (mark.confidence * trust).clamp(0.0, MOST);
        Self { value: value.into(), mark, source, weight }
    }
}

/// Nothing read from paper is surer than this.
pub(crate) const MOST: f32 = 0.99;

/// The field that the votes elect. Agreement raises the confidence, dissent lowers it.
pub(crate) fn elect(key: &str, votes: &[Vote]) -> Option<Field> {
    let mut values: Vec<&str> = votes.iter().map(|vote| vote.value.as_str()).collect();
    values.sort_unstable();
    values.dedup();
    let mut ranked: Vec<(f32, &str)> =
        values.into_iter().map(|value| (support(votes, value), value)).collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (best, value) = *ranked.first()?;
    let dissent = ranked.get(1).map_or(0.0, |(weight, _)| *weight);
    let confidence = best * (1.0 - 0.3 * dissent);
    let first = votes.iter().find(|vote| vote.value == value)?;
    let mut evidence: Vec<String> = Vec::new();
    for vote in votes.iter().filter(|vote| vote.value == value && vote.source != first.source) {
        if !evidence.iter().any(|known| known == vote.source) {
            evidence.push(vote.source.to_owned());
        }
    }
    Some(field(key, Value::from(value), &first.mark, confidence, evidence))
}

fn support(votes: &[Vote], value: &str) -> f32 {
    let against: f32 =
        votes.iter().filter(|vote| vote.value == value).map(|vote| 1.0 - vote.weight.min(MOST)).product();
    1.0 - against
}

/// A field out of its parts.
pub(crate) fn field(key: &str, value: Value, mark: &Mark, confidence: f32, evidence: Vec<String>) -> Field {
    Field {
        key: key.to_owned(),
        value,
        raw: mark.raw.clone(),
        confidence: confidence.clamp(0.0, MOST),
        page: mark.page,
        bbox: mark.bbox,
        evidence,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vote(value: &str, source: &'static str, confidence: f32) -> Vote {
        let mark = Mark { raw: value.into(), confidence, page: 1, bbox: domain::reading::BBox::default() };
        Vote::new(value, mark, source, 1.0)
    }

    #[test]
    fn agreement_beats_one_loud_voice_and_is_told() {
        let field =
            elect("A", &[vote("AB", "rubric", 0.6), vote("AC", "coupon", 0.8), vote("AB", "mrz", 0.7)])
                .unwrap();
        assert_eq!((field.value.as_str(), field.evidence), (Some("AB"), vec!["mrz".to_owned()]));
        assert!(field.confidence < 0.88, "dissent lowers it");
        assert!(elect("A", &[]).is_none());
    }
}
