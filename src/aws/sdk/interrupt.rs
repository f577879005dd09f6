//! Ctrl-C: what runs on AWS for this command is stopped, so that nobody pays for what nobody waits for.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_config::SdkConfig;

use super::submit;
use crate::aws::Runner;

/// Longest time that stopping may take after Ctrl-C.
const PATIENCE: Duration = Duration::from_secs(15);

/// What was started and has not ended, if anything.
#[derive(Clone, Debug, Default)]
pub struct UnderWay(Arc<Mutex<Option<Started>>>);

#[derive(Clone, Debug)]
enum Started {
    /// It was asked for; its id has not come yet.
    Asked(&'static str),
    /// It runs.
    Runs { config: Box<SdkConfig>, region: String, runner: Runner, id: String },
}

impl UnderWay {
    fn set(&self, started: Option<Started>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = started;
    }

    pub fn starting(&self, runner: &Runner) {
        self.set(Some(Started::Asked(runner.start_call())));
    }

    pub fn started(&self, config: SdkConfig, region: &str, runner: Runner, id: &str) {
        let (region, id) = (region.to_owned(), id.to_owned());
        self.set(Some(Started::Runs { config: Box::new(config), region, runner, id }));
    }

    pub fn ended(&self) {
        self.set(None);
    }
}

/// Ends the program on Ctrl-C, with its own code. Every file is renamed into place when it is whole, so there is nothing
/// to tidy up on this machine.
#[expect(clippy::exit, reason = "an interrupt must not wait for a call to come back")]
pub async fn until_interrupted(under_way: UnderWay) {
    if tokio::signal::ctrl_c().await.is_ok() {
        let _ = writeln!(std::io::stderr(), "\ninterrupted: what was written before is whole");
        let started = under_way.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(text) = tidy_up(started).await {
            let _ = writeln!(std::io::stderr(), "{text}");
        }
        std::process::exit(130);
    }
    std::future::pending::<()>().await;
}

async fn tidy_up(started: Option<Started>) -> Option<String> {
    match started? {
        Started::Asked(call) => Some(format!(
            "{call} was under way and may have started a run; the same command on the same day finds it instead of \
             starting another"
        )),
        Started::Runs { config, region, runner, id } => {
            let name = runner.run(&id);
            let stopping = submit::stop(*config, region.clone(), runner, id);
            Some(match tokio::time::timeout(PATIENCE, stopping).await {
                Ok(Ok(())) => format!("stopped {name} in {region}"),
                Ok(Err(error)) => format!("{name} in {region} could not be stopped and goes on: {error}"),
                Err(_) => format!("{name} in {region} could not be stopped in time and may go on"),
            })
        }
    }
}
