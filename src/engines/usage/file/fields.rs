//! Reading the keys of one group: by all their spellings, with their units, and with an error for what is left over.

use rust_decimal::Decimal;

use super::error::UsageError;
use super::node::{Key, Node, Place, Value};
use super::quantity::{amount, bytes_of, share, size_in_bytes, whole_bytes};
use crate::units::{Bytes, GIB, KIB, MIB, ParseError, Span, TIB, did_you_mean, nearest, split_number_and_unit};

/// Most machines or tasks of one entry; vCPU, GB, DPU of one of them; time of one of them. Beyond them stands a slip of
/// the keyboard, and within them no product leaves the 96 bits of a decimal.
const MOST: u32 = 1_000_000;
const LARGEST_SIZE: u32 = 100_000;
const LONGEST: Span = Span::hours(10.0 * 366.0 * 24.0);

/// The keys of one group of the file.
pub(super) struct Fields<'a> {
    /// Where the group begins.
    pub place: Place,
    /// "a node of the usage", for messages.
    what: &'static str,
    entries: Vec<(&'a Key, &'a Node, bool)>,
    /// All spellings that were asked for.
    asked: Vec<String>,
    /// The documented spellings among them, for hints.
    documented: Vec<String>,
}

type Read<T> = Result<T, UsageError>;

impl<'a> Fields<'a> {
    /// The keys of a node that must be a group of keys.
    pub fn of(node: &'a Node, what: &'static str) -> Read<Self> {
        match &node.value {
            Value::Map(entries) => Ok(Self {
                place: node.place,
                what,
                entries: entries.iter().map(|(key, value)| (key, value, false)).collect(),
                asked: Vec::new(),
                documented: Vec::new(),
            }),
            other => Err(UsageError::at(
                node.place,
                format!("{what} is {}, but must be a group of keys", other.kind()),
                "write `key: value` lines, indented under it",
            )),
        }
    }

    /// The value of a key under any of its spellings; the first is the documented one.
    pub fn take(&mut self, spellings: &[&str]) -> Option<&'a Node> {
        self.documented.extend(spellings.first().map(|&name| name.to_owned()));
        self.take_silently(spellings)
    }

    /// As [`Self::take`], but hints do not list the key.
    fn take_silently(&mut self, spellings: &[&str]) -> Option<&'a Node> {
        self.asked.extend(spellings.iter().map(|&name| name.to_owned()));
        let found = self.entries.iter_mut().find(|(key, _, used)| !used && spellings.contains(&key.name.as_str()))?;
        found.2 = true;
        match found.1.value {
            Value::Nothing => None,
            _ => Some(found.1),
        }
    }

    /// Whether a key stands there, without reading it.
    pub fn has(&self, spellings: &[&str]) -> bool {
        self.entries.iter().any(|(key, _, used)| !used && spellings.contains(&key.name.as_str()))
    }

    /// Every key must have been read.
    pub fn finish(self) -> Read<()> {
        self.ensure_all_read()
    }

    /// As [`Self::finish`], for a group that is only lent.
    pub fn ensure_all_read(&self) -> Read<()> {
        let Some((key, ..)) = self.entries.iter().find(|(_, _, used)| !used) else {
            return Ok(());
        };
        if self.asked.contains(&key.name) {
            let message = format!("`{}` says again what another key of {} says", key.written, self.what);
            return Err(UsageError::at(key.place, message, "keep one of the two keys"));
        }
        let near = did_you_mean(&key.name, self.asked.iter().map(String::as_str));
        let mut known = self.documented.clone();
        known.sort_unstable();
        known.dedup();
        let hint = format!("{near}known keys: {}", known.join(", "));
        Err(UsageError::at(key.place, format!("{} has no key `{}`", self.what, key.written), hint))
    }

    /// The items of a list; a single group counts as a list of one.
    pub fn list(&mut self, spellings: &[&str]) -> Vec<&'a Node> {
        match self.take(spellings) {
            Some(Node { value: Value::List(items), .. }) => items.iter().collect(),
            Some(single) => vec![single],
            None => Vec::new(),
        }
    }

    /// A text.
    pub fn text(&mut self, spellings: &[&str]) -> Read<Option<(&'a str, Place)>> {
        let name = spellings[0];
        self.take(spellings).map(|node| Ok((scalar(node, name)?, node.place))).transpose()
    }

    /// A bare number, zero or more.
    pub fn number(&mut self, spellings: &[&str]) -> Read<Option<Decimal>> {
        self.parsed(spellings, amount)
    }

    /// The size of one machine: vCPU, DPU, GB.
    pub fn machine_size(&mut self, spellings: &[&str]) -> Read<Option<Decimal>> {
        self.parsed(spellings, |text| within_machine(amount(text)?, text))
    }

    /// A whole number, zero or more.
    pub fn count(&mut self, spellings: &[&str]) -> Read<Option<u32>> {
        self.parsed(spellings, |text| {
            let number = amount(text)?;
            let whole = u32::try_from(number).ok().filter(|count| number.fract().is_zero() && *count <= MOST);
            whole.ok_or_else(|| {
                ParseError::new(format!("`{text}` is not a count"), "write a whole number up to a million")
            })
        })
    }

    /// yes or no.
    pub fn flag(&mut self, spellings: &[&str]) -> Read<Option<bool>> {
        self.parsed(spellings, |text| match text.to_lowercase().as_str() {
            "true" | "yes" | "on" => Ok(true),
            "false" | "no" | "off" => Ok(false),
            _ => Err(ParseError::new(format!("`{text}` is neither true nor false"), "write true or false")),
        })
    }

    /// "35 %" or 0.35.
    pub fn share(&mut self, spellings: &[&str]) -> Read<Option<Decimal>> {
        self.parsed(spellings, share)
    }

    /// One of several words.
    pub fn word<T: Copy>(&mut self, spellings: &[&str], words: &[(&str, T)]) -> Read<Option<T>> {
        let Some((text, place)) = self.text(spellings)? else { return Ok(None) };
        let wanted = text.trim().to_lowercase().replace(['_', ' '], "-");
        let found = words.iter().find(|(word, _)| *word == wanted).map(|(_, value)| *value);
        let list: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        found.map(Some).ok_or_else(|| {
            let near = did_you_mean(&wanted, list.iter().copied());
            let hint = format!("{near}{} is one of {}", spellings[0], list.join(", "));
            UsageError::at(place, format!("{}: `{text}` is not known", spellings[0]), hint)
        })
    }

    /// A length of time with its unit.
    pub fn time_text(&mut self, spellings: &[&str]) -> Read<Option<Span>> {
        self.parsed(spellings, span)
    }

    /// A length of time: `running: 3 h` (any of `spellings`), or `seconds: 10800`, `minutes:`, `hours:`, `days:`.
    pub fn time(&mut self, spellings: &[&str]) -> Read<Option<Span>> {
        if let Some(span) = self.parsed(spellings, span)? {
            return Ok(Some(span));
        }
        for (unit, seconds) in TIME_UNITS {
            let spelled: Vec<String> = spellings.iter().map(|name| format!("{name}_{unit}")).collect();
            let names: Vec<&str> = std::iter::once(*unit).chain(spelled.iter().map(String::as_str)).collect();
            if let Some(node) = self.take_silently(&names) {
                let (text, place) = (scalar(node, unit)?, node.place);
                let of_parse = |error| UsageError::of_parse(place, unit, error);
                amount(text).map_err(of_parse)?;
                let (number, _) = split_number_and_unit(text).map_err(of_parse)?;
                return span(&format!("{} s", number * f64::from(*seconds))).map(Some).map_err(of_parse);
            }
        }
        Ok(None)
    }

    /// The time of a run, a node, a job; demanded.
    pub fn needed_time(&mut self, fallback: Option<Span>) -> Read<Span> {
        let own = self.time(RUNNING)?;
        own.or(fallback)
            .ok_or_else(|| self.missing("running", "write for example `running: 45 min`, or `seconds: 2700`"))
    }

    /// A size: `scanned: 100 MB`, or `scanned_mb: 100`.
    pub fn size(&mut self, name: &str) -> Read<Option<Decimal>> {
        if let Some(bytes) = self.parsed(&[name], size_in_bytes)? {
            return Ok(Some(bytes));
        }
        for (suffix, factor) in SIZE_SUFFIXES {
            let key = format!("{name}_{suffix}");
            let Some(node) = self.take_silently(&[&key]) else { continue };
            let text = scalar(node, &key)?;
            let bytes = amount(text).and_then(|number| bytes_of(number, *factor, text));
            return bytes.map(Some).map_err(|error| UsageError::of_parse(node.place, &key, error));
        }
        Ok(None)
    }

    /// A size in whole bytes; nothing when it is not there.
    pub fn bytes(&mut self, name: &str) -> Read<Bytes> {
        Ok(self.size(name)?.map_or(Bytes::ZERO, whole_bytes))
    }

    /// Memory or disk of one machine, in GB of 2^30 bytes.
    pub fn gb(&mut self, name: &str) -> Read<Option<Decimal>> {
        let gb = self.size(name)?.map(|bytes| bytes / Decimal::from(GIB));
        gb.map(|gb| within_machine(gb, name).map_err(|error| UsageError::of_parse(self.place, name, error))).transpose()
    }

    /// The error for a key that must be there; a slip of the fingers among the keys that nobody read is named instead.
    pub fn missing(&self, key: &str, hint: &str) -> UsageError {
        let slip = self.entries.iter().find(|(found, _, used)| !used && nearest(&found.name, [key]).is_some());
        match slip {
            Some((found, ..)) => UsageError::at(
                found.place,
                format!("{} has no key `{}`", self.what, found.written),
                format!("did you mean `{key}`? {hint}"),
            ),
            None => UsageError::at(self.place, format!("{} has no `{key}`", self.what), hint),
        }
    }

    fn parsed<T>(&mut self, spellings: &[&str], parse: impl Fn(&str) -> Result<T, ParseError>) -> Read<Option<T>> {
        let Some((text, place)) = self.text(spellings)? else { return Ok(None) };
        parse(text).map(Some).map_err(|error| UsageError::of_parse(place, spellings[0], error))
    }
}

fn within_machine(size: Decimal, text: &str) -> Result<Decimal, ParseError> {
    if size > Decimal::from(LARGEST_SIZE) {
        return Err(ParseError::new(
            format!("`{text}` is too large"),
            "one machine has at most 100,000 units of anything",
        ));
    }
    Ok(size)
}

fn span(text: &str) -> Result<Span, ParseError> {
    let span = Span::parse(text)?;
    if span > LONGEST {
        return Err(ParseError::new(format!("`{text}` is too long"), "a usage is of ten years at most"));
    }
    Ok(span)
}

/// Spellings of the time that something ran.
pub(super) const RUNNING: &[&str] = &["running", "duration", "time", "runtime", "run_time", "runs_for", "uptime"];

/// `hours: 3`, `duration_s: 10800`.
const TIME_UNITS: &[(&str, u32)] =
    &[("seconds", 1), ("s", 1), ("minutes", 60), ("min", 60), ("hours", 3_600), ("h", 3_600), ("days", 86_400)];

const SIZE_SUFFIXES: &[(&str, u64)] =
    &[("bytes", 1), ("kb", KIB), ("mb", MIB), ("mib", MIB), ("gb", GIB), ("gib", GIB), ("tb", TIB), ("tib", TIB)];

/// The text of a single value.
pub(super) fn scalar<'a>(node: &'a Node, name: &str) -> Read<&'a str> {
    match &node.value {
        Value::Scalar(text) => Ok(text),
        other => Err(UsageError::at(
            node.place,
            format!("{name} is {}, but must be a single value", other.kind()),
            "write the value on the key's own line",
        )),
    }
}
