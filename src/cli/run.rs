//! From arguments to an exit code.

use std::ffi::OsString;

use super::args::{self, Command};
use super::commands::recommend::Recommender;
use super::commands::{
    backtest, bill, check, completions, doctor, explain, lint, man, matrix, prices, profile, recommend, report, schema,
    simulate, spec,
};
use super::config::{self, Config};
use super::context::Context;
use super::printer::{self, Printer};
use super::{CliError, Exit, Stop, clock};

/// Runs the program with these arguments (the first is its name).
pub fn run(arguments: impl IntoIterator<Item = OsString>, recommender: Recommender) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let configured = config::of_process(&arguments).and_then(|config| Ok((config.apply(args::command())?, config)));
    let (command, config, wrong) = match configured {
        Ok((command, config)) => (command, config, None),
        Err(error) => (args::command(), Config::default(), Some(error)),
    };
    let cli = match args::parse_with(command, arguments) {
        Ok(cli) => cli,
        // Help and version are there for whoever has a wrong file, too; what else is wrong may follow from it.
        Err(message) if wrong.is_none() || !message.use_stderr() => return parser_exit(&message),
        Err(_) => return file_exit(wrong),
    };
    if wrong.is_some() && !cli.command.is_about_the_program() {
        return file_exit(wrong);
    }
    let mut printer = Printer::of_process(&cli.global);
    match clock::now(cli.global.now) {
        Ok(now) => {
            let mut context = Context::new(cli.global, printer, now);
            context.config = config;
            let outcome = dispatch(cli.command, &mut context, recommender);
            finish(outcome, &mut context.printer)
        }
        Err(error) => finish(Err(error.into()), &mut printer),
    }
}

fn dispatch(command: Command, context: &mut Context, recommender: Recommender) -> Result<Exit, Stop> {
    match command {
        Command::Recommend(arguments) => recommend::run(&arguments, context, recommender),
        Command::Explain(arguments) => explain::run(&arguments, context),
        Command::Spec(arguments) => spec::run(&arguments, context),
        Command::Lint(arguments) => lint::run(&arguments, context, recommender),
        Command::Check(arguments) => check::run(&arguments, context),
        Command::Report(arguments) => report::run(&arguments, context),
        Command::Bill(arguments) => bill::run(&arguments, context),
        Command::Profile(arguments) => profile::run(&arguments, context),
        Command::Simulate(arguments) => simulate::run(&arguments, context),
        Command::Backtest(arguments) => backtest::run(&arguments, context),
        Command::Matrix(arguments) => matrix::run(&arguments, context),
        Command::Prices(arguments) => prices::run(&arguments, context),
        Command::Doctor(arguments) => doctor::run(&arguments, context),
        Command::Schema(arguments) => schema::run(&arguments, context),
        Command::Completions(arguments) => completions::run(&arguments, context),
        Command::Man(arguments) => man::run(&arguments, context),
    }
}

fn finish(outcome: Result<Exit, Stop>, printer: &mut Printer) -> Exit {
    match outcome {
        Ok(exit) => exit,
        Err(stop) => {
            if let Stop::Errors(errors) = &stop {
                errors.iter().for_each(|error| printer.error(error));
            }
            stop.exit()
        }
    }
}

/// A configuration file is wrong.
fn file_exit(wrong: Option<CliError>) -> Exit {
    let mut printer = Printer::of_files();
    finish(wrong.map_or(Ok(Exit::Usage), |error| Err(error.into())), &mut printer)
}

/// Help and version are no errors; a reader that closes the pipe on them is none either.
fn parser_exit(message: &clap::Error) -> Exit {
    let failed = message.use_stderr();
    match printer::parser_message(message) {
        Err(error) if !failed => Stop::from_output(&error).exit(),
        _ if failed => Exit::Usage,
        _ => Exit::Done,
    }
}
