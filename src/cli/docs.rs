//! The reference pages that are made from the code: exit codes and commands.

use std::fmt::Write;

use super::{Exit, args, env_vars};

/// `docs/reference/exit-codes.md`.
#[must_use]
pub fn exit_codes() -> String {
    let mut page = String::from(
        "# Exit codes\n\n\
         Made from `src/cli/exit.rs`; a test keeps this page in step with it.\n\n\
         The output is written before the code is chosen, so a failing run still leaves its report.\n\n\
         | code | meaning |\n|---:|---|\n",
    );
    for exit in Exit::ALL {
        let _ = writeln!(page, "| {} | {} |", exit.code(), exit.meaning());
    }
    page
}

/// `docs/reference/configuration.md`.
#[must_use]
pub fn configuration() -> String {
    format!(
        "# Configuration files\n\n\
         Made from `src/cli/config/default.toml`; a test keeps this page in step with it.\n\n\
         `shapecast.toml` in the working folder or one above it, up to the repository's root, is the project's file;\n\
         `XDG_CONFIG_HOME/shapecast/config.toml` (or `~/.config/shapecast/config.toml`) is the user's own.\n\n\
         ```toml\n{}```\n",
        super::config::text_of_defaults()
    )
}

/// `docs/reference/commands.md`.
#[must_use]
pub fn commands() -> String {
    let mut page = String::from(
        "# Commands\n\n\
         Made from `src/cli/args.rs`; a test keeps this page in step with it. stdout carries the report and nothing\n\
         else; progress, warnings, hints and errors go to stderr. [Exit codes](exit-codes.md), \
         [JSON output](output.md).\n",
    );
    let root = args::command();
    command(&mut page, root.clone(), "shapecast");
    page.push_str("\n## Environment\n\nA flag wins over its variable.\n\n| variable | meaning |\n|---|---|\n");
    for (name, meaning) in env_vars::ALL {
        let _ = writeln!(page, "| `{name}` | {meaning} |");
    }
    page
}

fn command(page: &mut String, this: clap::Command, name: &str) {
    let subs: Vec<clap::Command> = this.get_subcommands().filter(|sub| sub.get_name() != "help").cloned().collect();
    let help = this.bin_name(name).disable_version_flag(true).term_width(100).render_long_help().to_string();
    let _ = write!(page, "\n## {name}\n\n```text\n{}\n```\n", trimmed(&help));
    for sub in subs {
        let full = format!("{name} {}", sub.get_name());
        command(page, sub, &full);
    }
}

/// Help has trailing spaces; a page under version control should not.
fn trimmed(help: &str) -> String {
    help.trim_end().lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// `docs/reference/lint-codes.md`.
#[must_use]
pub fn lint_codes() -> String {
    crate::lint::reference()
}
