//! What a notification about a paper says.

use database::documents::Summary;
use domain::document::{DocumentKind, FailureReason};
use domain::letter::Letter;
use domain::locale::Locale;

/// Title and message for the end of a reading, in the owner's language.
pub(super) fn notice(letter: &Letter, title: &str, locale: Locale) -> (String, String) {
    match (letter, locale) {
        (Letter::DocumentRead(read), Locale::Fr) => (
            "Document lu".to_owned(),
            format!(
                "« {title} » a été lu ({}) : {} champs relevés.",
                kind(read.kind, locale),
                read.field_count
            ),
        ),
        (Letter::DocumentRead(read), Locale::En) => (
            "Document read".to_owned(),
            format!("“{title}” was read ({}): {} fields found.", kind(read.kind, locale), read.field_count),
        ),
        (Letter::DocumentNeedsReview(read), Locale::Fr) => (
            "Document à vérifier".to_owned(),
            format!("« {title} » a été lu, mais {} point(s) sont à vérifier.", read.doubtful.len().max(1)),
        ),
        (Letter::DocumentNeedsReview(read), Locale::En) => (
            "Document to check".to_owned(),
            format!("“{title}” was read, but {} point(s) need a look.", read.doubtful.len().max(1)),
        ),
        (Letter::DocumentFailed(failed), Locale::Fr) => (
            "Document illisible".to_owned(),
            format!("« {title} » n’a pas pu être lu : {}", reason(failed.reason, locale)),
        ),
        (Letter::DocumentFailed(failed), Locale::En) => (
            "Document not readable".to_owned(),
            format!("“{title}” could not be read: {}", reason(failed.reason, locale)),
        ),
        (_, _) => (title.to_owned(), String::new()),
    }
}

/// Title and message for the end of a batch, in the language of who asked for it.
pub(super) fn batch(summary: Summary, locale: Locale) -> (String, String) {
    let Summary { analyzed, needs_review, failed, gone } = summary;
    let (title, mut parts, deleted) = match locale {
        Locale::Fr => {
            let s = |count: i64| if count > 1 { "s" } else { "" };
            let read = format!("{analyzed} document{0} lu{0}", s(analyzed));
            let failed = format!("{failed} illisible{}", s(failed));
            let deleted = format!("{gone} supprimé{} entre-temps", s(gone));
            (
                "Lecture de vos documents terminée",
                vec![read, format!("{needs_review} à vérifier"), failed],
                deleted,
            )
        }
        Locale::En => {
            let read = format!("{analyzed} document{} read", if analyzed == 1 { "" } else { "s" });
            let parts = vec![read, format!("{needs_review} to check"), format!("{failed} not readable")];
            ("Your documents were read", parts, format!("{gone} deleted meanwhile"))
        }
    };
    parts.extend((gone > 0).then_some(deleted));
    (title.to_owned(), format!("{}.", parts.join(", ")))
}

/// What a kind of paper is called.
fn kind(kind: DocumentKind, locale: Locale) -> &'static str {
    match (kind, locale) {
        (DocumentKind::Registration, Locale::Fr) => "carte grise",
        (DocumentKind::Registration, Locale::En) => "registration certificate",
        (DocumentKind::Invoice, Locale::Fr) => "facture",
        (DocumentKind::Invoice, Locale::En) => "invoice",
        (DocumentKind::Insurance, Locale::Fr) => "assurance",
        (DocumentKind::Insurance, Locale::En) => "insurance",
        (DocumentKind::Inspection, Locale::Fr) => "contrôle technique",
        (DocumentKind::Inspection, Locale::En) => "roadworthiness test",
        (DocumentKind::FuelReceipt, Locale::Fr) => "ticket de carburant",
        (DocumentKind::FuelReceipt, Locale::En) => "fuel receipt",
        (_, _) => "document",
    }
}

/// Why a paper could not be read, for the person who sent it.
pub fn reason(reason: FailureReason, locale: Locale) -> &'static str {
    match (reason, locale) {
        (FailureReason::Damaged, Locale::Fr) => "le fichier est endommagé ou incomplet.",
        (FailureReason::Damaged, Locale::En) => "the file is damaged or incomplete.",
        (FailureReason::PasswordProtected, Locale::Fr) => "le PDF est protégé par un mot de passe.",
        (FailureReason::PasswordProtected, Locale::En) => "the PDF is protected by a password.",
        (FailureReason::TooManyPages, Locale::Fr) => "il compte plus de 50 pages.",
        (FailureReason::TooManyPages, Locale::En) => "it has more than 50 pages.",
        (FailureReason::TooLarge, Locale::Fr) => "une page dépasse 40 millions de pixels.",
        (FailureReason::TooLarge, Locale::En) => "a page has more than 40 million pixels.",
        (FailureReason::TooComplex, Locale::Fr) => "sa lecture demande trop de temps ou de mémoire.",
        (FailureReason::TooComplex, Locale::En) => "reading it takes too much time or memory.",
        (FailureReason::Unsupported, Locale::Fr) => "ce format n’est pas pris en charge.",
        (FailureReason::Unsupported, Locale::En) => "this format is not supported.",
        (FailureReason::NothingToRead, Locale::Fr) => "aucun texte n’y est lisible.",
        (FailureReason::NothingToRead, Locale::En) => "there is no legible text on it.",
        (FailureReason::FileMissing, Locale::Fr) => "le fichier n’est plus disponible.",
        (FailureReason::FileMissing, Locale::En) => "the file is no longer available.",
        (FailureReason::Internal, Locale::Fr) => {
            "une erreur est survenue de notre côté. Relancez la lecture."
        }
        (FailureReason::Internal, Locale::En) => "something went wrong on our side. Have it read again.",
    }
}
