//! The AWS SDK: thin translation between its types and ours.

mod athena;
mod calls;
mod ec2;
mod emr;
mod failure;
mod http;
mod interrupt;
mod jobs;
mod money;
mod spark_jobs;
mod stored;
mod submit;
mod time;
mod web;

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use jiff::Timestamp;
use tokio::runtime::{Builder, Handle};

use http::Way;
use interrupt::UnderWay;

use super::recording::{RecordedRun, Recorder, Replay};
use super::{
    CallError, CallFailure, ClusterHistory, Connection, Fetched, Identity, ObjectPage, ObjectQuestion, Offering,
    OpenError, PlacementScore, Reads, Resolved, ResolvedFact, TypeFacts,
};
use crate::prices::SpotChange;
use crate::prices::list::ProductQuery;
use crate::profile::history::{ClusterRecord, GlueRun, ServerlessRun};
use crate::profile::spend::{SpendQuestion, SpendRow};

/// Attempts of a call, the first included; `AWS_MAX_ATTEMPTS` says otherwise.
const ATTEMPTS: u32 = 5;
/// Longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(8);
/// Longest time to connect.
const CONNECT: Duration = Duration::from_secs(5);

/// The way to AWS.
#[derive(Debug)]
pub struct Sdk {
    handle: Handle,
    config: SdkConfig,
    way: Way,
    resolved: Resolved,
    own_endpoint: bool,
    timeout: Duration,
    under_way: UnderWay,
}

/// Opens it: starts the network thread and resolves the configuration.
pub fn open(connection: &Connection) -> Result<Sdk, OpenError> {
    let under_way = UnderWay::default();
    let handle = start(under_way.clone())?;
    let replayed = connection.replayed_run()?;
    let way = match (&connection.replay, &connection.record) {
        (Some(folder), _) => Way::Replaying(Arc::new(Replay::open(folder)?)),
        (None, Some(folder)) => Way::Recording(Arc::new(Recorder::begin(
            folder,
            &RecordedRun {
                format: 1,
                tool: format!("shapecast {}", env!("CARGO_PKG_VERSION")),
                now: connection.now,
                region: connection.region.clone(),
            },
        )?)),
        (None, None) => Way::Network,
    };
    let loader = loader(connection, &way.client(), replayed.as_ref());
    let config = wait(&handle, loader)
        .ok_or_else(|| OpenError::Runtime("the configuration could not be resolved".to_owned()))?;
    let resolved = wait(&handle, resolve(config.clone(), connection.clone(), replayed))
        .ok_or_else(|| OpenError::Runtime("the credentials could not be resolved".to_owned()))?;
    Ok(Sdk {
        handle,
        // A recording is of paths: a bucket in the name of the host would be another question than one in the path.
        own_endpoint: config.endpoint_url().is_some() || !matches!(way, Way::Network),
        timeout: attempt_timeout(connection),
        config,
        way,
        resolved,
        under_way,
    })
}

/// One thread drives all connections; whoever waits, waits on his own.
fn start(under_way: UnderWay) -> Result<Handle, OpenError> {
    let (sender, receiver) = mpsc::channel();
    std::thread::Builder::new()
        .name("aws".to_owned())
        .spawn(move || match Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => {
                let _ = sender.send(Ok(runtime.handle().clone()));
                runtime.block_on(interrupt::until_interrupted(under_way));
            }
            Err(error) => drop(sender.send(Err(error))),
        })
        .map_err(|error| OpenError::Runtime(error.to_string()))?;
    match receiver.recv() {
        Ok(Ok(handle)) => Ok(handle),
        Ok(Err(error)) => Err(OpenError::Runtime(error.to_string())),
        Err(error) => Err(OpenError::Runtime(error.to_string())),
    }
}

fn attempt_timeout(connection: &Connection) -> Duration {
    Duration::from_secs(u64::from(connection.timeout_s.max(1)))
}

fn loader(
    connection: &Connection,
    http: &SharedHttpClient,
    replayed: Option<&RecordedRun>,
) -> impl Future<Output = SdkConfig> + Send + use<> {
    let attempts = std::env::var("AWS_MAX_ATTEMPTS").ok().and_then(|text| text.parse().ok()).unwrap_or(ATTEMPTS);
    let attempt = attempt_timeout(connection);
    let retry = RetryConfig::adaptive().with_max_attempts(attempts.max(1)).with_max_backoff(LONGEST_PAUSE);
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT.min(attempt))
        .read_timeout(attempt)
        .operation_attempt_timeout(attempt)
        .operation_timeout((attempt + LONGEST_PAUSE) * attempts.max(1))
        .build();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http.clone())
        .retry_config(retry)
        .timeout_config(timeouts);
    if let Ok(name) = AppName::new("shapecast") {
        loader = loader.app_name(name);
    }
    if let Some(profile) = &connection.profile {
        loader = loader.profile_name(profile);
    }
    let region = connection.region.clone().or_else(|| replayed.and_then(|run| run.region.clone()));
    if let Some(region) = region {
        loader = loader.region(Region::new(region));
    }
    if let Some(url) = &connection.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    if replayed.is_some() {
        // A recording answers whoever asks.
        loader = loader.credentials_provider(Credentials::new("REPLAYED", "REPLAYED", None, None, "recording"));
        if connection.region.is_none() && replayed.is_some_and(|run| run.region.is_none()) {
            loader = loader.region(Region::new("us-east-1"));
        }
    }
    loader.load()
}

async fn resolve(config: SdkConfig, connection: Connection, replayed: Option<RecordedRun>) -> Resolved {
    let mut facts = Vec::new();
    let mut fact = |name, value: String, origin: String| facts.push(ResolvedFact { name, value, origin });
    let variable =
        |names: &[&str]| names.iter().find(|name| std::env::var_os(name).is_some()).map(|name| (*name).to_owned());
    let origin = |flag: bool, flag_name: &str, names: &[&str], otherwise: &str| match flag {
        true => flag_name.to_owned(),
        false => variable(names).unwrap_or_else(|| otherwise.to_owned()),
    };
    let profile = connection.profile.clone().or_else(|| std::env::var("AWS_PROFILE").ok());
    fact(
        "profile",
        profile.unwrap_or_else(|| "default".to_owned()),
        origin(connection.profile.is_some(), "--profile", &["AWS_PROFILE"], "the SDK's default"),
    );
    let region = config.region().map(ToString::to_string);
    fact(
        "region",
        region.clone().unwrap_or_else(|| "none".to_owned()),
        match &replayed {
            Some(run) if run.region.is_some() => "the recording".to_owned(),
            _ => origin(
                connection.region.is_some(),
                "--region",
                &["AWS_REGION", "AWS_DEFAULT_REGION"],
                "profile or instance metadata",
            ),
        },
    );
    if let Some(url) = config.endpoint_url() {
        let from = origin(connection.endpoint_url.is_some(), "--endpoint-url", &["AWS_ENDPOINT_URL"], "profile");
        fact("endpoint", url.to_owned(), from);
    }
    let (value, from) = credentials(config.credentials_provider()).await;
    fact("credentials", value, from);
    Resolved { region, facts }
}

/// Which provider gave credentials, never the credentials.
async fn credentials(provider: Option<SharedCredentialsProvider>) -> (String, String) {
    let Some(provider) = provider else { return ("none".to_owned(), "no provider".to_owned()) };
    match provider.provide_credentials().await {
        Ok(found) => {
            // The provider's name stands nowhere else; secrets are redacted in this text by the SDK.
            let text = format!("{found:?}");
            let name = text.split("provider_name: \"").nth(1).and_then(|rest| rest.split('"').next());
            let until = found.expiry().and_then(|at| Timestamp::try_from(at).ok());
            let value = until.map_or_else(|| "found".to_owned(), |at| format!("found, valid until {at}"));
            (value, name.unwrap_or("a provider").to_owned())
        }
        Err(error) => ("none".to_owned(), failure::chain(&error).join(": ")),
    }
}

/// Runs a future on the network thread; `None` when that thread is gone.
fn wait<T: Send + 'static>(handle: &Handle, future: impl Future<Output = T> + Send + 'static) -> Option<T> {
    let (sender, receiver) = mpsc::channel();
    handle.spawn(async move { drop(sender.send(future.await)) });
    receiver.recv().ok()
}

impl Sdk {
    fn ask<T: Send + 'static>(
        &self,
        call: &'static str,
        region: &str,
        future: impl Future<Output = Result<T, CallError>> + Send + 'static,
    ) -> Result<T, CallError> {
        wait(&self.handle, future).unwrap_or_else(|| {
            Err(CallError {
                call,
                region: region.to_owned(),
                status: None,
                code: None,
                message: "the network thread ended".to_owned(),
                causes: Vec::new(),
                request_id: None,
                failure: CallFailure::Network,
            })
        })
    }

    fn in_region(&self, region: &str) -> SdkConfig {
        self.config.to_builder().region(Region::new(region.to_owned())).build()
    }

    fn home_region(&self) -> String {
        self.resolved.region.clone().unwrap_or_else(|| "us-east-1".to_owned())
    }
}

impl Reads for Sdk {
    fn resolved(&self) -> Resolved {
        self.resolved.clone()
    }

    fn identity(&self) -> Result<Identity, CallError> {
        let region = self.home_region();
        self.ask("sts:GetCallerIdentity", &region, money::identity(self.in_region(&region), region.clone()))
    }

    fn products(&self, query: &ProductQuery) -> Result<Vec<String>, CallError> {
        // The price list is served from few regions; which region's prices is a filter.
        let config = self.in_region(money::PRICE_LIST_REGION);
        self.ask("pricing:GetProducts", &query.region, money::products(config, query.clone()))
    }

    fn spot_changes(
        &self,
        region: &str,
        types: &[String],
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<SpotChange>, CallError> {
        let asked = ec2::spot_changes(self.in_region(region), region.to_owned(), types.to_vec(), from, to);
        self.ask("ec2:DescribeSpotPriceHistory", region, asked)
    }

    fn placement_scores(&self, region: &str, types: &[String], vcpu: u32) -> Result<Vec<PlacementScore>, CallError> {
        let asked = ec2::placement_scores(self.in_region(region), region.to_owned(), types.to_vec(), vcpu);
        self.ask("ec2:GetSpotPlacementScores", region, asked)
    }

    fn instance_types(&self, region: &str, names: &[String]) -> Result<Vec<TypeFacts>, CallError> {
        let asked = ec2::instance_types(self.in_region(region), region.to_owned(), names.to_vec());
        self.ask("ec2:DescribeInstanceTypes", region, asked)
    }

    fn offerings(&self, region: &str) -> Result<Vec<Offering>, CallError> {
        let asked = ec2::offerings(self.in_region(region), region.to_owned());
        self.ask("ec2:DescribeInstanceTypeOfferings", region, asked)
    }

    fn clusters(&self, region: &str, since: Timestamp) -> Result<Vec<ClusterRecord>, CallError> {
        let asked = emr::clusters(self.in_region(region), region.to_owned(), since);
        self.ask("elasticmapreduce:ListClusters", region, asked)
    }

    fn cluster(&self, region: &str, id: &str) -> Result<ClusterHistory, CallError> {
        let asked = emr::cluster(self.in_region(region), region.to_owned(), id.to_owned());
        self.ask("elasticmapreduce:DescribeCluster", region, asked)
    }

    fn serverless_run(
        &self,
        region: &str,
        application: &str,
        run: &str,
    ) -> Result<(ServerlessRun, Option<CallError>), CallError> {
        let asked =
            jobs::serverless_run(self.in_region(region), region.to_owned(), application.to_owned(), run.to_owned());
        self.ask("emr-serverless:GetJobRun", region, asked)
    }

    fn serverless_runs(&self, region: &str, application: &str, since: Timestamp) -> Result<Vec<String>, CallError> {
        let asked = jobs::serverless_runs(self.in_region(region), region.to_owned(), application.to_owned(), since);
        self.ask("emr-serverless:ListJobRuns", region, asked)
    }

    fn glue_run(&self, region: &str, job: &str, run: &str) -> Result<GlueRun, CallError> {
        let asked = jobs::glue_run(self.in_region(region), region.to_owned(), job.to_owned(), run.to_owned());
        self.ask("glue:GetJobRun", region, asked)
    }

    fn glue_runs(&self, region: &str, job: &str) -> Result<Vec<GlueRun>, CallError> {
        let asked = jobs::glue_runs(self.in_region(region), region.to_owned(), job.to_owned());
        self.ask("glue:GetJobRuns", region, asked)
    }

    fn glue_jobs(&self, region: &str) -> Result<Vec<String>, CallError> {
        self.ask("glue:GetJobs", region, jobs::glue_jobs(self.in_region(region), region.to_owned()))
    }

    fn spend(&self, question: &SpendQuestion) -> Result<Vec<SpendRow>, CallError> {
        let config = self.in_region(money::COST_EXPLORER_REGION);
        self.ask("ce:GetCostAndUsage", money::COST_EXPLORER_REGION, money::spend(config, question.clone()))
    }

    fn objects(&self, question: &ObjectQuestion) -> Result<ObjectPage, CallError> {
        let region = self.home_region();
        let asked = web::objects(self.in_region(&region), self.own_endpoint, region.clone(), question.clone());
        self.ask("s3:ListBucket", &region, asked)
    }

    fn fetch(&self, url: &str) -> Result<Fetched, CallError> {
        let asked = web::fetch(self.way.clone(), self.config.sleep_impl(), url.to_owned(), self.timeout);
        self.ask("web:Get", "the web", asked)
    }

    fn probe(&self, region: &str) -> BTreeMap<&'static str, Result<String, CallError>> {
        calls::probe(self, region)
    }
}
