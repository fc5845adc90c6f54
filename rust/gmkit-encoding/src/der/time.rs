//! UTCTime and GeneralizedTime.

/// How a time was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeForm {
    /// UTCTime: two digits of the year, 1950 to 2049.
    Utc,
    /// GeneralizedTime: four digits of the year.
    Generalized,
}

/// A point in time, to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Time {
    /// Seconds since 1970-01-01T00:00:00Z; leap seconds do not exist.
    pub seconds: i64,
    /// How it was stored.
    pub form: TimeForm,
}

impl Time {
    /// From the contents; the flag says whether they are in the one form of RFC 5280 clause
    /// 4.1.2.5: seconds present, no fraction, `Z`. None if they are no time.
    pub(super) fn parse(form: TimeForm, content: &[u8]) -> Option<(Self, bool)> {
        let mut text = Digits(content);
        let year = match form {
            TimeForm::Utc => match text.two()? {
                year @ 0..=49 => 2000 + year,
                year => 1900 + year,
            },
            TimeForm::Generalized => text.two()? * 100 + text.two()?,
        };
        let (month, day, hour) = (text.two()?, text.two()?, text.two()?);
        let mut canonical = true;
        let minute = text.two().unwrap_or_else(|| {
            canonical = false;
            0
        });
        let second = text.two().unwrap_or_else(|| {
            canonical = false;
            0
        });
        if !(1..=12).contains(&month)
            || !(1..=days_of(year, month)).contains(&day)
            || hour > 23
            || minute > 59
            || second > 59
        {
            return None;
        }
        if form == TimeForm::Generalized && text.fraction()? {
            canonical = false;
        }
        let shift = match text.0 {
            b"Z" => 0,
            [sign @ (b'+' | b'-'), rest @ ..] => {
                canonical = false;
                let mut zone = Digits(rest);
                let (hours, minutes) = (zone.two()?, zone.two()?);
                if hours > 23 || minutes > 59 || !zone.0.is_empty() {
                    return None;
                }
                (hours * 3600 + minutes * 60) * if *sign == b'+' { -1 } else { 1 }
            }
            // Without a zone the time is local to nobody knows where.
            _ => return None,
        };
        let seconds =
            days_since_1970(year, month, day) * 86400 + hour * 3600 + minute * 60 + second + shift;
        Some((Self { seconds, form }, canonical))
    }
}

/// What is left of the text.
struct Digits<'a>(&'a [u8]);

impl Digits<'_> {
    /// A number of two digits; nothing is consumed if there is none.
    fn two(&mut self) -> Option<i64> {
        let (&[tens, units], rest) = self.0.split_first_chunk::<2>()?;
        if !tens.is_ascii_digit() || !units.is_ascii_digit() {
            return None;
        }
        self.0 = rest;
        Some(i64::from(tens - b'0') * 10 + i64::from(units - b'0'))
    }

    /// Skips a fraction of a second; none if there is a separator without digits.
    fn fraction(&mut self) -> Option<bool> {
        let [b'.' | b',', rest @ ..] = self.0 else {
            return Some(false);
        };
        let digits = rest
            .iter()
            .take_while(|octet| octet.is_ascii_digit())
            .count();
        self.0 = &rest[digits..];
        (digits > 0).then_some(true)
    }
}

fn days_of(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days from 1970-01-01 in the Gregorian calendar, also before it was in use.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    // Years counted from March, so that the leap day is the last of its year.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}
