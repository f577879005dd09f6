//! `shapecast backtest --spot-traces`: the survival of Spot nodes against traces.

use std::path::Path;

use super::out_files;
use crate::cli::args::{Backtest, Format};
use crate::cli::context::{Context, in_file, in_markdown};
use crate::cli::{CliError, Exit, Stop};
use crate::profile::spot_traces;
use crate::report::{SpotSurvivalDocument, json, spot_survival};
use crate::simulate::survival;

/// Runs the protocol on traces.
///
/// # Errors
/// The traces cannot be read, or an output cannot be written.
pub fn run(path: &Path, arguments: &Backtest, context: &mut Context) -> Result<Exit, Stop> {
    let doing = "cannot hold the Spot model against traces";
    let traces = spot_traces::read(path).map_err(|error| {
        CliError::because(doing, &error).hint(
            "a table of traces has one row for each stretch of time with the same number of nodes: \
             trace_id, start_offset_s, duration_s, available_count",
        )
    })?;
    let report = survival::assess(&traces.pools);
    let document = SpotSurvivalDocument::new(&report, traces.left_out);
    if document.models.iter().all(|model| model.horizons.iter().all(|horizon| horizon.traces == 0)) {
        let mut what = "no trace has 20 start points in its second half".to_owned();
        if let Some(first) = document.left_out.first() {
            what += &format!("; left out: {first}");
        }
        return Err(CliError::usage(doing, what).hint("give longer traces of single nodes on AWS").into());
    }
    let json_text = || json::to_text(&document).map_err(|error| CliError::because("cannot write the report", &error));
    for path in &arguments.out {
        let text = match path.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
            "json" => json_text()?,
            "md" | "markdown" => in_markdown(&spot_survival::page(&document)),
            "txt" => in_file(&spot_survival::page(&document)),
            _ => {
                let doing = format!("cannot write `{}`", path.display());
                return Err(CliError::usage(doing, "the extension says no format")
                    .hint("known extensions: .json .md .txt")
                    .into());
            }
        };
        out_files::write(context, path, text.as_bytes())?;
    }
    for left_out in &document.left_out {
        context.printer.warning(&format!("left out: {left_out}"));
    }
    let text = match arguments.format {
        Format::Json => json_text()?,
        Format::Markdown => in_markdown(&spot_survival::page(&document)),
        Format::Html => crate::report::html::of_page("Survival of Spot nodes", &spot_survival::page(&document)),
        Format::Table => context.on_screen(&spot_survival::page(&document)),
        _ => {
            return Err(CliError::usage("cannot write the report", "this report has no such format")
                .hint("use --format json")
                .into());
        }
    };
    context.report(&text)?;
    Ok(Exit::Done)
}
