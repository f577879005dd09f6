//! `shapecast check`: the CI gate.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rayon::prelude::*;

use super::out_files;
use crate::cli::args::{Check, CheckFormat};
use crate::cli::config::{Config, default_limits};
use crate::cli::context::{Context, in_file};
use crate::cli::progress::Progress;
use crate::cli::vocabulary::Words;
use crate::cli::{CliError, Exit, Stop, inputs, live, own_prices};
use crate::gate::{Baseline, Checker, Given, Known, Limits, Outcome};
use crate::rank::{DEFAULT_REPLICATIONS, DEFAULT_SEED, RecommendOptions};
use crate::report::check::{self, CheckView};
use crate::report::document::{CheckedWorkload, CodedText, RunInfo, Verdict};
use crate::report::{CheckDocument, json};
use crate::workload::{WorkloadError, read_str, read_text};

/// Runs the command.
///
/// # Errors
/// An input is wrong or an output cannot be written.
pub fn run(arguments: &Check, context: &mut Context) -> Result<Exit, Stop> {
    let outs = arguments.out.iter().map(|path| Ok((path, format_of(path)?))).collect::<Result<Vec<_>, CliError>>()?;
    let base = live::base(&arguments.source)?;
    let words = Words::of(&base);
    let own_prices = arguments.prices.as_deref().map(own_prices::read).transpose()?.unwrap_or_default();
    let baseline = read_baseline(arguments)?;
    let given = read_workloads(arguments, &words)?;
    let regions: BTreeSet<String> = given.iter().map(|one| one.workload.region.value.clone()).collect();
    let prices = live::prices(&arguments.source, base, &regions.into_iter().collect::<Vec<_>>(), context)?;
    let options = RecommendOptions {
        seed: arguments.seed.unwrap_or(DEFAULT_SEED),
        replications: arguments.replications.unwrap_or(DEFAULT_REPLICATIONS),
        today: Some(context.today()),
        measured: None,
        sensitivity: false,
    };
    let in_full = arguments.format == CheckFormat::Html || outs.iter().any(|(_, format)| *format == CheckFormat::Html);
    let created_at = context.now.to_string();
    let config = context.config.clone();
    let limits = |name: &str| limits_of(arguments, &config, name);
    let checker = Checker {
        book: prices.book(),
        own_prices: &own_prices,
        options: &options,
        own_draws: arguments.seed.is_some() || arguments.replications.is_some(),
        vocabulary: &words.vocabulary(),
        fail_on: &arguments.fail_on,
        limits: &limits,
        baseline: baseline.as_ref(),
        in_full: in_full.then_some(created_at.as_str()),
    };
    let gate = Gate::pass(&checker, &given, arguments, context)?;
    let run = RunInfo { seed: options.seed, replications: options.replications, created_at: created_at.clone() };
    let sides = (baseline.as_ref().map(Baseline::computed_with), checker.computed_with());
    let warnings = gate.warnings().into_iter().chain(prices.warnings.iter().cloned()).collect();
    let mut document = CheckDocument::new(run, arguments.fail_on.clone(), sides, gate.checked(), warnings);
    document.answers = gate.outcomes.iter().filter_map(|outcome| outcome.answer.clone()).collect();
    for (path, format) in outs {
        out_files::write(context, path, text(&document, format, arguments, in_file)?.as_bytes())?;
    }
    let updated = arguments.update_baseline.then(|| gate.new_baseline(baseline.as_ref()));
    if let Some(updated) = &updated {
        let text = json::to_text(updated).map_err(|error| unwritable(&error))?;
        out_files::write(context, &arguments.baseline, text.as_bytes())?;
    }
    let report = text(&document, arguments.format, arguments, |page| context.on_screen(page))?;
    context.report(&report)?;
    let failed = prices.judge(context);
    Ok(failed.unwrap_or_else(|| judge(arguments, &document, context)))
}

/// The exit code, after everything is written.
fn judge(arguments: &Check, document: &CheckDocument, context: &mut Context) -> Exit {
    if arguments.update_baseline {
        return Exit::Done;
    }
    if document.verdict == Verdict::Fail {
        let failed = document.totals.failed;
        let error = CliError::usage("", format!("the gate failed: {failed} of {} workloads", document.workloads.len()))
            .hint("when the rise is meant, accept it: run again with --update-baseline and commit the baseline");
        context.printer.error(&error);
        return Exit::GateFailed;
    }
    let unpriced = |one: &&CheckedWorkload| one.notes.iter().any(|note| note.code == "price-missing");
    let unpriced: Vec<&str> = document.workloads.iter().filter(unpriced).map(|one| one.name.as_str()).collect();
    if arguments.strict && !unpriced.is_empty() {
        let error = CliError::usage("", format!("prices are missing and --strict was given: {}", unpriced.join(", ")))
            .hint("`shapecast recommend` names the missing prices; give your own with --prices FILE");
        context.printer.error(&error);
        return Exit::DataMissing;
    }
    Exit::Done
}

/// Flags first, then what the project says of this workload, then what it says of all. Nobody said anything: ten
/// percent.
fn limits_of(arguments: &Check, config: &Config, name: &str) -> Limits {
    let said = arguments.limits.limits().or(config.limits_of(name));
    if said.is_empty() { default_limits() } else { said }
}

fn read_baseline(arguments: &Check) -> Result<Option<Baseline>, CliError> {
    let path = &arguments.baseline;
    let doing = format!("cannot read the baseline `{}`", path.display());
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && arguments.update_baseline => return Ok(None),
        Err(error) => {
            return Err(CliError::because(doing, &error)
                .hint("write a first one with --update-baseline and commit it beside the workload files"));
        }
    };
    Baseline::from_text(&text).map(Some).map_err(|error| {
        CliError::because(doing, &error).hint("a baseline is what `shapecast check … --update-baseline` writes")
    })
}

fn read_workloads(arguments: &Check, words: &Words) -> Result<Vec<Given>, Stop> {
    let files = inputs::expand(&arguments.workloads).map_err(Stop::Errors)?;
    let folder = arguments.baseline.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    let mut given: Vec<Given> = Vec::new();
    let mut errors = Vec::new();
    for file in files.iter().filter(|file| !same_file(file, &arguments.baseline)) {
        match read_one(file, words) {
            Ok((workload, text)) => given.push(Given {
                workload,
                text,
                file: file.display().to_string(),
                file_from_baseline: relative(file, folder),
            }),
            Err(found) => {
                errors.extend(found.iter().map(|error| CliError::usage("", error.to_string()).hint(error.hint.clone())))
            }
        }
    }
    errors.extend(doubles(&given));
    if errors.is_empty() && given.is_empty() {
        errors.push(CliError::usage("", "no workloads were given").hint("name a workload file or a folder of them"));
    }
    if errors.is_empty() { Ok(given) } else { Err(Stop::Errors(errors)) }
}

fn read_one(file: &Path, words: &Words) -> Result<(crate::workload::Workload, String), Vec<WorkloadError>> {
    let text = read_text(file).map_err(|error| vec![error])?;
    let workload = read_str(&text, &file.display().to_string(), &words.vocabulary())?;
    Ok((workload, text))
}

/// Two files of one name could not be told apart in a baseline.
fn doubles(given: &[Given]) -> Vec<CliError> {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    let mut errors = Vec::new();
    for one in given {
        let name = one.workload.name.as_str();
        if let Some(first) = seen.insert(name, &one.file) {
            errors.push(
                CliError::usage("", format!("`{first}` and `{}` are both called `{name}`", one.file))
                    .hint("give each workload its own name"),
            );
        }
    }
    errors
}

/// All workloads of one gate.
struct Gate {
    outcomes: Vec<Outcome>,
    removed: Vec<CheckedWorkload>,
    /// In the baseline with a file that is still there, but not asked about: positions in the baseline.
    not_asked: Vec<usize>,
}

impl Gate {
    fn pass(checker: &Checker<'_>, given: &[Given], arguments: &Check, context: &Context) -> Result<Self, CliError> {
        let failed = |error: &crate::gate::CheckError| {
            CliError::because("", error).hint("accept today's figures with --update-baseline")
        };
        // A baseline that nobody understands any more must still be replaceable.
        let known = match checker.known() {
            Err(_) if arguments.update_baseline => Vec::new(),
            known => known.map_err(|error| failed(&error))?,
        };
        let pairs = checker.pairs(given, &known);
        let progress = Progress::new(&context.global, given.len());
        let outcomes = given
            .par_iter()
            .zip(&pairs.today)
            .map(|(one, was)| {
                progress.begin(&one.workload.name);
                let was: Option<&Known> = was.and_then(|index| known.iter().find(|known| known.index == index));
                let outcome = checker.check(one, was);
                progress.done();
                outcome
            })
            .collect::<Result<Vec<_>, _>>();
        progress.finish();
        let stored = checker.baseline.map_or(&[][..], |baseline| &baseline.workloads);
        let folder = arguments.baseline.parent().unwrap_or_else(|| Path::new(""));
        let is_there = |index: &usize| {
            stored.get(*index).is_some_and(|one| !one.file.is_empty() && folder.join(&one.file).is_file())
        };
        let (not_asked, gone): (Vec<usize>, Vec<usize>) = pairs.left.into_iter().partition(is_there);
        Ok(Self {
            outcomes: outcomes.map_err(|error| failed(&error))?,
            removed: gone.into_iter().filter_map(|index| stored.get(index)).map(|one| checker.removed(one)).collect(),
            not_asked,
        })
    }

    fn checked(&self) -> Vec<CheckedWorkload> {
        self.outcomes.iter().map(|outcome| outcome.checked.clone()).chain(self.removed.iter().cloned()).collect()
    }

    fn warnings(&self) -> Vec<CodedText> {
        let count = self.not_asked.len();
        let text = format!("{count} more of the baseline's workloads were not asked about: they stay as they are");
        (count > 0).then(|| CodedText { code: "not-asked".to_owned(), text }).into_iter().collect()
    }

    /// Today's figures; workloads that were not asked about stay.
    fn new_baseline(&self, old: Option<&Baseline>) -> Baseline {
        let mut workloads: Vec<_> = self.outcomes.iter().map(|outcome| outcome.stored.clone()).collect();
        let mut sets = BTreeMap::new();
        for outcome in &self.outcomes {
            let (key, set) = outcome.price_set.clone();
            let merged: &mut crate::gate::PriceSet = sets.entry(key).or_insert_with(|| set.clone());
            merged.answers.extend(set.answers);
        }
        for stored in self.not_asked.iter().filter_map(|index| old?.workloads.get(*index)) {
            if let Some(set) = old.and_then(|old| old.price_sets.get(&stored.price_set)) {
                let merged = sets.entry(stored.price_set.clone()).or_insert_with(|| set.clone());
                merged.answers.extend(set.answers.clone());
            }
            workloads.push(stored.clone());
        }
        Baseline::new(workloads, sets)
    }
}

fn text(
    document: &CheckDocument,
    format: CheckFormat,
    arguments: &Check,
    page: impl Fn(&crate::report::Page) -> String,
) -> Result<String, CliError> {
    Ok(match format {
        CheckFormat::Table => page(&check::page(document, CheckView::default())),
        CheckFormat::Markdown => check::comment::render(document, arguments.max_bytes),
        CheckFormat::Html => crate::report::html::check(document),
        CheckFormat::Github => check::github::render(document),
        CheckFormat::Junit => check::junit::render(document),
        CheckFormat::Json => json::to_text(document).map_err(|error| unwritable(&error))?,
        CheckFormat::Sarif => check::sarif::render(document).map_err(|error| unwritable(&error))?,
        CheckFormat::Csv => check::csv::render(document).map_err(|error| unwritable(&error))?,
    })
}

fn unwritable(error: &dyn std::error::Error) -> CliError {
    CliError::because("cannot write the report", error)
}

fn format_of(path: &Path) -> Result<CheckFormat, CliError> {
    match path.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "json" => Ok(CheckFormat::Json),
        "csv" => Ok(CheckFormat::Csv),
        "md" | "markdown" => Ok(CheckFormat::Markdown),
        "txt" => Ok(CheckFormat::Table),
        "xml" => Ok(CheckFormat::Junit),
        "sarif" => Ok(CheckFormat::Sarif),
        "html" | "htm" => Ok(CheckFormat::Html),
        _ => {
            let doing = format!("cannot write `{}`", path.display());
            Err(CliError::usage(doing, "the extension says no format")
                .hint("known extensions: .json .csv .md .txt .xml .sarif .html"))
        }
    }
}

fn same_file(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

/// A file as seen from a folder, with `/` on every system, so that a baseline means the same wherever it is checked
/// out.
fn relative(file: &Path, folder: &Path) -> String {
    let (Ok(file), Ok(folder)) = (file.canonicalize(), folder.canonicalize()) else {
        return file.display().to_string();
    };
    let (file, folder): (Vec<_>, Vec<_>) = (file.components().collect(), folder.components().collect());
    let shared = file.iter().zip(&folder).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..".to_owned(), folder.len() - shared);
    let down = file[shared..].iter().map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_the_baseline() {
        let root = tempfile::tempdir().expect("a folder");
        let (jobs, ci) = (root.path().join("jobs"), root.path().join("ci"));
        std::fs::create_dir_all(&jobs).expect("makes");
        std::fs::create_dir_all(&ci).expect("makes");
        let file = jobs.join("a.yaml");
        std::fs::write(&file, "").expect("writes");
        assert_eq!(relative(&file, root.path()), "jobs/a.yaml");
        assert_eq!(relative(&file, &ci), "../jobs/a.yaml");
        assert_eq!(relative(&file, &jobs), "a.yaml");
    }
}
