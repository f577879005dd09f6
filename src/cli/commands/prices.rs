//! `shapecast prices`: what is known, how old, from where, and what is missing.

use super::{prices_diff, prices_spot, prices_update};
use crate::cli::args::{Format, Prices, PricesAction, PricesShow};
use crate::cli::context::{Context, in_markdown};
use crate::cli::{CliError, Exit, Stop, live, regions};
use crate::prices::{Filter, FilterError, PriceBook, RegionError, rows};
use crate::report::json;
use crate::report::prices::{PriceRow, PricesDocument, page, to_csv};

/// Runs the command.
///
/// # Errors
/// The filter names something unknown, or stdout cannot take the report.
pub fn run(arguments: &Prices, context: &mut Context) -> Result<Exit, Stop> {
    match &arguments.action {
        PricesAction::Show(arguments) => show(arguments, context),
        PricesAction::Update(arguments) => prices_update::run(arguments, context),
        PricesAction::Diff(arguments) => prices_diff::run(arguments, context),
        PricesAction::Spot(arguments) => prices_spot::run(arguments, context),
    }
}

fn show(arguments: &PricesShow, context: &mut Context) -> Result<Exit, Stop> {
    let base = live::base(&arguments.source)?;
    let regions = arguments.region.clone().map_or_else(Vec::new, |region| vec![region]);
    if regions.is_empty() && (arguments.source.live || arguments.source.spot_advisor.is_some()) {
        return Err(CliError::usage("", "live prices are asked for a region").hint("name one with --region").into());
    }
    let prices = live::prices(&arguments.source, base, &regions, context)?;
    let book = prices.book();
    let filter = Filter {
        service: arguments.service.clone(),
        region: arguments.region.clone(),
        instance_type: arguments.instance_type.clone(),
    };
    let found = rows(book, &filter).map_err(|error| unknown(&error, book))?;
    let age = Some(book.age_days(context.today()));
    let document = PricesDocument::new(&book.in_words(), book.as_of(), age, found.iter().map(PriceRow::from).collect())
        .aged(context.today());
    let unwritable = |error: &dyn std::error::Error| CliError::because("cannot write the report", error);
    let text = match arguments.format {
        Format::Table => context.on_screen(&page(&document)),
        Format::Markdown => in_markdown(&page(&document)),
        Format::Html => crate::report::html::of_page("Prices", &page(&document)),
        Format::Csv => to_csv(&document).map_err(|error| unwritable(&error))?,
        Format::Json => json::to_text(&document).map_err(|error| unwritable(&error))?,
    };
    for warning in &prices.warnings {
        context.printer.warning(&warning.text);
    }
    context.report(&text)?;
    Ok(prices.judge(context).unwrap_or(Exit::Done))
}

/// What the filter names does not exist: the nearest that does, and the others where they fit on a line or two.
fn unknown(error: &FilterError, book: &PriceBook) -> CliError {
    let near =
        |near: &Option<String>| near.as_ref().map_or_else(String::new, |near| format!("did you mean `{near}`? "));
    match error {
        FilterError::Service { service, did_you_mean, known } => CliError::usage(
            "",
            format!("unknown service `{service}`"),
        )
        .hint(format!("{}services: {}", near(did_you_mean), known.join(", "))),
        FilterError::InstanceType { instance_type, did_you_mean } => {
            CliError::usage("", format!("unknown instance type `{instance_type}`")).hint(near(did_you_mean).trim_end())
        }
        FilterError::Region(RegionError::Unknown(unknown)) => regions::unknown(book, &unknown.region),
        FilterError::Region(error) => CliError::because("cannot open the price book", error),
    }
}
