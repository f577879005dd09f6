//! `shapecast man`: the man page, with exit codes and environment from their registries.

use std::io;

use clap_mangen::Man as Page;
use clap_mangen::roff::{Roff, bold, roman};

use super::out_files;
use crate::cli::args::{self, Man};
use crate::cli::context::Context;
use crate::cli::{CliError, Exit, Stop, env_vars};

/// Runs the command.
///
/// # Errors
/// The pages cannot be written.
pub fn run(arguments: &Man, context: &mut Context) -> Result<Exit, Stop> {
    let failed = |error: &io::Error| CliError::because("cannot write the man page", error);
    let root = page().map_err(|error| failed(&error))?;
    let Some(folder) = &arguments.dir else {
        context.report(&root)?;
        return Ok(Exit::Done);
    };
    out_files::make_folder(folder)?;
    out_files::write(context, &folder.join("shapecast.1"), root.as_bytes())?;
    for (name, text) in subpages(&args::command(), "shapecast").map_err(|error| failed(&error))? {
        out_files::write(context, &folder.join(name), text.as_bytes())?;
    }
    Ok(Exit::Done)
}

/// The page of the whole program.
///
/// # Errors
/// It cannot be rendered.
pub fn page() -> io::Result<String> {
    let command = args::command().after_long_help("").mut_args(|argument| argument.hide_env_values(true));
    let mut bytes = Vec::new();
    let page = Page::new(command);
    page.render_title(&mut bytes)?;
    page.render_name_section(&mut bytes)?;
    page.render_synopsis_section(&mut bytes)?;
    page.render_description_section(&mut bytes)?;
    page.render_subcommands_section(&mut bytes)?;
    page.render_options_section(&mut bytes)?;
    section("EXIT STATUS", Exit::ALL.iter().map(|exit| (exit.code().to_string(), exit.meaning())), &mut bytes)?;
    section("ENVIRONMENT", env_vars::ALL.iter().map(|(name, meaning)| ((*name).to_owned(), *meaning)), &mut bytes)?;
    page.render_version_section(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn section(title: &str, entries: impl Iterator<Item = (String, &'static str)>, bytes: &mut Vec<u8>) -> io::Result<()> {
    let mut roff = Roff::new();
    roff.control("SH", [title]);
    for (term, meaning) in entries {
        roff.control("TP", []);
        roff.text([bold(term)]);
        roff.text([roman(meaning)]);
    }
    roff.to_writer(bytes)
}

fn subpages(command: &clap::Command, prefix: &str) -> io::Result<Vec<(String, String)>> {
    let mut pages = Vec::new();
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        let name = format!("{prefix}-{}", sub.get_name());
        let mut bytes = Vec::new();
        Page::new(sub.clone().display_name(name.clone()).bin_name(name.replace('-', " "))).render(&mut bytes)?;
        pages.push((format!("{name}.1"), String::from_utf8_lossy(&bytes).into_owned()));
        pages.extend(subpages(sub, &name)?);
    }
    Ok(pages)
}
