//! The light on the desk: where it fades, what stands in it, where it shines back.

use super::grain::step;
use super::plane::Colour;
use crate::luck::Luck;

/// Light over the whole desk; places in millimetres from the middle of the paper.
pub struct Lamp {
    /// From which side it comes; longer for lower lamps.
    pub side: (f32, f32),
    /// How each colour comes out: warm lamps, cold days, wrong balance.
    pub balance: Colour,
    bright: (f32, f32),
    reach: f32,
    shadows: Vec<Shadow>,
    glares: Vec<Glare>,
}

/// A telephone in a hand, or the bar of a window, between the lamp and the paper.
struct Shadow {
    at: (f32, f32),
    turn: (f32, f32),
    half: (f32, f32),
    /// An arm leads on from the far end.
    arm: f32,
    soft: f32,
    dark: f32,
}

/// A patch or a streak that shines.
struct Glare {
    at: (f32, f32),
    turn: (f32, f32),
    half: (f32, f32),
    strength: f32,
    /// A fold of a sleeve has one sharp edge.
    hard: bool,
}

impl Lamp {
    /// A lamp somewhere; `fading` 0 to 1 is how much darker the far side is.
    pub fn draw(size: (f32, f32), fading: f32, luck: &mut Luck) -> Self {
        let (angle, low) = (luck.real(0.0..=std::f32::consts::TAU), luck.real(0.2..=1.1));
        let long = size.0.max(size.1);
        let away = luck.real(0.2..=0.9) * long;
        let side = (angle.cos() * low, angle.sin() * low);
        Self {
            side,
            balance: balance(luck),
            bright: (angle.cos() * away, angle.sin() * away),
            reach: long * 1.3 / fading.max(0.05).sqrt(),
            shadows: Vec::new(),
            glares: Vec::new(),
        }
    }

    /// The shadow of who takes the picture.
    pub fn with_hand(mut self, size: (f32, f32), dark: f32, luck: &mut Luck) -> Self {
        let grown = luck.real(0.9..=1.5);
        let angle: f32 = luck.real(-0.6..=0.6);
        self.shadows.push(Shadow {
            at: (size.0 * luck.real(-0.5..=0.5), size.1 * luck.real(-0.1..=0.65)),
            turn: (angle.cos(), angle.sin()),
            half: (38.0 * grown, 76.0 * grown),
            arm: luck.real(35.0..=60.0),
            soft: luck.real(14.0..=60.0),
            dark,
        });
        self
    }

    /// The shadow of a window's bar or of the edge of something high.
    pub fn with_bar(mut self, size: (f32, f32), dark: f32, luck: &mut Luck) -> Self {
        let angle: f32 = luck.real(0.0..=std::f32::consts::PI);
        let wide = luck.real(8.0..=120.0);
        self.shadows.push(Shadow {
            at: (size.0 * luck.real(-0.5..=0.5), size.1 * luck.real(-0.5..=0.5)),
            turn: (angle.cos(), angle.sin()),
            half: (wide, 5000.0),
            arm: 0.0,
            soft: luck.real(4.0..=20.0),
            dark,
        });
        self
    }

    /// A patch that shines, as a lamp on smooth paper.
    pub fn with_glare(mut self, size: (f32, f32), strength: f32, luck: &mut Luck) -> Self {
        let wide = luck.real(0.08..=0.22) * size.0.max(size.1);
        self.glares.push(Glare {
            at: (size.0 * luck.real(-0.45..=0.45), size.1 * luck.real(-0.45..=0.45)),
            turn: (1.0, 0.0),
            half: (wide, wide * luck.real(0.6..=1.4)),
            strength,
            hard: false,
        });
        self
    }

    /// Streaks of a plastic sleeve around the paper.
    pub fn with_sleeve(mut self, size: (f32, f32), strength: f32, luck: &mut Luck) -> Self {
        for _ in 0..luck.number(2..=5) {
            let angle: f32 = luck.real(-0.9..=0.9) + 1.57;
            self.glares.push(Glare {
                at: (size.0 * luck.real(-0.5..=0.5), size.1 * luck.real(-0.5..=0.5)),
                turn: (angle.cos(), angle.sin()),
                half: (size.1 * luck.real(0.15..=0.5), luck.real(2.0..=11.0)),
                strength: strength * luck.real(0.4..=1.0),
                hard: luck.chance(0.6),
            });
        }
        self
    }

    /// How much light falls on a place, and how much of that is lamp light and not the room's: shadows are cold.
    pub fn light(&self, x: f32, y: f32) -> (f32, f32) {
        let (dx, dy) = (x - self.bright.0, y - self.bright.1);
        let far = (dx * dx + dy * dy) / (self.reach * self.reach);
        let fade = 1.0 / (1.0 + far);
        let open = self.shadows.iter().fold(1.0, |open, shadow| open * (1.0 - shadow.at(x, y)));
        (fade * open, open)
    }

    /// How much white is added at a place.
    pub fn glare(&self, x: f32, y: f32) -> f32 {
        self.glares.iter().map(|glare| glare.at(x, y)).sum()
    }
}

impl Shadow {
    fn at(&self, x: f32, y: f32) -> f32 {
        let (dx, dy) = (x - self.at.0, y - self.at.1);
        let (along, across) = (dx * self.turn.0 + dy * self.turn.1, dy * self.turn.0 - dx * self.turn.1);
        let corner = 12.0_f32.min(self.half.0 * 0.5);
        let (over_x, over_y) = (along.abs() - self.half.0 + corner, across.abs() - self.half.1 + corner);
        let outside = over_x.max(0.0).hypot(over_y.max(0.0)) + over_x.max(over_y).min(0.0) - corner;
        let arm = if self.arm > 0.0 {
            (along - self.half.0 * 0.4).hypot((self.half.1 - across).max(0.0)) - self.arm
        } else {
            f32::MAX
        };
        self.dark * (1.0 - step(-self.soft, self.soft, outside.min(arm)))
    }
}

impl Glare {
    fn at(&self, x: f32, y: f32) -> f32 {
        let (dx, dy) = (x - self.at.0, y - self.at.1);
        let along = (dx * self.turn.0 + dy * self.turn.1) / self.half.0;
        let bow = 0.12 * self.half.0 * along * along;
        let across = (dy * self.turn.0 - dx * self.turn.1 + bow) / self.half.1;
        let cut = if self.hard { step(-0.15, 0.1, across) } else { 1.0 };
        self.strength * cut * (-along * along - across * across).exp()
    }
}

/// From the yellow of a bulb to the blue of a shady window; most telephones get it nearly right.
fn balance(luck: &mut Luck) -> Colour {
    let warm: f32 = if luck.chance(0.3) { luck.real(-0.5..=1.0) } else { luck.real(-0.2..=0.35) };
    let green: f32 = luck.real(-0.02..=0.03);
    [1.0 + 0.12 * warm, 1.0 + green, 1.0 - 0.24 * warm]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn light_never_goes_out_and_a_hand_darkens_only() {
        let (size, mut luck) = ((210.0, 297.0), Luck::of(1, &["lamp"]));
        let lamp =
            Lamp::draw(size, 0.6, &mut luck).with_hand(size, 0.5, &mut luck).with_bar(size, 0.3, &mut luck);
        for i in 0..400_i32 {
            let (x, y) = (((i % 20) * 15 - 150) as f32, ((i / 20) * 20 - 200) as f32);
            let (light, open) = lamp.light(x, y);
            assert!(light > 0.05 && light <= 1.0 && (0.3..=1.0).contains(&open), "{light} {open}");
        }
    }
}
