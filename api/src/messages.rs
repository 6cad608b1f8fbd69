//! What the domain's refusals are called in the caller's language.

use domain::document::correction::Misfit;
use domain::email_address::NotAnEmailAddress;
use domain::money::NotAnAmount;
use domain::password::{BadPassword, NewPassword};
use domain::phone::NotAPhoneNumber;
use domain::plate::BadPlate;
use domain::vehicle::NotAEuroNorm;
use domain::vin::BadVin;

use crate::say;

/// A refusal that can be explained to the person who typed the value.
pub trait Explain {
    /// The reason in the caller's language.
    fn explain(&self) -> String;
}

impl Explain for BadPlate {
    fn explain(&self) -> String {
        match self {
            Self::Empty => say!("L’immatriculation est vide.", "The number plate is empty."),
            Self::Characters => say!(
                "Une immatriculation ne contient que des lettres, des chiffres, des espaces et des tirets.",
                "A number plate has only letters, digits, spaces and hyphens."
            ),
            Self::Form => say!(
                "Aucune série française n’a cette forme (AA-123-BB, 1234 AB 75…).",
                "No French series has this form (AA-123-BB, 1234 AB 75…)."
            ),
            Self::Letters => say!(
                "Les lettres I, O et U ne figurent jamais sur une plaque.",
                "The letters I, O and U never stand on a plate."
            ),
            Self::ForbiddenPair => {
                say!("La paire SS n’est jamais attribuée.", "The pair SS is never issued.")
            }
            Self::Zero => say!("Le numéro commence à 001.", "Numbers start at 001."),
            Self::Department => say!("Ce département n’existe pas.", "There is no such department."),
        }
    }
}

impl Explain for Misfit {
    fn explain(&self) -> String {
        match self {
            Self::Text => say!("Un texte simple est attendu.", "A plain text is expected."),
            Self::List => say!("Une liste est attendue.", "A list is expected."),
            Self::Date => say!("Une date AAAA-MM-JJ est attendue.", "A date YYYY-MM-DD is expected."),
            Self::Number => say!("Un nombre est attendu.", "A number is expected."),
            Self::Plate(reason) => reason.explain(),
            Self::Vin(reason) => reason.explain(),
            Self::Rubric => {
                say!(
                    "Cette rubrique ne peut pas contenir cette valeur.",
                    "This rubric cannot hold this value."
                )
            }
        }
    }
}

impl Explain for BadVin {
    fn explain(&self) -> String {
        match self {
            Self::Empty => say!("Le VIN est vide.", "The VIN is empty."),
            Self::TooLong => {
                say!("Un VIN compte 17 caractères au plus.", "A VIN has at most 17 characters.")
            }
            Self::Letters => say!(
                "Les lettres I, O et Q ne figurent jamais dans un VIN.",
                "The letters I, O and Q never stand in a VIN."
            ),
            Self::Characters => {
                say!(
                    "Un VIN ne contient que des lettres et des chiffres.",
                    "A VIN has only letters and digits."
                )
            }
        }
    }
}

impl Explain for NotAnEmailAddress {
    fn explain(&self) -> String {
        say!("Cette adresse e-mail n’est pas valable.", "This is not a valid e-mail address.")
    }
}

impl Explain for NotAnAmount {
    fn explain(&self) -> String {
        say!(
            "Indiquez un montant avec deux décimales au plus, par exemple 49.90.",
            "Give an amount with at most two decimals, such as 49.90."
        )
    }
}

impl Explain for NotAEuroNorm {
    fn explain(&self) -> String {
        say!(
            "Indiquez une norme Euro de 1 à 6, ou de I à VI pour un poids lourd.",
            "Give a Euro norm from 1 to 6, or from I to VI for a heavy vehicle."
        )
    }
}

impl Explain for NotAPhoneNumber {
    fn explain(&self) -> String {
        say!("Ce numéro de téléphone n’est pas valable.", "This is not a valid telephone number.")
    }
}

impl Explain for BadPassword {
    fn explain(&self) -> String {
        match self {
            Self::TooShort => {
                say!("{} caractères au minimum.", "At least {} characters.", NewPassword::MIN)
            }
            Self::TooLong => say!("{} caractères au maximum.", "At most {} characters.", NewPassword::MAX),
            Self::Common => say!(
                "Ce mot de passe est trop courant : il fait partie des premiers qu’on essaie.",
                "This password is too common: it is among the first that are tried."
            ),
            Self::IsAddress => say!(
                "Choisissez un mot de passe différent de votre adresse e-mail.",
                "Choose a password that is not your e-mail address."
            ),
        }
    }
}
