//! Starting, watching and stopping runs.

use aws_config::SdkConfig;

use super::failure::Call;
use super::spark_jobs::ServerlessStart;
use super::{Sdk, athena, spark_jobs, stored};
use crate::aws::{Application, CallError, GlueJob, RunProgress, RunState, Runner, S3Place, Submits, Work, WorkGroup};

/// Stops a run, whatever it is.
pub async fn stop(config: SdkConfig, region: String, runner: Runner, id: String) -> Result<(), CallError> {
    match runner {
        Runner::Athena => athena::stop(config, region, id).await,
        Runner::Glue { job } => spark_jobs::stop_glue(config, region, job, id).await,
        Runner::Serverless { application } => spark_jobs::stop_serverless(config, region, application, id).await,
    }
}

async fn start(config: SdkConfig, region: String, work: Work, token: String) -> Result<String, CallError> {
    match work {
        Work::Query { sql, work_group, output } => athena::start(config, region, sql, work_group, output, token).await,
        Work::GlueRun { job, script, output, workers, limit_min } => {
            let arguments = [("--scriptLocation", script), ("--output", output)];
            spark_jobs::start_glue(config, region, job, arguments, workers, limit_min, token).await
        }
        Work::ServerlessRun { application, role, script, output, parameters, limit_min } => {
            let run = ServerlessStart { application, role, script, output, parameters, limit_min, token };
            spark_jobs::start_serverless(config, region, run).await
        }
    }
}

async fn progress(config: SdkConfig, region: String, runner: Runner, id: String) -> Result<RunProgress, CallError> {
    match runner {
        Runner::Athena => athena::progress(config, region, id).await,
        Runner::Glue { job } => spark_jobs::glue_progress(config, region, job, id).await,
        Runner::Serverless { application } => spark_jobs::serverless_progress(config, region, application, id).await,
    }
}

impl Submits for Sdk {
    fn work_group(&self, region: &str, name: &str) -> Result<WorkGroup, CallError> {
        let asked = athena::work_group(self.in_region(region), region.to_owned(), name.to_owned());
        self.ask("athena:GetWorkGroup", region, asked)
    }

    fn glue_job(&self, region: &str, name: &str) -> Result<GlueJob, CallError> {
        let asked = spark_jobs::glue_job(self.in_region(region), region.to_owned(), name.to_owned());
        self.ask("glue:GetJob", region, asked)
    }

    fn application(&self, region: &str, id: &str) -> Result<Application, CallError> {
        let asked = spark_jobs::application(self.in_region(region), region.to_owned(), id.to_owned());
        self.ask("emr-serverless:GetApplication", region, asked)
    }

    fn table_bytes(&self, region: &str, database: &str, table: &str) -> Result<Option<u64>, CallError> {
        let asked =
            spark_jobs::table_bytes(self.in_region(region), region.to_owned(), database.to_owned(), table.to_owned());
        self.ask("glue:GetTable", region, asked)
    }

    fn put(&self, region: &str, place: &S3Place, text: &str) -> Result<(), CallError> {
        let config = self.in_region(region);
        let asked = stored::put(config, self.own_endpoint, region.to_owned(), place.clone(), text.to_owned());
        self.ask("s3:PutObject", region, asked)
    }

    fn start(&self, region: &str, work: &Work, token: &str) -> Result<String, CallError> {
        let (config, runner) = (self.in_region(region), work.runner());
        self.under_way.starting(&runner);
        let asked = start(config.clone(), region.to_owned(), work.clone(), token.to_owned());
        let id = self.ask(runner.start_call(), region, asked);
        match &id {
            Ok(id) => self.under_way.started(config, region, runner, id),
            Err(_) => self.under_way.ended(),
        }
        id
    }

    fn progress(&self, region: &str, runner: &Runner, id: &str) -> Result<RunProgress, CallError> {
        let asked = progress(self.in_region(region), region.to_owned(), runner.clone(), id.to_owned());
        let found = self.ask(runner.progress_call(), region, asked)?;
        if found.state != RunState::UnderWay {
            self.under_way.ended();
        }
        Ok(found)
    }

    fn stop(&self, region: &str, runner: &Runner, id: &str) -> Result<(), CallError> {
        let asked = stop(self.in_region(region), region.to_owned(), runner.clone(), id.to_owned());
        self.ask(runner.stop_call(), region, asked)?;
        self.under_way.ended();
        Ok(())
    }

    fn result(&self, region: &str, runner: &Runner, id: &str, output: Option<&str>) -> Result<Vec<u8>, CallError> {
        let place = output.map(|url| {
            let call = Call::new(runner.progress_call(), region);
            S3Place::parse(url).ok_or_else(|| call.malformed(&format!("`{url}` is no place in S3")))
        });
        let (config, region_name) = (self.in_region(region), region.to_owned());
        let (endpoint, patience) = (self.own_endpoint, self.timeout);
        match (runner, place.transpose()?) {
            (Runner::Athena, Some(place)) => {
                self.ask("s3:GetObject", region, stored::get(config, endpoint, region_name, place, patience))
            }
            (Runner::Athena, None) => {
                self.ask("athena:GetQueryResults", region, athena::rows(config, region_name, id.to_owned()))
            }
            (_, Some(folder)) => {
                self.ask("s3:GetObject", region, stored::get_part(config, endpoint, region_name, folder, patience))
            }
            (_, None) => {
                let call = Call::new(runner.progress_call(), region);
                Err(call.not_found("the run has no argument --output, so it is none of this program's"))
            }
        }
    }
}
