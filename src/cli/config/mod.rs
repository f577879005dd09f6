//! Settings from files: flags > `SHAPECAST_*` > project file > user file > what is embedded here.

mod file;
mod find;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use file::ConfigFile;
pub use find::{of_process, text_of_defaults};

use super::CliError;
use crate::gate::Limits;

/// One setting and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Name of the flag, without dashes.
    pub flag: String,
    /// Its value as on a command line.
    pub value: String,
    /// The file.
    pub origin: PathBuf,
}

/// All files together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// Flags with the value that a file gives them, the strongest file's.
    pub settings: Vec<Setting>,
    /// The files that were read, strongest first.
    pub files: Vec<PathBuf>,
    limits: Limits,
    by_workload: BTreeMap<String, Limits>,
}

impl Config {
    /// Lays a file below those that are already here.
    ///
    /// # Errors
    /// The file cannot be read or understood.
    pub fn add(&mut self, path: &Path) -> Result<(), CliError> {
        let file = ConfigFile::read(path)?;
        self.files.push(path.to_owned());
        for (flag, value) in file.flags {
            if !self.settings.iter().any(|known| known.flag == flag) {
                self.settings.push(Setting { flag, value, origin: path.to_owned() });
            }
        }
        self.limits = self.limits.or(file.limits);
        for (name, limits) in file.by_workload {
            let known = self.by_workload.entry(name).or_default();
            *known = known.or(limits);
        }
        Ok(())
    }

    /// The limits that the files set for a workload: its own before those for all.
    #[must_use]
    pub fn limits_of(&self, workload: &str) -> Limits {
        let own = self.by_workload.get(workload).copied().unwrap_or_default();
        own.or(self.limits)
    }

    /// Workloads with limits of their own.
    pub fn workloads(&self) -> impl Iterator<Item = &str> {
        self.by_workload.keys().map(String::as_str)
    }

    /// Gives the flags of a command line the values of the files as their defaults.
    ///
    /// # Errors
    /// A setting names no flag, or its value is none for it.
    pub fn apply(&self, mut command: clap::Command) -> Result<clap::Command, CliError> {
        for setting in &self.settings {
            let known = find::settable(&command);
            let Some(argument) = known.get(setting.flag.as_str()) else {
                let near = super::vocabulary::nearest(&setting.flag, known.keys().map(String::as_str))
                    .map_or_else(String::new, |near| format!("did you mean `{near}`? "));
                let names: Vec<&str> = known.keys().map(String::as_str).collect();
                return Err(CliError::usage(
                    format!("cannot read `{}`", setting.origin.display()),
                    format!("no setting is called `{}`", setting.flag),
                )
                .hint(format!("{near}settings: {}", names.join(", "))));
            };
            find::check_value(setting, argument)?;
            command = find::with_default(command, &setting.flag, &setting.value);
        }
        Ok(command)
    }
}

/// The limits that hold while nobody sets any.
#[must_use]
pub fn default_limits() -> Limits {
    ConfigFile::embedded().map(|file| file.limits).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args;

    fn config(texts: &[&str]) -> Result<Config, CliError> {
        let folder = tempfile::tempdir().expect("a folder");
        let mut config = Config::default();
        for (index, text) in texts.iter().enumerate() {
            let path = folder.path().join(format!("{index}.toml"));
            std::fs::write(&path, text).expect("writes");
            config.add(&path)?;
        }
        Ok(config)
    }

    #[test]
    fn the_stronger_file_wins_key_by_key() {
        let config = config(&[
            "[defaults]\nseed = 1\n[check]\nmax_increase = '5%'\n[check.workloads.a]\nbudget_usd = 10\n",
            "[defaults]\nseed = 2\nregion = 'eu-west-1'\n[check]\nmax_increase = '7%'\nbudget_usd = 99\n\
             [check.workloads.a]\nmax_increase = '1%'\n",
        ])
        .expect("reads");
        let value = |flag: &str| config.settings.iter().find(|it| it.flag == flag).map(|it| it.value.as_str());
        assert_eq!((value("seed"), value("region")), (Some("1"), Some("eu-west-1")));
        let (all, a) = (config.limits_of("other"), config.limits_of("a"));
        assert_eq!(all.max_increase.map(|it| it.to_string()).as_deref(), Some("5 %"));
        assert_eq!(all.budget_usd.map(|it| it.to_string()).as_deref(), Some("$99.00"));
        assert_eq!(a.max_increase.map(|it| it.to_string()).as_deref(), Some("1 %"));
        assert_eq!(a.budget_usd.map(|it| it.to_string()).as_deref(), Some("$10.00"));
    }

    #[test]
    fn flags_get_the_files_values_as_defaults_and_flags_win() {
        let config = config(&["[defaults]\nseed = 77\nstrict = true\nformat = 'json'\n"]).expect("reads");
        let parse = |arguments: &[&str]| {
            let command = config.apply(args::command()).expect("applies");
            let cli = args::parse_with(command, arguments.iter().map(std::ffi::OsString::from)).expect("parses");
            match cli.command {
                args::Command::Recommend(it) => (it.seed, it.strict, it.format),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(parse(&["shapecast", "recommend", "x"]), (77, true, args::Format::Json));
        assert_eq!(parse(&["shapecast", "recommend", "x", "--seed", "5"]).0, 5);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let said = |text: &str| {
            let error = config(&[text]).and_then(|config| config.apply(args::command())).expect_err("wrong");
            format!("{} {}", error.headline(), error.hint.unwrap_or_default())
        };
        assert!(said("[defaults]\nsed = 1\n").contains("did you mean `seed`?"));
        assert!(said("[defaults]\nseed = 'many'\n").contains("`many` is no value of `seed`"));
        assert!(said("[check]\nmax_incraese = '5%'\n").contains(":2:1: unknown field"));
        assert!(said("[check]\nmax_increase = 5\n").contains("10%"));
        assert!(said("[check\n").contains(":1:7:"), "{}", said("[check\n"));
        assert!(said("[check]\nmin_deadline_probability = 95\n").contains("`95`"));
    }

    #[test]
    fn the_embedded_file_is_understood() {
        assert_eq!(default_limits().max_increase.map(|it| it.to_string()).as_deref(), Some("10 %"));
        // With every comment of a setting taken away it is still a good file.
        let uncommented: String = text_of_defaults()
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(setting) if setting.starts_with('[') || setting.contains(" = ") => format!("{setting}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        let config = config(&[&uncommented]).expect("reads");
        config.apply(args::command()).expect("applies");
        assert_eq!(config.workloads().collect::<Vec<_>>(), ["nightly-sales"]);
    }
}
