//! How one paper came out, and counts over many.

use domain::analysis::Analysis;
use domain::document::DocumentKind;
use extraction::compare::{self, Mark, Truth};
use ocr::{ReadError, Usage};

use super::papers::Specimen;

/// One paper, read and marked.
pub struct Outcome {
    pub specimen: Specimen,
    pub marks: Vec<compare::Outcome>,
    pub detected: Option<DocumentKind>,
    pub pages: u32,
    pub text_layer: bool,
    pub usage: Usage,
    pub error: Option<ReadError>,
}

impl Outcome {
    /// Marks what was read; a paper that could not be read misses every field.
    pub fn of(
        specimen: Specimen,
        result: Result<Analysis, ReadError>,
        usage: Usage,
        mark: impl Fn(&Truth, &Analysis) -> Vec<compare::Outcome>,
    ) -> Self {
        let (analysis, error) = match result {
            Ok(analysis) => (Some(analysis), None),
            Err(error) => (None, Some(error)),
        };
        let empty = empty_analysis(specimen.truth.kind);
        let marks = mark(&specimen.truth, analysis.as_ref().unwrap_or(&empty));
        Self {
            detected: analysis.as_ref().map(|analysis| analysis.document_type),
            pages: analysis.as_ref().map_or(1, |analysis| analysis.pages.max(1)),
            text_layer: analysis.as_ref().is_some_and(|analysis| analysis.engine == "text-layer"),
            specimen,
            marks,
            usage,
            error,
        }
    }

    /// Processor seconds for each page.
    pub fn cpu_per_page(&self) -> f64 {
        self.usage.cpu_seconds / f64::from(self.pages)
    }

    /// Marks of the fields that the product cannot do without.
    pub fn core(&self) -> impl Iterator<Item = &compare::Outcome> {
        let core = compare::core(self.specimen.truth.kind);
        self.marks.iter().filter(move |mark| core.contains(&mark.key.as_str()))
    }
}

/// Right out of all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    pub right: usize,
    pub all: usize,
}

impl Share {
    /// Counts the marks that are right.
    pub fn of<'a>(marks: impl Iterator<Item = &'a compare::Outcome>) -> Self {
        marks.fold(Self::default(), |share, outcome| share.with(outcome.mark == Mark::Right))
    }

    /// One more.
    pub fn with(self, right: bool) -> Self {
        Self { right: self.right + usize::from(right), all: self.all + 1 }
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.all == 0 {
            return f.pad("-");
        }
        f.pad(&format!("{:.1} % ({}/{})", 100.0 * self.right as f64 / self.all as f64, self.right, self.all))
    }
}

/// The value below which this share of the values lies, by rank.
pub fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let rank = (share * values.len() as f64).ceil() as usize;
    values.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
}

fn empty_analysis(kind: DocumentKind) -> Analysis {
    Analysis {
        status: domain::analysis::AnalysisStatus::NeedsReview,
        document_type: kind,
        mean_confidence: 0.0,
        engine: String::new(),
        engine_version: String::new(),
        pages: 0,
        fields: Vec::new(),
        warnings: Vec::new(),
        text: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_occurred() {
        let mut values = [4.0, 1.0, 3.0, 2.0];
        assert!((percentile(&mut values, 0.5) - 2.0).abs() < 1e-9);
        assert!((percentile(&mut values, 0.95) - 4.0).abs() < 1e-9);
        assert!(percentile(&mut [], 0.5).abs() < 1e-9);
    }

    #[test]
    fn a_share_of_nothing_is_told_as_nothing() {
        assert_eq!(Share::default().to_string(), "-");
        assert_eq!(Share::default().with(true).with(false).to_string(), "50.0 % (1/2)");
    }
}
