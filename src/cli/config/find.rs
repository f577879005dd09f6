//! Where configuration files are, and how their settings reach the command line.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::{Config, Setting};
use crate::cli::{CliError, env_vars};

/// Name of a project's file.
const PROJECT_FILE: &str = "shapecast.toml";

/// The embedded defaults, which are also the template.
#[must_use]
pub const fn text_of_defaults() -> &'static str {
    include_str!("default.toml")
}

/// The files of this process: `--config` or its variable, else `shapecast.toml` in this folder or one above it up to
/// the root of the repository; then the user's own.
///
/// # Errors
/// A file cannot be read or understood, or the one that was named is not there.
pub fn of_process(arguments: &[OsString]) -> Result<Config, CliError> {
    let mut config = Config::default();
    let named = named(arguments).or_else(|| env::var_os(env_vars::CONFIG));
    match named {
        Some(name) if name.is_empty() => {}
        Some(name) => config.add(Path::new(&name))?,
        None => {
            if let Some(path) = env::current_dir().ok().and_then(|folder| above(&folder)) {
                config.add(&path)?;
            }
        }
    }
    if let Some(path) = user_file().filter(|path| path.is_file()) {
        config.add(&path)?;
    }
    Ok(config)
}

/// What `--config` says, before the arguments are parsed: what is parsed depends on it.
fn named(arguments: &[OsString]) -> Option<OsString> {
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let Some(text) = argument.to_str() else { continue };
        if text == "--" {
            return None;
        }
        if text == "--config" {
            return rest.next().cloned();
        }
        if let Some(value) = text.strip_prefix("--config=") {
            return Some(value.into());
        }
    }
    None
}

/// The nearest project file from a folder upwards; a repository's root is the last to be looked at.
fn above(folder: &Path) -> Option<PathBuf> {
    for folder in folder.ancestors() {
        let path = folder.join(PROJECT_FILE);
        if path.is_file() {
            return Some(path);
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

fn user_file() -> Option<PathBuf> {
    let variable = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = variable("XDG_CONFIG_HOME").or_else(|| variable("HOME").map(|home| home.join(".config")))?;
    Some(folder.join("shapecast/config.toml"))
}

/// Every flag that has a variable, of whatever command, by its name.
pub(super) fn settable(command: &clap::Command) -> BTreeMap<String, clap::Arg> {
    let mut found = BTreeMap::new();
    let mut commands = vec![command];
    while let Some(command) = commands.pop() {
        for argument in command.get_arguments().filter(|argument| argument.get_env().is_some()) {
            if let Some(long) = argument.get_long().filter(|long| *long != "config") {
                found.entry(long.to_owned()).or_insert_with(|| argument.clone());
            }
        }
        commands.extend(command.get_subcommands());
    }
    found
}

/// Whether a flag would take the value.
pub(super) fn check_value(setting: &Setting, argument: &clap::Arg) -> Result<(), CliError> {
    let doing = format!("cannot read `{}`", setting.origin.display());
    let wrong = |detail: &str| {
        CliError::usage(&doing, format!("`{}` is no value of `{}`{detail}", setting.value, setting.flag))
    };
    if !argument.get_action().takes_values() {
        return match setting.value.as_str() {
            "true" | "false" => Ok(()),
            _ => Err(wrong(": write true or false")),
        };
    }
    let alone = clap::Arg::new("value").long("value").num_args(1).value_parser(argument.get_value_parser().clone());
    let command = clap::Command::new("setting").no_binary_name(true).arg(alone);
    let values = setting.value.split(argument.get_value_delimiter().unwrap_or('\0'));
    for value in values {
        if let Err(error) = command.clone().try_get_matches_from([format!("--value={value}")]) {
            let text = error.to_string();
            let detail = text.lines().next().and_then(|line| line.rsplit_once("': ")).map(|(_, rest)| rest);
            let possible = text.lines().find_map(|line| line.trim().strip_prefix("[possible values"));
            let detail = detail.map_or_else(
                || possible.map_or_else(String::new, |rest| format!(": possible values{}", rest.trim_end_matches(']'))),
                |detail| format!(": {detail}"),
            );
            return Err(wrong(&detail));
        }
    }
    Ok(())
}

/// Gives a flag a default in every command that has it.
pub(super) fn with_default(command: clap::Command, flag: &str, value: &str) -> clap::Command {
    let subcommands: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let command = subcommands
        .into_iter()
        .fold(command, |command, name| command.mut_subcommand(name, |sub| with_default(sub, flag, value)));
    let id = command.get_arguments().find(|argument| argument.get_long() == Some(flag)).map(|it| it.get_id().clone());
    let Some(id) = id else { return command };
    // clap keeps defaults for the life of the program; there are as many as settings in the files.
    let value: &'static str = Box::leak(value.to_owned().into_boxed_str());
    command.mut_arg(id, |argument| match argument.get_value_delimiter() {
        // A default is not split at the delimiter.
        Some(delimiter) => argument.default_values(value.split(delimiter).collect::<Vec<&'static str>>()),
        None => argument.default_value(value),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_is_found_before_parsing() {
        let named = |arguments: &[&str]| named(&arguments.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(named(&["x", "--config", "a.toml"]), Some("a.toml".into()));
        assert_eq!(named(&["x", "--config=b.toml", "check"]), Some("b.toml".into()));
        assert_eq!(named(&["x", "--", "--config", "a.toml"]), None);
    }

    #[test]
    fn a_project_ends_at_its_repository() {
        let root = tempfile::tempdir().expect("a folder");
        let deep = root.path().join("repo/a/b");
        std::fs::create_dir_all(&deep).expect("makes");
        std::fs::write(root.path().join(PROJECT_FILE), "").expect("writes");
        assert_eq!(above(&deep), Some(root.path().join(PROJECT_FILE)));
        std::fs::create_dir(root.path().join("repo/.git")).expect("makes");
        assert_eq!(above(&deep), None);
        std::fs::write(root.path().join("repo/shapecast.toml"), "").expect("writes");
        assert_eq!(above(&deep), Some(root.path().join("repo/shapecast.toml")));
    }
}
