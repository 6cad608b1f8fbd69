//! Work on cars: jobs with their hours, parts and liquids.

use serde::Serialize;

/// What a line of an invoice is.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// Time of work.
    Labour,
    /// A part.
    Part,
    /// A tyre.
    Tyre,
    /// Oil, coolant, gas.
    Fluid,
    /// Waste, recycling, small supplies.
    Fee,
    /// The rest.
    Other,
}

/// One line of a job.
pub struct Task {
    /// As a bill writes it.
    pub name: &'static str,
    /// What it is.
    pub sort: Sort,
    /// Hundredths: hours, pieces or litres.
    pub quantity: i64,
    /// The price of one in cents, from; nought for work at the house's rate by the hour.
    pub low: i64,
    /// The price of one in cents, to.
    pub high: i64,
}

/// Work with its lines.
pub struct Job {
    /// What the client asked for.
    pub title: &'static str,
    /// What it takes.
    pub tasks: &'static [Task],
}

const fn hours(name: &'static str, quantity: i64) -> Task {
    Task { name, sort: Sort::Labour, quantity, low: 0, high: 0 }
}

const fn flat(name: &'static str, low: i64, high: i64) -> Task {
    Task { name, sort: Sort::Labour, quantity: 100, low, high }
}

const fn part(name: &'static str, count: i64, low: i64, high: i64) -> Task {
    Task { name, sort: Sort::Part, quantity: count * 100, low, high }
}

const fn fluid(name: &'static str, quantity: i64, low: i64, high: i64) -> Task {
    Task { name, sort: Sort::Fluid, quantity, low, high }
}

const fn fee(name: &'static str, count: i64, low: i64, high: i64) -> Task {
    Task { name, sort: Sort::Fee, quantity: count * 100, low, high }
}

const fn job(title: &'static str, tasks: &'static [Task]) -> Job {
    Job { title, tasks }
}

/// What workshops do.
pub const JOBS: &[Job] = &[
    job(
        "Vidange + filtres",
        &[
            hours("Main d'oeuvre vidange", 80),
            part("Filtre à huile", 1, 690, 2450),
            part("Joint bouchon de vidange", 1, 90, 390),
            fluid("Huile moteur 5W30 (litre)", 450, 890, 1990),
            fee("Traitement des déchets", 1, 250, 590),
        ],
    ),
    job(
        "Révision constructeur",
        &[
            flat("Forfait révision", 9900, 22_900),
            part("Filtre à air", 1, 1490, 3990),
            part("Filtre habitacle charbon actif", 1, 1890, 4590),
            fluid("Huile 0W20 LL", 500, 1190, 2390),
        ],
    ),
    job(
        "Remplacement plaquettes AV",
        &[
            hours("M.O. remplacement plaquettes avant", 100),
            part("Jeu de plaquettes AV", 1, 2990, 8990),
            part("Témoin d'usure", 1, 890, 2190),
        ],
    ),
    job(
        "Freins arrière",
        &[
            hours("T2 - Dépose/repose freins AR", 160),
            part("Disque de frein AR", 2, 3190, 7990),
            part("Plaquettes de frein AR (jeu)", 1, 2790, 6490),
            fluid("Liquide de frein DOT4", 100, 990, 1890),
        ],
    ),
    job(
        "Distribution",
        &[
            hours("Remplacement kit distribution", 480),
            part("Kit distribution + pompe à eau", 1, 14_900, 38_900),
            part("Courroie d'accessoires", 1, 1890, 5290),
            fluid("Liquide de refroidissement (L)", 600, 590, 1190),
        ],
    ),
    job(
        "Embrayage",
        &[
            hours("Dépose boîte, remplacement embrayage", 620),
            part("Kit embrayage 3 pièces", 1, 15_900, 42_900),
            part("Volant moteur bi-masse", 1, 28_900, 59_900),
            fluid("Huile de boîte 75W80", 200, 1290, 2490),
        ],
    ),
    job(
        "Batterie",
        &[
            hours("Contrôle circuit de charge, remplacement batterie", 50),
            part("Batterie 70Ah 640A", 1, 8900, 19_900),
        ],
    ),
    job(
        "Climatisation",
        &[
            flat("Forfait recharge climatisation R134a", 6500, 9900),
            fluid("Gaz réfrigérant R134a (100 g)", 550, 650, 1290),
            part("Traceur UV", 1, 490, 990),
        ],
    ),
    job(
        "Suspension avant",
        &[
            hours("Remplacement amortisseurs AV", 240),
            part("Amortisseur AV", 2, 5990, 13_900),
            part("Kit coupelle + roulement", 2, 2490, 5290),
            flat("Géométrie train avant", 5900, 9500),
        ],
    ),
    job(
        "Essuie-glaces",
        &[part("Balai essuie-glace AV (paire)", 1, 1990, 4990), part("Balai essuie-glace AR", 1, 890, 1990)],
    ),
    job(
        "Diagnostic électronique",
        &[flat("Passage valise diagnostic", 4500, 8900), hours("Recherche de panne", 75)],
    ),
    job(
        "Vanne EGR",
        &[
            hours("Remplacement vanne EGR", 210),
            part("Vanne EGR échange standard", 1, 16_900, 34_900),
            part("Joint de vanne", 2, 390, 1190),
        ],
    ),
    job(
        "Filtre à particules",
        &[
            flat("Nettoyage FAP par machine", 9900, 19_900),
            fluid("Additif FAP (L)", 100, 4900, 8900),
            part("Capteur de pression différentielle", 1, 4990, 9990),
        ],
    ),
    job(
        "Roulement de roue",
        &[hours("Remplacement roulement AVG", 180), part("Moyeu / roulement de roue AV", 1, 5490, 13_900)],
    ),
    job(
        "Train avant",
        &[
            hours("Remplacement triangle AVD", 130),
            part("Triangle inférieur AVD", 1, 6490, 15_900),
            part("Rotule de direction", 2, 1890, 4290),
            part("Biellette barre stabilisatrice", 2, 1290, 3490),
        ],
    ),
    job(
        "Démarreur",
        &[
            hours("Remplacement démarreur", 150),
            part("Démarreur éch. standard", 1, 12_900, 28_900),
            fee("Consigne démarreur", 1, 3000, 6000),
        ],
    ),
    job(
        "Alternateur",
        &[hours("Dépose / pose alternateur", 190), part("Alternateur 150A", 1, 18_900, 39_900)],
    ),
    job("Bougies", &[hours("Remplacement bougies", 70), part("Bougie d'allumage iridium", 4, 890, 1990)]),
    job(
        "Préchauffage",
        &[hours("Remplacement bougies de préchauffage", 140), part("Bougie de préchauffage", 4, 1290, 2790)],
    ),
    job(
        "Échappement",
        &[
            hours("Remplacement silencieux arrière", 90),
            part("Silencieux AR", 1, 6990, 18_900),
            part("Collier d'échappement", 2, 390, 990),
        ],
    ),
    job(
        "Éclairage",
        &[part("Ampoule H7 55W", 2, 590, 1590), hours("Remplacement ampoule + réglage phares", 30)],
    ),
    job("AdBlue", &[fluid("AdBlue (litre)", 1000, 120, 290), hours("Appoint AdBlue + RAZ compteur", 20)]),
    job(
        "Turbo",
        &[
            hours("Remplacement turbocompresseur", 530),
            part("Turbocompresseur échange standard", 1, 48_900, 94_900),
            part("Pochette de joints turbo", 1, 2990, 6490),
            fee("Petites fournitures", 1, 490, 1290),
        ],
    ),
    job(
        "Injection",
        &[hours("Contrôle retour injecteurs", 120), part("Injecteur reconditionné", 1, 17_900, 31_900)],
    ),
    job(
        "Pré-contrôle technique",
        &[
            flat("Forfait pré-contrôle technique", 2900, 4900),
            flat("Présentation au contrôle technique", 2500, 4500),
        ],
    ),
    job(
        "Lève-vitre",
        &[
            hours("Remplacement mécanisme lève-vitre AVG", 120),
            part("Mécanisme lève-vitre électrique", 1, 5990, 14_900),
        ],
    ),
    job(
        "Liquide de frein",
        &[hours("Purge circuit de freinage", 80), fluid("Liquide de frein DOT 5.1", 100, 1290, 2290)],
    ),
    job(
        "Cardan",
        &[hours("Remplacement cardan AVG", 150), part("Transmission AVG éch. std", 1, 8990, 19_900)],
    ),
    job(
        "Batterie hybride",
        &[
            flat("Contrôle santé batterie haute tension", 4900, 9900),
            part("Filtre ventilation batterie HV", 1, 1990, 3990),
        ],
    ),
    job(
        "Dépannage",
        &[flat("Forfait dépannage / remorquage", 9000, 15_900), fee("Km supplémentaires", 12, 110, 190)],
    ),
];

/// What body shops do.
pub const BODY: &[Job] = &[
    job(
        "Pare-chocs avant",
        &[
            part("Pare-chocs AV à peindre", 1, 18_900, 46_900),
            part("Absorbeur de choc AV", 1, 5900, 12_900),
            part("Grille centrale AV", 1, 3900, 9900),
            hours("T1 Dépose / repose pare-chocs AV", 180),
            hours("TP Peinture pare-chocs AV", 250),
            fluid("Ingrédients peinture", 250, 2800, 3900),
        ],
    ),
    job(
        "Aile avant gauche",
        &[
            part("Aile AVG", 1, 11_900, 28_900),
            part("Pare-boue AVG", 1, 3900, 8900),
            hours("T2 Remplacement aile AVG", 320),
            hours("TP Peinture aile + raccord porte", 360),
            fluid("Ingrédients peinture nacrée", 360, 2900, 4200),
        ],
    ),
    job(
        "Porte arrière droite",
        &[
            hours("T2 Redressage panneau porte ARD", 450),
            hours("TP Peinture porte ARD", 300),
            fluid("Produits peinture vernis", 300, 2900, 4200),
            part("Baguette latérale ARD", 1, 2900, 7900),
        ],
    ),
    job(
        "Optique",
        &[part("Projecteur AVD LED", 1, 24_900, 89_900), hours("T1 Remplacement et réglage projecteur", 110)],
    ),
    job(
        "Rétroviseur",
        &[part("Rétroviseur ext. électrique G", 1, 11_900, 26_900), hours("T1 Échange rétroviseur", 60)],
    ),
    job(
        "Grêle",
        &[hours("Débosselage sans peinture capot", 600), hours("Débosselage sans peinture pavillon", 850)],
    ),
    job(
        "Passage au marbre",
        &[hours("T3 Contrôle et passage au marbre", 400), fee("Contrôle géométrie", 1, 6900, 11_900)],
    ),
    job(
        "Fournitures",
        &[fee("Petites fournitures", 1, 890, 2490), fee("Élimination déchets (DIB/DID)", 1, 900, 2500)],
    ),
];

/// What glass replacers do.
pub const GLASS: &[Job] = &[
    job(
        "Remplacement pare-brise",
        &[
            part("Pare-brise feuilleté athermique capteur pluie", 1, 28_900, 79_900),
            part("Kit colle polyuréthane", 1, 3900, 6900),
            part("Joint enjoliveur pare-brise", 1, 2900, 6900),
            hours("Dépose / repose pare-brise", 250),
            flat("Calibrage caméra ADAS", 9900, 22_900),
            fee("Recyclage vitrage", 1, 350, 890),
        ],
    ),
    job(
        "Vitre latérale",
        &[
            part("Vitre de porte AVD trempée", 1, 8900, 19_900),
            hours("Remplacement vitre de porte", 140),
            fee("Nettoyage bris de glace", 1, 1900, 3900),
        ],
    ),
    job("Réparation impact", &[flat("Réparation impact pare-brise (résine)", 6900, 10_900)]),
    job(
        "Lunette arrière",
        &[part("Lunette AR dégivrante", 1, 19_900, 44_900), hours("Dépose repose lunette AR", 190)],
    ),
];
