//! Slicing a table that is sorted by its first column, without parsing the rest of it.

/// A table's text: a header line, then rows sorted by their first column, every line ended.
#[derive(Clone, Copy)]
pub(super) struct Sorted<'a> {
    body: &'a str,
}

impl<'a> Sorted<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { body: text.split_once('\n').map_or("", |(_, body)| body) }
    }

    /// The rows without the header.
    pub const fn body(self) -> &'a str {
        self.body
    }

    /// The rows whose first column is `key`.
    pub fn of(self, key: &str) -> &'a str {
        let start = self.partition(|found| found < key);
        let end = self.partition(|found| found <= key);
        self.body.get(start..end).unwrap_or("")
    }

    /// The distinct values of the first column, in order.
    pub fn keys(self) -> impl Iterator<Item = &'a str> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let row = self.body.get(at..).filter(|rest| !rest.is_empty())?;
            let key = first_column(row);
            at = self.partition(|found| found <= key);
            Some(key)
        })
    }

    /// Offset of the first row for which `before` does not hold.
    fn partition(self, before: impl Fn(&str) -> bool) -> usize {
        // Bytes, because the middle may fall inside a character; behind a line end it cannot.
        let bytes = self.body.as_bytes();
        let is_end = |byte: &u8| *byte == b'\n';
        let (mut low, mut high) = (0, bytes.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let start = bytes[..middle].iter().rposition(is_end).map_or(0, |end| end + 1);
            let end = bytes[middle..].iter().position(is_end).map_or(bytes.len(), |length| middle + length + 1);
            if before(first_column(&self.body[start..])) {
                low = end;
            } else {
                high = start;
            }
        }
        low
    }
}

fn first_column(row: &str) -> &str {
    row.split([',', '\n']).next().unwrap_or("")
}

/// Exactly `N` fields, or nothing.
pub(super) fn fields<'a, const N: usize>(mut row: impl Iterator<Item = &'a str>) -> Option<[&'a str; N]> {
    let mut found = [""; N];
    for field in &mut found {
        *field = row.next()?;
    }
    row.next().is_none().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "region,type,usd\na-1,x,1\na-1,y,2\na-10,x,3\nb-1,x,4\n";

    #[test]
    fn a_key_gets_all_its_rows_and_no_neighbours() {
        let table = Sorted::new(TABLE);
        assert_eq!(table.of("a-1"), "a-1,x,1\na-1,y,2\n");
        assert_eq!(table.of("a-10"), "a-10,x,3\n");
        assert_eq!(table.of("b-1"), "b-1,x,4\n");
        assert_eq!(table.of("a"), "");
        assert_eq!(table.of("zz"), "");
        assert_eq!(table.keys().collect::<Vec<_>>(), ["a-1", "a-10", "b-1"]);
        assert_eq!(Sorted::new("region\n").keys().count(), 0);
        assert_eq!(Sorted::new("").of("a-1"), "");
        assert_eq!(Sorted::new("region\na,éééééééééé\nb,é\n").of("b"), "b,é\n");
    }

    #[test]
    fn a_row_has_exactly_its_fields() {
        assert_eq!(fields::<2>("a,b".split(',')), Some(["a", "b"]));
        assert_eq!(fields::<2>("a,b,c".split(',')), None);
        assert_eq!(fields::<2>("a".split(',')), None);
    }
}
