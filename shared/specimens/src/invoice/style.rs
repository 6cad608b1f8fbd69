//! How one paper writes its numbers and its days.

use crate::luck::Luck;

const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// The hand of a paper: amounts, counts, days and numbers of registers.
#[derive(Clone)]
pub struct Style {
    group: &'static str,
    point: &'static str,
    before: &'static str,
    after: &'static str,
    day: &'static str,
    whole: bool,
    register: i64,
    capital_months: bool,
}

impl Style {
    /// A hand drawn by luck.
    pub fn drawn(luck: &mut Luck) -> Self {
        let (group, point) = *luck.pick(&[
            (" ", ","),
            (" ", ","),
            ("\u{a0}", ","),
            ("\u{202f}", ","),
            ("", ","),
            ("", ","),
            ("", "."),
            (".", ","),
        ]);
        let (before, after) =
            *luck.pick(&[("", " €"), ("", " €"), ("", "€"), ("", " EUR"), ("", ""), ("", " €"), ("€ ", "")]);
        Self {
            group,
            point,
            before,
            after,
            day: *luck
                .pick(&["d/m/Y", "d/m/Y", "d/m/Y", "d/m/y", "d.m.Y", "d.m.y", "d-m-Y", "long", "Y-m-d"]),
            whole: luck.chance(0.4),
            register: luck.number(0..=3),
            capital_months: luck.chance(0.1),
        }
    }

    /// As a till writes: no groups, short days.
    pub fn till(luck: &mut Luck) -> Self {
        let point = *luck.pick(&[",", ",", "."]);
        let after = *luck.pick(&["", " €", " EUR", "EUR", "€"]);
        Self {
            group: "",
            point,
            after,
            before: "",
            day: *luck.pick(&["d/m/Y", "d/m/y", "d-m-Y", "d.m.y", "d/m/Y"]),
            ..Self::drawn(luck)
        }
    }

    /// The same as a hand would write it: no groups, a comma, whole counts, no day that begins with the year.
    pub fn by_hand(self) -> Self {
        let day = if self.day == "Y-m-d" { "d/m/Y" } else { self.day };
        Self { group: "", point: ",", whole: true, day, ..self }
    }

    /// Without the sign of the money.
    pub fn bare(&self, cents: i64) -> String {
        let minus = if cents < 0 { "-" } else { "" };
        let cents = cents.abs();
        format!("{minus}{}{}{:02}", grouped(cents / 100, self.group), self.point, cents % 100)
    }

    /// With the sign of the money.
    pub fn money(&self, cents: i64) -> String {
        format!("{}{}{}", self.before, self.bare(cents), self.after)
    }

    /// Hundredths as a count: `4`, `4,00` or `1,5`.
    pub fn quantity(&self, hundredths: i64) -> String {
        if self.whole && hundredths % 100 == 0 {
            return (hundredths / 100).to_string();
        }
        let minus = if hundredths < 0 { "-" } else { "" };
        format!("{minus}{}{}{:02}", hundredths.abs() / 100, self.point, hundredths.abs() % 100)
    }

    /// Thousandths: a price by the litre.
    pub fn thousandths(&self, value: i64) -> String {
        format!("{}{}{:03}", value / 1000, self.point, value % 1000)
    }

    /// A decimal number with this paper's point for the `.`.
    pub fn point_of(&self, number: &str) -> String {
        number.replace('.', self.point)
    }

    /// Tenths of a percent: `20`, `20,00` or `8,5`.
    pub fn percent(&self, tenths: i64) -> String {
        match (self.whole, tenths % 10) {
            (true, 0) => (tenths / 10).to_string(),
            (true, rest) => format!("{}{}{rest}", tenths / 10, self.point),
            (false, rest) => format!("{}{}{rest}0", tenths / 10, self.point),
        }
    }

    /// A day, `2024-03-12`, as this paper writes it.
    pub fn day(&self, iso: &str) -> String {
        if self.day == "long" { self.long(iso) } else { day_by(self.day, iso) }
    }

    /// A day with the month in letters.
    pub fn long(&self, iso: &str) -> String {
        let (year, month, day) = parts(iso);
        let month = MONTHS[month as usize - 1];
        let month = if self.capital_months { month.to_uppercase() } else { month.to_owned() };
        let day = if day == 1 { "1er".to_owned() } else { day.to_string() };
        format!("{day} {month} {year}")
    }

    /// A day in figures, short, whatever the paper's habit.
    pub fn figures(&self, iso: &str) -> String {
        if self.day == "long" { day_by("d/m/Y", iso) } else { day_by(self.day, iso) }
    }

    /// Fourteen digits, or nine, in the paper's spacing.
    pub fn register(&self, digits: &str) -> String {
        match self.register {
            0 => digits.to_owned(),
            3 if digits.len() == 14 => format!("{} {}", &digits[..9], &digits[9..]),
            _ => spaced(digits),
        }
    }

    /// A number of value added tax in the paper's spacing.
    pub fn vat(&self, number: &str) -> String {
        match self.register {
            1 => format!("{} {} {}", &number[..2], &number[2..4], spaced(&number[4..])),
            2 => format!("{} {}", &number[..4], &number[4..]),
            _ => number.to_owned(),
        }
    }

    /// A whole number in groups.
    pub fn count(&self, number: i64) -> String {
        grouped(number, self.group)
    }
}

fn day_by(pattern: &str, iso: &str) -> String {
    let (year, month, day) = parts(iso);
    pattern
        .chars()
        .map(|sign| match sign {
            'd' => format!("{day:02}"),
            'm' => format!("{month:02}"),
            'Y' => year.to_string(),
            'y' => format!("{:02}", year % 100),
            other => other.to_string(),
        })
        .collect()
}

fn parts(iso: &str) -> (u32, u32, u32) {
    let mut parts = iso.split('-').map(|part| part.parse().unwrap_or(1));
    let mut next = || parts.next().unwrap_or(1);
    (next(), next(), next())
}

fn spaced(digits: &str) -> String {
    let (head, tail) = digits.split_at(9.min(digits.len()));
    let groups: Vec<&str> =
        [&head[..3], &head[3..6], &head[6..], tail].into_iter().filter(|part| !part.is_empty()).collect();
    groups.join(" ")
}

fn grouped(number: i64, group: &str) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push_str(group);
        }
        out.push(digit);
    }
    out
}
