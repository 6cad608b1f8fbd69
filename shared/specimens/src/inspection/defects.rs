//! What inspectors find, after annex I of the arrêté of 18 June 1991 (as it is since 20 May 2018, and as it was from 2012
//! to 2018) and of the arrêté of 23 October 2023 for two-wheelers: an extract, and not to the letter.

use serde::Serialize;

use crate::luck::Luck;

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Noted only.
    Minor,
    /// To be repaired and shown again within two months.
    Major,
    /// The vehicle may be driven on that day only.
    Critical,
}

/// A defect as it is printed.
#[derive(Clone, Serialize)]
pub struct Defect {
    /// Its code.
    pub code: String,
    /// The point, the defect and where it is.
    pub text: String,
    /// How bad it is.
    pub level: Level,
}

/// Where a defect can be.
#[derive(Clone, Copy)]
enum Place {
    /// Nowhere in particular.
    Nowhere,
    /// At a wheel.
    Wheel,
    /// On an axle.
    Axle,
    /// On a side.
    Side,
}

/// Which list applies.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// Cars and vans since 2018.
    Cars,
    /// Cars and vans before.
    Old,
    /// Two-wheelers since 2024.
    Motorcycles,
}

/// Draws this many defects of a level, in the order of their codes; a code comes once.
pub fn draw(luck: &mut Luck, list: List, level: Level, count: i64) -> Vec<Defect> {
    let lines: Vec<&Line> = lines(list).iter().filter(|line| line.2 == level).collect();
    let mut drawn: Vec<&Line> = Vec::new();
    for _ in 0..count * 4 {
        let line = *luck.pick(&lines);
        if drawn.len() < count as usize && drawn.iter().all(|other| point(other.0) != point(line.0)) {
            drawn.push(line);
        }
    }
    drawn.sort_by_key(|line| numbers(line.0));
    drawn.into_iter().map(|line| printed(luck, *line)).collect()
}

fn lines(list: List) -> &'static [Line] {
    match list {
        List::Cars => CARS,
        List::Old => OLD,
        List::Motorcycles => MOTORCYCLES,
    }
}

/// A code without what it says of the point.
fn point(code: &str) -> String {
    code.split('.').take(3).collect::<Vec<_>>().join(".")
}

fn numbers(code: &str) -> Vec<u32> {
    code.split('.').filter_map(|part| part.parse().ok()).collect()
}

fn printed(luck: &mut Luck, (code, text, level, place): Line) -> Defect {
    let whole: &[&str] = match place {
        Nowhere => &[""],
        Wheel => &[" AVG", " AVD", " ARG", " ARD", " AVG, AVD", " ARG, ARD", " AVD, AVG", " AVG, ARD"],
        Axle => &[" AV", " AR", " AV", " AV, AR"],
        Side => &[" G", " D", " D, G", " G, D"],
    };
    Defect { code: code.to_owned(), text: format!("{text}{}", luck.pick(whole)), level }
}

type Line = (&'static str, &'static str, Level, Place);

use Level::{Critical, Major, Minor};
use Place::{Axle, Nowhere, Side, Wheel};

#[rustfmt::skip]
const CARS: &[Line] = &[
    ("0.2.1.d.1", "NUMÉRO D'IDENTIFICATION, DE CHÂSSIS OU DE SÉRIE DU VÉHICULE : Identification inhabituelle", Minor, Nowhere),
    ("0.3.1.a.1", "PLAQUE CONSTRUCTEUR : Manquante ou introuvable", Minor, Nowhere),
    ("1.1.10.g.1", "DISPOSITIF DE FREINAGE ASSISTÉ, MAÎTRE-CYLINDRE (SYSTÈMES HYDRAULIQUES) : Fonctionnement défectueux du dispositif avertisseur en cas de niveau insuffisant du liquide", Minor, Nowhere),
    ("1.1.11.d.1", "CONDUITES RIGIDES DES FREINS : Conduites mal placées", Minor, Axle),
    ("1.1.12.b.1", "FLEXIBLES DE FREINS : Endommagement, points de friction, flexibles torsadés ou trop courts", Minor, Wheel),
    ("1.1.13.a.1", "GARNITURES OU PLAQUETTES DE FREINS : Usure importante", Minor, Wheel),
    ("1.1.14.a.1", "TAMBOURS DE FREINS, DISQUES DE FREINS : Disque ou tambour légèrement usé", Minor, Wheel),
    ("1.2.1.b.1", "PERFORMANCES DU FREIN DE SERVICE : Déséquilibre notable", Minor, Axle),
    ("2.1.1.e.1", "ÉTAT DU BOÎTIER OU DE LA CRÉMAILLÈRE DE DIRECTION : Manque d'étanchéité", Minor, Nowhere),
    ("2.1.3.g.1", "ÉTAT DE LA TIMONERIE DE DIRECTION : Capuchon antipoussière détérioré", Minor, Side),
    ("2.4.1.a.1", "RIPAGE : Ripage excessif", Minor, Nowhere),
    ("3.2.1.a.1", "ÉTAT DES VITRAGES : Vitrage fissuré ou décoloré", Minor, Nowhere),
    ("3.3.1.b.1", "MIROIRS OU DISPOSITIFS RÉTROVISEURS : Miroir ou dispositif légèrement endommagé ou mal fixé", Minor, Side),
    ("3.4.1.b.1", "ESSUIE-GLACE : Balai d'essuie-glace défectueux", Minor, Axle),
    ("3.5.1.a.1", "LAVE-GLACE DU PARE-BRISE : Mauvais fonctionnement", Minor, Nowhere),
    ("4.1.1.b.1", "ÉTAT ET FONCTIONNEMENT (PHARES) : Système de projection légèrement défectueux", Minor, Side),
    ("4.1.2.a.1", "ORIENTATION (FEUX DE CROISEMENT) : Mauvaise orientation horizontale d'un feu de croisement", Minor, Side),
    ("4.2.1.a.1", "ÉTAT ET FONCTIONNEMENT (FEUX DE POSITION, FEUX DE GABARIT) : Source lumineuse défectueuse", Minor, Wheel),
    ("4.3.1.a.1", "ÉTAT ET FONCTIONNEMENT (FEUX STOP) : Source lumineuse défectueuse", Minor, Side),
    ("4.4.1.a.1", "ÉTAT ET FONCTIONNEMENT (INDICATEUR DE DIRECTION ET FEUX DE SIGNAL DE DÉTRESSE) : Source lumineuse défectueuse", Minor, Wheel),
    ("4.5.2.a.1", "RÉGLAGE (FEUX DE BROUILLARD AVANT) : Mauvaise orientation horizontale d'un feu de brouillard avant", Minor, Side),
    ("4.7.1.b.1", "ÉTAT ET FONCTIONNEMENT (FEU DE PLAQUE D'IMMATRICULATION ARRIÈRE) : Source lumineuse partiellement défectueuse", Minor, Nowhere),
    ("4.11.1.a.1", "CÂBLAGE ÉLECTRIQUE (BASSE TENSION) : Câblage légèrement détérioré", Minor, Nowhere),
    ("5.2.2.c.1", "ROUES : Élément de roue légèrement déformé", Minor, Wheel),
    ("5.2.3.e.1", "PNEUMATIQUES : Usure anormale ou présence d'un corps étranger", Minor, Wheel),
    ("5.3.1.b.1", "RESSORTS ET STABILISATEURS : Fixation d'un ressort ou d'un stabilisateur défectueuse", Minor, Wheel),
    ("5.3.2.b.1", "AMORTISSEURS : Protection défectueuse", Minor, Wheel),
    ("5.3.3.a.1", "TUBES DE POUSSÉE, JAMBES DE FORCE, TRIANGLES ET BRAS DE SUSPENSION : Détérioration d'un silentbloc de liaison au châssis ou à l'essieu", Minor, Wheel),
    ("5.3.4.b.1", "ROTULES DE SUSPENSION : Capuchon antipoussière détérioré", Minor, Wheel),
    ("6.1.1.c.1", "ÉTAT GÉNÉRAL DU CHÂSSIS : Corrosion", Minor, Axle),
    ("6.1.2.a.1", "TUYAUX D'ÉCHAPPEMENT ET SILENCIEUX : Dispositif endommagé sans fuite ni risque de chute", Minor, Nowhere),
    ("6.1.7.g.1", "TRANSMISSION : Capuchon antipoussière gravement détérioré", Minor, Side),
    ("6.1.8.a.1", "SUPPORT DE MOTEUR : Anomalie de fixation", Minor, Nowhere),
    ("6.2.1.a.1", "ÉTAT DE LA CABINE ET DE LA CARROSSERIE : Panneau ou élément endommagé", Minor, Wheel),
    ("6.2.2.c.1", "FIXATION DE LA CABINE ET DE LA CARROSSERIE : Corrosion excessive aux points de fixation", Minor, Nowhere),
    ("7.1.2.b.1", "ÉTAT DES CEINTURES DE SÉCURITÉ ET DE LEURS ATTACHES : Ceinture de sécurité endommagée", Minor, Wheel),
    ("7.11.1.a.1", "COMPTEUR KILOMÉTRIQUE : Kilométrage inférieur à celui relevé lors d'un contrôle technique précédent", Minor, Nowhere),
    ("8.2.12.e.1", "ÉMISSIONS GAZEUSES : Connexion impossible sans dysfonctionnement du témoin OBD", Minor, Nowhere),
    ("8.4.1.a.1", "PERTES DE LIQUIDES : Fuite de liquide autre que de l'eau", Minor, Nowhere),
    ("0.1.1.b.2", "PLAQUES D'IMMATRICULATION : Inscription manquante ou illisible", Major, Axle),
    ("1.1.6.c.2", "COMMANDE DU FREIN DE STATIONNEMENT : Course trop longue, réglage incorrect", Major, Nowhere),
    ("1.1.11.c.2", "CONDUITES RIGIDES DES FREINS : Endommagement ou corrosion excessive", Major, Axle),
    ("1.1.12.d.2", "FLEXIBLES DE FREINS : Gonflement excessif des flexibles", Major, Wheel),
    ("1.1.13.a.2", "GARNITURES OU PLAQUETTES DE FREINS : Usure excessive (marque minimale atteinte)", Major, Wheel),
    ("1.1.14.a.2", "TAMBOURS DE FREINS, DISQUES DE FREINS : Disque ou tambour usé", Major, Wheel),
    ("1.1.16.b.2", "CYLINDRES DE ROUES, ÉTRIERS DE FREINS : Défaut d'étanchéité", Major, Wheel),
    ("1.2.1.b.2", "PERFORMANCES DU FREIN DE SERVICE : Déséquilibre important", Major, Axle),
    ("1.2.2.a.2", "EFFICACITÉ DU FREIN DE SERVICE : Efficacité insuffisante", Major, Nowhere),
    ("1.4.2.a.2", "EFFICACITÉ DU FREIN DE STATIONNEMENT : Efficacité insuffisante", Major, Nowhere),
    ("2.1.3.b.2", "ÉTAT DE LA TIMONERIE DE DIRECTION : Usure excessive des articulations", Major, Side),
    ("2.1.3.g.2", "ÉTAT DE LA TIMONERIE DE DIRECTION : Capuchon antipoussière manquant ou gravement détérioré", Major, Side),
    ("3.2.1.a.2", "ÉTAT DES VITRAGES : Vitrage fissuré ou décoloré dans la zone d'essuyage du pare-brise", Major, Nowhere),
    ("3.4.1.a.2", "ESSUIE-GLACE : Essuie-glace ne fonctionnant pas, manquant ou non conforme", Major, Axle),
    ("4.1.1.a.2", "ÉTAT ET FONCTIONNEMENT (PHARES) : Source lumineuse défectueuse ou manquante, visibilité fortement réduite", Major, Side),
    ("4.1.2.a.2", "ORIENTATION (FEUX DE CROISEMENT) : L'orientation d'un feu de croisement n'est pas dans les limites prescrites par les exigences", Major, Side),
    ("4.3.1.a.2", "ÉTAT ET FONCTIONNEMENT (FEUX STOP) : Source lumineuse défectueuse ou manquante", Major, Side),
    ("4.7.1.b.2", "ÉTAT ET FONCTIONNEMENT (FEU DE PLAQUE D'IMMATRICULATION ARRIÈRE) : Source lumineuse défectueuse", Major, Nowhere),
    ("5.1.3.a.2", "ROULEMENTS DE ROUES : Jeu ou bruit excessif dans un roulement de roue", Major, Wheel),
    ("5.2.3.d.2", "PNEUMATIQUES : Pneumatique gravement endommagé, entaillé ou montage inadapté", Major, Wheel),
    ("5.2.3.e.2", "PNEUMATIQUES : L'indicateur d'usure de la profondeur des sculptures est atteint", Major, Wheel),
    ("5.3.1.b.2", "RESSORTS ET STABILISATEURS : Ressort ou stabilisateur endommagé ou fendu", Major, Wheel),
    ("5.3.2.b.2", "AMORTISSEURS : Amortisseur endommagé ou donnant des signes de fuite ou de dysfonctionnement grave", Major, Wheel),
    ("5.3.4.a.2", "ROTULES DE SUSPENSION : Usure excessive", Major, Wheel),
    ("5.3.4.b.2", "ROTULES DE SUSPENSION : Capuchon antipoussière manquant ou fendu", Major, Wheel),
    ("6.1.1.c.2", "ÉTAT GÉNÉRAL DU CHÂSSIS : Corrosion excessive affectant la rigidité de l'assemblage", Major, Axle),
    ("6.1.2.a.2", "TUYAUX D'ÉCHAPPEMENT ET SILENCIEUX : Mauvaise fixation ou manque d'étanchéité du système d'échappement", Major, Nowhere),
    ("6.1.7.g.2", "TRANSMISSION : Capuchon antipoussière absent ou fendu", Major, Side),
    ("7.1.2.b.2", "ÉTAT DES CEINTURES DE SÉCURITÉ ET DE LEURS ATTACHES : Ceinture de sécurité coupée ou distendue", Major, Wheel),
    ("7.1.5.b.2", "AIRBAG : Système signalant une défaillance via l'interface électronique du véhicule", Major, Nowhere),
    ("7.7.1.a.2", "AVERTISSEUR SONORE : Ne fonctionne pas du tout", Major, Nowhere),
    ("8.2.12.a.2", "ÉMISSIONS GAZEUSES : Les émissions gazeuses dépassent les niveaux spécifiques indiqués par le constructeur", Major, Nowhere),
    ("8.2.22.a.2", "OPACITÉ : L'opacité dépasse la valeur de réception ou les mesures sont instables", Major, Nowhere),
    ("8.4.1.a.2", "PERTES DE LIQUIDES : Fuite excessive de liquide autre que de l'eau", Major, Nowhere),
    ("1.1.12.c.3", "FLEXIBLES DE FREINS : Manque d'étanchéité des flexibles ou des raccords", Critical, Wheel),
    ("1.1.13.a.3", "GARNITURES OU PLAQUETTES DE FREINS : Usure excessive (marque minimale non visible)", Critical, Wheel),
    ("1.1.14.a.3", "TAMBOURS DE FREINS, DISQUES DE FREINS : Disque ou tambour excessivement usé, excessivement rayé, fissuré, mal fixé ou cassé", Critical, Wheel),
    ("1.2.2.a.3", "EFFICACITÉ DU FREIN DE SERVICE : Efficacité inférieure à 50 % de la valeur limite", Critical, Nowhere),
    ("2.1.3.b.3", "ÉTAT DE LA TIMONERIE DE DIRECTION : Usure excessive des articulations, risque très grave de détachement", Critical, Side),
    ("4.3.1.a.3", "ÉTAT ET FONCTIONNEMENT (FEUX STOP) : Toutes les sources lumineuses ne fonctionnent pas", Critical, Nowhere),
    ("5.2.3.d.3", "PNEUMATIQUES : Corde visible ou endommagée", Critical, Wheel),
    ("5.2.3.e.3", "PNEUMATIQUES : La profondeur des sculptures n'est pas conforme aux exigences", Critical, Wheel),
    ("6.2.3.b.3", "PORTES ET POIGNÉES DE PORTE : Une portière est susceptible de s'ouvrir inopinément", Critical, Wheel),
];

#[rustfmt::skip]
const OLD: &[Line] = &[
    ("0.1.1.1.2", "PLAQUE D'IMMATRICULATION : Mauvais état", Minor, Axle),
    ("1.1.1.2.2", "FREIN DE SERVICE : Déséquilibre", Minor, Axle),
    ("1.4.1.1.2", "DISQUE DE FREIN : Usure prononcée", Minor, Wheel),
    ("1.4.4.1.2", "PLAQUETTE DE FREIN : Usure prononcée", Minor, Axle),
    ("2.1.1.1.1", "ANGLE, RIPAGE AV : Ripage excessif", Minor, Nowhere),
    ("2.2.6.1.3", "ROTULE, ARTICULATION DE DIRECTION : Jeu mineur", Minor, Side),
    ("3.1.1.1.3", "PARE-BRISE : Détérioration", Minor, Nowhere),
    ("3.3.1.1.1", "ESSUIE-GLACE AV : Détérioration", Minor, Nowhere),
    ("3.3.2.2.1", "LAVE-GLACE AV : Fonctionnement anormal", Minor, Nowhere),
    ("4.2.1.1.2", "FEU DE CROISEMENT : Détérioration mineure de la glace", Minor, Side),
    ("4.3.6.2.1", "FEU DE PLAQUE AR : Défaut de fonctionnement", Minor, Nowhere),
    ("5.1.1.1.1", "SUSPENSION : Dissymétrie importante", Minor, Axle),
    ("5.2.2.1.2", "AMORTISSEUR (Y COMPRIS ANCRAGES) : Défaut d'étanchéité", Minor, Wheel),
    ("5.2.4.1.3", "DEMI-TRAIN AV (Y COMPRIS ANCRAGES) : Jeu mineur rotule et/ou articulation", Minor, Side),
    ("5.3.2.1.3", "PNEUMATIQUE : Usure irrégulière", Minor, Wheel),
    ("6.2.5.1.1", "PARE-CHOCS, BOUCLIER : Détérioration mineure", Minor, Axle),
    ("6.2.4.1.1", "AILE : Déformation mineure", Minor, Wheel),
    ("8.1.1.1.1", "MOTEUR : Défaut d'étanchéité", Minor, Nowhere),
    ("8.1.4.1.2", "TRANSMISSION (Y COMPRIS ACCOUPLEMENTS) : Défaut d'étanchéité de la protection", Minor, Side),
    ("8.3.2.1.2", "CANALISATION D'ÉCHAPPEMENT : Corrosion", Minor, Nowhere),
    ("9.3.1.1.1", "DISPOSITIF DE DIAGNOSTIC EMBARQUÉ (OBD) : Anomalie du dispositif antipollution", Minor, Nowhere),
    ("1.1.1.2.1", "FREIN DE SERVICE : Déséquilibre important", Major, Axle),
    ("1.1.2.1.1", "FREIN DE STATIONNEMENT : Efficacité globale insuffisante", Major, Nowhere),
    ("1.4.1.1.1", "DISQUE DE FREIN : Détérioration importante, usure", Major, Wheel),
    ("1.4.4.1.1", "PLAQUETTE DE FREIN : Usure importante", Major, Axle),
    ("2.2.6.1.1", "ROTULE, ARTICULATION DE DIRECTION : Jeu important", Major, Side),
    ("3.1.1.1.2", "PARE-BRISE : Détérioration notable", Major, Nowhere),
    ("3.2.1.1.3", "RÉTROVISEUR : Détérioration notable", Major, Side),
    ("4.1.1.1.1", "FEU DE CROISEMENT : Réglage trop haut", Major, Side),
    ("4.3.4.2.1", "FEU STOP : Défaut de fonctionnement", Major, Side),
    ("5.2.3.1.1", "ROULEMENT DE ROUE : Jeu anormal important", Major, Wheel),
    ("5.2.4.1.1", "DEMI-TRAIN AV (Y COMPRIS ANCRAGES) : Jeu important rotule et/ou articulation", Major, Side),
    ("5.3.2.1.1", "PNEUMATIQUE : Usure importante", Major, Wheel),
    ("6.1.6.1.1", "BAS DE CAISSE, PIED MILIEU : Corrosion perforante et/ou fissure, cassure", Major, Side),
    ("8.3.3.1.1", "SILENCIEUX D'ÉCHAPPEMENT : Défaut d'étanchéité important", Major, Nowhere),
    ("9.1.1.1.1", "TENEUR EN CO ET VALEUR DU LAMBDA DES GAZ D'ÉCHAPPEMENT : Teneur en CO excessive", Major, Nowhere),
    ("9.1.2.1.1", "OPACITÉ DES FUMÉES D'ÉCHAPPEMENT : Opacité excessive", Major, Nowhere),
];

#[rustfmt::skip]
const MOTORCYCLES: &[Line] = &[
    ("1.1.13.a.1", "GARNITURES OU PLAQUETTES DE FREINS : Usure importante", Minor, Axle),
    ("1.1.14.a.1", "TAMBOURS DE FREINS, DISQUES DE FREINS : Disque ou tambour légèrement usé", Minor, Axle),
    ("2.2.1.b.1", "ÉTAT DU GUIDON : Embout ou poignée détérioré", Minor, Side),
    ("3.3.1.b.1", "MIROIRS OU DISPOSITIFS RÉTROVISEURS : Dispositif légèrement endommagé ou mal fixé", Minor, Side),
    ("4.4.1.a.1", "ÉTAT ET FONCTIONNEMENT (INDICATEUR DE DIRECTION) : Source lumineuse défectueuse", Minor, Wheel),
    ("4.7.1.b.1", "ÉTAT ET FONCTIONNEMENT (FEU DE PLAQUE D'IMMATRICULATION) : Source lumineuse partiellement défectueuse", Minor, Nowhere),
    ("5.2.3.e.1", "PNEUMATIQUES : Usure anormale ou présence d'un corps étranger", Minor, Axle),
    ("5.3.2.b.1", "AMORTISSEURS ET FOURCHE : Légère trace de fuite", Minor, Axle),
    ("6.2.5.a.1", "SELLE, SIÈGE : Revêtement endommagé", Minor, Nowhere),
    ("6.2.8.a.1", "REPOSE-PIEDS : Caoutchouc usé ou absent", Minor, Side),
    ("8.4.1.a.1", "PERTES DE LIQUIDES : Fuite de liquide autre que de l'eau", Minor, Nowhere),
    ("0.1.1.a.2", "PLAQUES D'IMMATRICULATION : Plaque manquante, mal fixée ou non conforme", Major, Nowhere),
    ("1.1.13.a.2", "GARNITURES OU PLAQUETTES DE FREINS : Usure excessive (marque minimale atteinte)", Major, Axle),
    ("2.1.4.a.2", "COLONNE DE DIRECTION, FOURCHE : Jeu excessif dans les roulements", Major, Nowhere),
    ("3.3.1.a.2", "MIROIRS OU DISPOSITIFS RÉTROVISEURS : Dispositif manquant ou non fixé", Major, Side),
    ("4.1.2.a.2", "ORIENTATION (FEUX DE CROISEMENT) : Orientation hors des limites prescrites", Major, Nowhere),
    ("4.3.1.a.2", "ÉTAT ET FONCTIONNEMENT (FEUX STOP) : Source lumineuse défectueuse ou manquante", Major, Nowhere),
    ("5.2.3.e.2", "PNEUMATIQUES : L'indicateur d'usure de la profondeur des sculptures est atteint", Major, Axle),
    ("5.3.2.b.2", "AMORTISSEURS ET FOURCHE : Fuite importante", Major, Axle),
    ("8.1.1.a.2", "SYSTÈME DE RÉDUCTION DU BRUIT : Niveau sonore supérieur à la limite, silencieux non conforme", Major, Nowhere),
    ("8.2.1.a.2", "ÉMISSIONS GAZEUSES : Teneur en CO supérieure à la limite", Major, Nowhere),
    ("1.1.13.a.3", "GARNITURES OU PLAQUETTES DE FREINS : Usure excessive (marque minimale non visible)", Critical, Axle),
    ("5.2.3.d.3", "PNEUMATIQUES : Corde visible ou endommagée", Critical, Axle),
    ("6.1.3.a.3", "RÉSERVOIR ET CONDUITES DE CARBURANT : Fuite de carburant, risque d'incendie", Critical, Nowhere),
];
