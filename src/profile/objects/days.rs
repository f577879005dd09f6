//! Arrivals by day and minute: enough for growth, cadence and peak rates; a day costs 17 KB, whatever arrives on it.

const MINUTES: usize = 1_440;
const DAY_MS: i64 = 86_400_000;
/// S3 opened on 2006-03-14: nothing in it is older, and what claims to be has a wrong clock.
pub const FIRST_DAY: i64 = 13_221;
/// Days that are told apart: to the year 2100.
const SPAN: usize = 34_300;

/// Arrivals of one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// Objects by minute.
    pub objects: Box<[u32; MINUTES]>,
    /// Bytes by minute.
    pub bytes: Box<[u64; MINUTES]>,
}

impl Day {
    fn empty() -> Self {
        Self { objects: Box::new([0; MINUTES]), bytes: Box::new([0; MINUTES]) }
    }

    /// Objects and bytes of the day.
    #[must_use]
    pub fn totals(&self) -> (u64, u64) {
        let objects = self.objects.iter().map(|count| u64::from(*count)).sum();
        (objects, self.bytes.iter().fold(0, |sum: u64, it| sum.saturating_add(*it)))
    }
}

/// Arrivals by day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Days {
    days: Vec<Option<Day>>,
}

impl Days {
    /// Adds an object; `false` when its time is outside of what can be told apart.
    pub fn add(&mut self, modified_ms: i64, bytes: u64) -> bool {
        self.put(modified_ms.div_euclid(60_000), 1, bytes)
    }

    /// Adds objects of one minute (minutes since 1970); `false` when it is outside of what can be told apart.
    pub fn put(&mut self, minute: i64, objects: u64, bytes: u64) -> bool {
        let day = minute.div_euclid(1_440) - FIRST_DAY;
        let Some(index) = usize::try_from(day).ok().filter(|day| *day < SPAN) else { return false };
        let slot = usize::try_from(minute.rem_euclid(1_440)).unwrap_or(0);
        if index >= self.days.len() {
            self.days.resize(index + 1, None);
        }
        let day = self.days[index].get_or_insert_with(Day::empty);
        day.objects[slot] = day.objects[slot].saturating_add(u32::try_from(objects).unwrap_or(u32::MAX));
        day.bytes[slot] = day.bytes[slot].saturating_add(bytes);
        true
    }

    /// Adds others.
    pub fn merge(&mut self, other: Self) {
        if self.days.len() < other.days.len() {
            self.days.resize(other.days.len(), None);
        }
        for (own, other) in self.days.iter_mut().zip(other.days) {
            match (own.as_mut(), other) {
                (None, other) => *own = other,
                (Some(_), None) => {}
                (Some(own), Some(other)) => {
                    for slot in 0..MINUTES {
                        own.objects[slot] = own.objects[slot].saturating_add(other.objects[slot]);
                        own.bytes[slot] = own.bytes[slot].saturating_add(other.bytes[slot]);
                    }
                }
            }
        }
    }

    /// Days with arrivals: (days since 1970, the day), oldest first.
    pub fn filled(&self) -> impl DoubleEndedIterator<Item = (i64, &Day)> + '_ {
        let dated = |(index, day): (usize, &'_ Option<Day>)| {
            i64::try_from(index).ok().map(|index| (index + FIRST_DAY, day.is_some()))
        };
        self.days
            .iter()
            .enumerate()
            .filter_map(move |it| dated(it).filter(|it| it.1).and_then(|(number, _)| Some((number, it.1.as_ref()?))))
    }

    /// Minutes with arrivals: (minutes since 1970, objects, bytes), oldest first.
    pub fn minutes(&self) -> impl Iterator<Item = (i64, u64, u64)> + '_ {
        self.filled().flat_map(|(number, day)| {
            (0_i64..)
                .zip(day.objects.iter().zip(day.bytes.iter()))
                .filter(|(_, (objects, _))| **objects > 0)
                .map(move |(minute, (objects, bytes))| (number * 1_440 + minute, u64::from(*objects), *bytes))
        })
    }
}

/// The first moment that can be true, ms since 1970.
pub const EARLIEST_MS: i64 = FIRST_DAY * DAY_MS;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s3_opened_on_the_14th_of_march_2006() {
        let day = jiff::civil::date(2006, 3, 14).to_zoned(jiff::tz::TimeZone::UTC).expect("a day");
        assert_eq!(day.timestamp().as_millisecond(), EARLIEST_MS);
    }

    #[test]
    fn minutes_come_back_in_order_and_sum_up() {
        let mut days = Days::default();
        let base = EARLIEST_MS + 10 * DAY_MS;
        assert!(days.add(base + 61_000, 5) && days.add(base + 119_999, 7) && days.add(base - 1, 1));
        assert!(!days.add(EARLIEST_MS - 1, 1) && !days.add(i64::MAX, 1) && !days.add(i64::MIN, 1));
        let minutes: Vec<_> = days.minutes().collect();
        let first = (FIRST_DAY + 10) * 1_440;
        assert_eq!(minutes, vec![(first - 1, 1, 1), (first + 1, 2, 12)]);
        let mut twice = days.clone();
        twice.merge(days);
        assert_eq!(twice.filled().next_back().map(|it| it.1.totals()), Some((4, 24)));
    }
}
