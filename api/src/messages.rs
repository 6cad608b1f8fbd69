//! What the domain's refusals are called in the caller's language.

use domain::email_address::NotAnEmailAddress;
use domain::money::NotAnAmount;
use domain::plate::BadPlate;
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
            Self::ForbiddenPair => say!("La paire SS n’est jamais attribuée.", "The pair SS is never issued."),
            Self::Zero => say!("Le numéro commence à 001.", "Numbers start at 001."),
            Self::Department => say!("Ce département n’existe pas.", "There is no such department."),
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
                say!("Un VIN ne contient que des lettres et des chiffres.", "A VIN has only letters and digits.")
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
