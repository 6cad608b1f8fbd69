//! What lies under the paper: wood, cloth, tiles, a dark table, a car seat.

use super::grain::{blend, cloud, smooth, speck, step};
use super::plane::{Colour, hex, mix, times};
use crate::luck::Luck;

/// What the desk is made of.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Stuff {
    Wood,
    Cloth,
    Checks,
    Tiles,
    Dark,
    Seat,
    White,
    Stone,
    Far,
}

/// A desk; places in millimetres.
pub struct Desk {
    stuff: Stuff,
    seed: u32,
    turn: (f32, f32),
    size: f32,
    main: Colour,
    other: Colour,
}

const WOODS: &[(u32, u32)] = &[
    (0x00c8_9f6b, 0x008a_6238),
    (0x00a9_7c50, 0x006b_4526),
    (0x006e_4a2f, 0x0038_2314),
    (0x00d9_bf98, 0x00b0_8d5e),
    (0x009a_8f84, 0x0066_5c52),
    (0x00b5_7a4a, 0x007a_4322),
    (0x00cf_c2ae, 0x009c_8b72),
];
const CLOTHS: &[(u32, u32)] = &[
    (0x0048_5a78, 0x0036_4560),
    (0x008c_8578, 0x006f_695e),
    (0x00b9_ad96, 0x009b_8e77),
    (0x007d_3434, 0x005c_2426),
    (0x005b_6b54, 0x0046_5340),
    (0x00d6_cfc2, 0x00b9_b1a3),
    (0x0034_3438, 0x0025_2528),
];
const CHECKS: &[(u32, u32)] = &[
    (0x00e8_e2d6, 0x00a8_3a3a),
    (0x00e6_e8ea, 0x0040_6aa5),
    (0x00ea_e2c8, 0x007d_9a4a),
    (0x00dd_d5c5, 0x008c_7a5f),
];
const TILES: &[(u32, u32)] = &[
    (0x00d8_cbb5, 0x00b7_a48a),
    (0x00b3_aea6, 0x0092_8c84),
    (0x0064_6460, 0x0052_514e),
    (0x00b8_7a56, 0x0099_5e3e),
    (0x00e4_e2dd, 0x00cf_ccc4),
];
const DARKS: &[(u32, u32)] = &[
    (0x0026_2422, 0x001b_1a19),
    (0x0030_2a27, 0x0020_1b19),
    (0x0020_2630, 0x0016_1a22),
    (0x003a_3a3c, 0x002c_2c2e),
];
const SEATS: &[(u32, u32)] = &[
    (0x0038_393c, 0x0024_2528),
    (0x0058_5a5e, 0x003c_3e42),
    (0x0046_3f39, 0x002d_2824),
    (0x0078_7368, 0x0058_544b),
];
const WHITES: &[(u32, u32)] =
    &[(0x00e6_e4e0, 0x00da_d7d2), (0x00dd_dedf, 0x00cd_cfd1), (0x00ee_ebe4, 0x00de_d8cc)];
const STONES: &[(u32, u32)] = &[
    (0x0084_7f7a, 0x003e_3b39),
    (0x00b5_ada2, 0x0078_6d60),
    (0x0054_5558, 0x0026_2728),
    (0x00c9_c5bf, 0x0094_8f88),
];
const FARS: &[(u32, u32)] = &[
    (0x008c_7b69, 0x0035_3230),
    (0x005c_6064, 0x0025_2729),
    (0x00a3_9a8c, 0x0062_5a50),
    (0x0074_8060, 0x003d_4436),
];

impl Desk {
    /// Some desk; a paper held in the hand has only what is far behind it.
    pub fn draw(in_hand: bool, luck: &mut Luck) -> Self {
        use Stuff::{Checks, Cloth, Dark, Far, Seat, Stone, Tiles, White, Wood};
        const USUAL: &[Stuff] = &[
            Wood, Wood, Wood, Wood, Cloth, Cloth, Checks, Tiles, Dark, Dark, Seat, Seat, White, White, Stone,
        ];
        let stuff = if in_hand { Far } else { *luck.pick(USUAL) };
        let (main, other) = *luck.pick(match stuff {
            Wood => WOODS,
            Cloth => CLOTHS,
            Checks => CHECKS,
            Tiles => TILES,
            Dark => DARKS,
            Seat => SEATS,
            White => WHITES,
            Stone => STONES,
            Far => FARS,
        });
        let turn = *luck.pick(&[0.0, 0.0, std::f32::consts::FRAC_PI_2]) + luck.real(-0.3..=0.3);
        let seed = luck.number(0..=0xffff_ffff) as u32;
        let size = luck.real(0.7..=1.5);
        Self { stuff, seed, turn: (turn.cos(), turn.sin()), size, main: hex(main), other: hex(other) }
    }

    /// What it is called in the truth file.
    pub fn name(&self) -> String {
        format!("{:?}", self.stuff).to_lowercase()
    }

    /// Its colour at a place, in linear light.
    pub fn colour(&self, x: f32, y: f32) -> Colour {
        let (cos, sin) = self.turn;
        let (x, y) = ((x * cos - y * sin) / self.size + 1000.0, (x * sin + y * cos) / self.size + 1000.0);
        match self.stuff {
            Stuff::Wood => self.wood(x, y),
            Stuff::Cloth => {
                self.weave(x, y, mix(self.main, self.other, cloud(self.seed, x / 60.0, y / 60.0, 3)))
            }
            Stuff::Checks => self.checks(x, y),
            Stuff::Tiles => self.tiles(x, y),
            Stuff::Dark => self.polished(x, y, 0.5),
            Stuff::Seat => self.seat(x, y),
            Stuff::White => self.polished(x, y, 0.15),
            Stuff::Stone => self.stone(x, y),
            Stuff::Far => {
                mix(self.other, self.main, step(0.35, 0.65, cloud(self.seed, x / 160.0, y / 160.0, 2)))
            }
        }
    }

    fn wood(&self, x: f32, y: f32) -> Colour {
        const PLANK_MM: f32 = 140.0;
        let plank = (y / PLANK_MM).floor();
        let own = speck(self.seed ^ 9, plank as i32, 0);
        let (along, across) = (x + own * 900.0, y + 6.0 * (cloud(self.seed, x / 220.0, y / 40.0, 2) - 0.5));
        let rings = cloud(self.seed ^ 1, along / 260.0, across / 7.0, 3);
        let fibres = smooth(self.seed ^ 2, along / 22.0, across * 1.7);
        let pores = step(0.78, 0.95, smooth(self.seed ^ 3, along / 9.0, across * 2.6));
        let colour = mix(self.main, self.other, (step(0.3, 0.75, rings) * 0.75 + 0.2 * fibres).min(1.0));
        let gap = (y / PLANK_MM).fract().min(1.0 - (y / PLANK_MM).fract()) * PLANK_MM;
        times(colour, (0.9 + 0.2 * own) * (1.0 - 0.25 * pores) * blend(0.35, 1.0, step(0.2, 0.9, gap)))
    }

    fn weave(&self, x: f32, y: f32, colour: Colour) -> Colour {
        const THREADS_PER_MM: f32 = 0.95;
        let wobble = smooth(self.seed ^ 4, x / 5.0, y / 5.0) * 1.4;
        let (across, down) = (x * THREADS_PER_MM + wobble, y * THREADS_PER_MM - wobble);
        let over = ((across.floor() + down.floor()) as i32).rem_euclid(2) == 0;
        let round = |t: f32| 1.0 - (2.0 * t.fract() - 1.0).powi(2);
        let thread = if over { round(across) } else { round(down) };
        let uneven = 0.85 + 0.3 * speck(self.seed, across as i32, down as i32);
        times(colour, (0.6 + 0.5 * thread) * uneven)
    }

    fn checks(&self, x: f32, y: f32) -> Colour {
        const CHECK_MM: f32 = 24.0;
        let band = |t: f32| f32::from((t / CHECK_MM).floor().rem_euclid(2.0) < 1.0);
        self.weave(x, y, mix(self.main, self.other, 0.5 * (band(x) + band(y))))
    }

    fn tiles(&self, x: f32, y: f32) -> Colour {
        const TILE_MM: f32 = 200.0;
        let edge = |t: f32| (t / TILE_MM).fract().min(1.0 - (t / TILE_MM).fract()) * TILE_MM;
        let (near, own) =
            (edge(x).min(edge(y)), speck(self.seed, (x / TILE_MM) as i32, (y / TILE_MM) as i32));
        let (shift, vein) = (own * 300.0, cloud(self.seed ^ 5, x / 35.0 + own * 90.0, y / 35.0, 4));
        let fine = cloud(self.seed ^ 6, (x + shift) / 3.0, y / 3.0, 2);
        let face = times(mix(self.main, self.other, vein), 0.92 + 0.1 * own + 0.06 * (fine - 0.5));
        let joint = times(mix(self.main, self.other, 0.7), 0.55 + 0.2 * fine);
        mix(joint, face, step(1.2, 2.0, near))
    }

    fn polished(&self, x: f32, y: f32, reflected: f32) -> Colour {
        let smudge = cloud(self.seed, x / 45.0, y / 45.0, 3);
        let dust = step(0.985, 1.0, speck(self.seed ^ 7, (x * 2.5) as i32, (y * 2.5) as i32));
        let lamp = step(0.45, 0.85, cloud(self.seed ^ 8, x / 260.0, y / 260.0, 1)) * reflected * 0.1;
        mix(mix(self.main, self.other, smudge), [1.0; 3], lamp + dust * 0.06)
    }

    fn seat(&self, x: f32, y: f32) -> Colour {
        const CHANNEL_MM: f32 = 78.0;
        let place = (x / CHANNEL_MM).fract();
        let bulge = (std::f32::consts::PI * place).sin().max(0.0).sqrt();
        let seam = place.min(1.0 - place) * CHANNEL_MM;
        let stitch = seam > 2.0 && seam < 3.0 && (y / 4.5).fract() < 0.65;
        let (row, half) = ((y / 2.6).floor(), if (y / 2.6).floor() as i32 % 2 == 0 { 0.0 } else { 1.3 });
        let (dx, dy) = (((x + half) / 2.6).fract() - 0.5, (y / 2.6) - row - 0.5);
        let hole = 1.0 - step(0.2, 0.32, (dx * dx + dy * dy).sqrt());
        let face =
            times(mix(self.other, self.main, cloud(self.seed, x / 30.0, y / 30.0, 3)), 0.45 + 0.6 * bulge);
        if stitch { mix(face, hex(0x00a0_a0a0), 0.5) } else { times(face, 1.0 - 0.35 * hole) }
    }

    fn stone(&self, x: f32, y: f32) -> Colour {
        let (coarse, fine) =
            (cloud(self.seed, x / 4.0, y / 4.0, 3), cloud(self.seed ^ 1, x * 1.1, y * 1.1, 2));
        let colour = mix(self.main, self.other, step(0.5, 0.62, coarse));
        let bright = step(0.72, 0.85, fine) * 0.5;
        times(mix(colour, hex(0x00dc_d8d2), bright), 0.85 + 0.3 * cloud(self.seed ^ 2, x / 90.0, y / 90.0, 2))
    }
}
