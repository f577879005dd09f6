//! One configuration file (TOML).

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use crate::cli::CliError;
use crate::gate::{Limits, parse_dollars, parse_part, parse_probability};

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConfigFile {
    /// Values of flags, by their names without dashes.
    pub flags: Vec<(String, String)>,
    /// Limits for all workloads.
    pub limits: Limits,
    /// Limits for one workload, by its name.
    pub by_workload: BTreeMap<String, Limits>,
}

/// The keys as they are written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(default)]
    defaults: BTreeMap<String, Spanned<toml::Value>>,
    #[serde(default)]
    check: RawCheck,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCheck {
    max_increase: Option<Spanned<toml::Value>>,
    max_increase_usd: Option<Spanned<toml::Value>>,
    budget_usd: Option<Spanned<toml::Value>>,
    max_runtime_increase: Option<Spanned<toml::Value>>,
    min_deadline_probability: Option<Spanned<toml::Value>>,
    fail_on: Option<Vec<Spanned<String>>>,
    baseline: Option<String>,
    #[serde(default)]
    workloads: BTreeMap<String, RawLimits>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLimits {
    max_increase: Option<Spanned<toml::Value>>,
    max_increase_usd: Option<Spanned<toml::Value>>,
    budget_usd: Option<Spanned<toml::Value>>,
    max_runtime_increase: Option<Spanned<toml::Value>>,
    min_deadline_probability: Option<Spanned<toml::Value>>,
}

impl ConfigFile {
    /// Reads a file.
    ///
    /// # Errors
    /// It cannot be opened, is no TOML, or says something that is not understood; with line and column.
    pub fn read(path: &Path) -> Result<Self, CliError> {
        let doing = format!("cannot read `{}`", path.display());
        let text = std::fs::read_to_string(path).map_err(|error| CliError::because(doing, &error))?;
        let source = Source { name: path.display().to_string(), text: &text };
        let mut file = Self::parse(&source)?;
        let folder = path.parent().unwrap_or_else(|| Path::new(""));
        for (flag, value) in &mut file.flags {
            // A file in a project means the project's files, wherever the command is run.
            if matches!(flag.as_str(), "prices" | "baseline" | "costs" | "portfolio") {
                *value = folder.join(&value).display().to_string();
            }
        }
        Ok(file)
    }

    /// What the program carries.
    pub(super) fn embedded() -> Result<Self, CliError> {
        Self::parse(&Source { name: "the embedded defaults".to_owned(), text: super::text_of_defaults() })
    }

    fn parse(source: &Source<'_>) -> Result<Self, CliError> {
        let raw: Raw = toml::from_str(source.text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            source.wrong(start, error.message()).hint(HINT)
        })?;
        let mut flags = Vec::new();
        for (flag, value) in &raw.defaults {
            flags.push((flag.replace('_', "-"), source.scalar(value)?));
        }
        for part in raw.check.fail_on.iter().flatten() {
            parse_part(part.get_ref()).map_err(|error| source.wrong(part.span().start, error))?;
        }
        if let Some(parts) = &raw.check.fail_on {
            let parts: Vec<&str> = parts.iter().map(|part| part.get_ref().as_str()).collect();
            flags.push(("fail-on".to_owned(), parts.join(",")));
        }
        flags.extend(raw.check.baseline.clone().map(|path| ("baseline".to_owned(), path)));
        let check = raw.check;
        let by_workload = check
            .workloads
            .iter()
            .map(|(name, limits)| Ok((name.clone(), source.limits(limits)?)))
            .collect::<Result<_, CliError>>()?;
        let all = RawLimits {
            max_increase: check.max_increase,
            max_increase_usd: check.max_increase_usd,
            budget_usd: check.budget_usd,
            max_runtime_increase: check.max_runtime_increase,
            min_deadline_probability: check.min_deadline_probability,
        };
        Ok(Self { flags, limits: source.limits(&all)?, by_workload })
    }
}

const HINT: &str =
    "`src/cli/config/default.toml` of the sources, or docs/reference/configuration.md, lists all settings";

/// A text with its name, for messages.
struct Source<'t> {
    name: String,
    text: &'t str,
}

impl Source<'_> {
    fn limits(&self, raw: &RawLimits) -> Result<Limits, CliError> {
        Ok(Limits {
            max_increase: self.value(raw.max_increase.as_ref(), str::parse)?,
            max_increase_usd: self.value(raw.max_increase_usd.as_ref(), parse_dollars)?,
            budget_usd: self.value(raw.budget_usd.as_ref(), parse_dollars)?,
            max_runtime_increase: self.value(raw.max_runtime_increase.as_ref(), str::parse)?,
            min_deadline_probability: self.value(raw.min_deadline_probability.as_ref(), parse_probability)?,
        })
    }

    fn value<T, E: Display>(
        &self,
        value: Option<&Spanned<toml::Value>>,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Result<Option<T>, CliError> {
        value
            .map(|value| parse(&self.scalar(value)?).map_err(|error| self.wrong(value.span().start, error)))
            .transpose()
    }

    /// A value as it would stand on a command line.
    fn scalar(&self, value: &Spanned<toml::Value>) -> Result<String, CliError> {
        match value.get_ref() {
            toml::Value::String(text) => Ok(text.clone()),
            toml::Value::Integer(number) => Ok(number.to_string()),
            toml::Value::Float(number) => Ok(number.to_string()),
            toml::Value::Boolean(flag) => Ok(flag.to_string()),
            toml::Value::Datetime(moment) => Ok(moment.to_string()),
            toml::Value::Array(_) | toml::Value::Table(_) => {
                Err(self.wrong(value.span().start, "a setting is one word, number or truth value"))
            }
        }
    }

    fn wrong(&self, start: usize, what: impl Display) -> CliError {
        let before = self.text.get(..start).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        CliError::usage("", format!("{}:{line}:{column}: {what}", self.name))
    }
}
