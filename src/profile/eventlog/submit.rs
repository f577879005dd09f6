//! The command that started the application, from `sun.java.command`.
//!
//! The JVM joined its arguments by spaces, so arguments that held spaces cannot be told apart: the command is for
//! people to read.

use super::conf::{clip, is_secret};

/// Longest command that is kept.
const MAX_COMMAND: usize = 8192;

/// The original command, as far as the log has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SparkSubmit {
    /// The whole command with secrets taken out, beginning with `spark-submit` where that is what it was.
    pub command: String,
    /// The main class, when it was named.
    pub class: Option<String>,
    /// The JAR or script, when it can be told.
    pub resource: Option<String>,
}

/// Options of `spark-submit` that stand alone.
const SWITCHES: [&str; 5] = ["--verbose", "-v", "--supervise", "--version", "--help"];

impl SparkSubmit {
    /// Recovers the command; `None` when the JVM ran something else (a notebook's driver, a test).
    #[must_use]
    pub fn recover(java_command: &str) -> Option<Self> {
        let java_command = clip(java_command.trim(), MAX_COMMAND);
        let (main, arguments) = java_command.split_once(' ').unwrap_or((java_command, ""));
        let words: Vec<&str> = arguments.split(' ').collect();
        match main.rsplit('.').next()? {
            "SparkSubmit" => Some(Self::from_submit(&words)),
            // In cluster mode the driver runs inside YARN's application master, which gets --class, --jar and --arg.
            "ApplicationMaster" => Some(Self::from_master(&words)),
            _ => None,
        }
    }

    fn from_submit(words: &[&str]) -> Self {
        Self {
            command: format!("spark-submit {}", redact(words)).trim_end().to_owned(),
            class: option(words, "--class"),
            resource: resource(words),
        }
    }

    fn from_master(words: &[&str]) -> Self {
        let class = option(words, "--class");
        let resource = option(words, "--primary-py-file").or_else(|| option(words, "--jar"));
        let arguments: Vec<&str> = words.windows(2).filter(|pair| pair[0] == "--arg").map(|pair| pair[1]).collect();
        let named = class.as_deref().map(|class| format!(" --class {class}")).unwrap_or_default();
        let run = resource.as_deref().map(|resource| format!(" {resource}")).unwrap_or_default();
        let command = format!("spark-submit --master yarn --deploy-mode cluster{named}{run} {}", redact(&arguments));
        Self { command: command.trim_end().to_owned(), class, resource }
    }
}

fn option(words: &[&str], name: &str) -> Option<String> {
    words.windows(2).find(|pair| pair[0] == name).map(|pair| pair[1].to_owned())
}

/// The first word that is neither an option nor an option's value. A configuration value with spaces would mislead
/// it, so it must look like a file.
fn resource(words: &[&str]) -> Option<String> {
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        if word.starts_with('-') {
            if !SWITCHES.contains(word) && !word.contains('=') {
                rest.next();
            }
        } else if [".py", ".jar", ".R", ".r"].iter().any(|end| word.ends_with(end)) || word.ends_with("-shell") {
            return Some((*word).to_owned());
        }
    }
    None
}

/// Puts stars in place of values whose key sounds secret.
fn redact(words: &[&str]) -> String {
    let mut out: Vec<String> = Vec::with_capacity(words.len());
    let mut hide_next = false;
    for word in words {
        let shown = match word.split_once('=') {
            _ if hide_next => "***".to_owned(),
            Some((key, _)) if is_secret(key) => format!("{key}=***"),
            _ => (*word).to_owned(),
        };
        hide_next = word.starts_with('-') && is_secret(word) && !word.contains('=');
        out.push(shown);
    }
    out.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_submit_is_recovered_without_its_secrets() {
        let submit = SparkSubmit::recover(
            "org.apache.spark.deploy.SparkSubmit --master yarn --conf spark.executor.memory=4g \
             --conf spark.hadoop.fs.s3a.secret.key=hush --class com.acme.Etl s3://b/etl.jar 2026-01-01 --db-password pw",
        )
        .expect("a submit");
        assert_eq!(
            submit.command,
            "spark-submit --master yarn --conf spark.executor.memory=4g --conf spark.hadoop.fs.s3a.secret.key=*** \
             --class com.acme.Etl s3://b/etl.jar 2026-01-01 --db-password ***"
        );
        assert_eq!(submit.class.as_deref(), Some("com.acme.Etl"));
        assert_eq!(submit.resource.as_deref(), Some("s3://b/etl.jar"));
    }

    #[test]
    fn a_cluster_mode_driver_tells_class_and_arguments() {
        let submit = SparkSubmit::recover(
            "org.apache.spark.deploy.yarn.ApplicationMaster --class org.apache.spark.deploy.PythonRunner \
             --primary-py-file job.py --arg --date --arg 2026-01-01 --properties-file /mnt/x.properties",
        )
        .expect("a master");
        assert_eq!(submit.resource.as_deref(), Some("job.py"));
        assert!(submit.command.ends_with("job.py --date 2026-01-01"), "{}", submit.command);
    }

    #[test]
    fn other_programs_are_no_submit() {
        assert_eq!(SparkSubmit::recover("com.databricks.backend.daemon.driver.DriverDaemon"), None);
        assert_eq!(SparkSubmit::recover(""), None);
    }
}
