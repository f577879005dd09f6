//! Athena, Glue and EMR Serverless as they run what is submitted, and the bucket with scripts and results.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::http::{Answer, Request};

/// 2026-11-21T00:00:01Z: a second after the moment that the tests give the program.
pub const STARTED: f64 = 1_795_219_201.0;

/// What the query or job over an inventory finds: 5 objects, one of them empty.
pub const INVENTORY: &str = "section,name,number,objects,bytes\nmeta,objects,1,0,0\nsource,,0,5,0\nstate,current,0,5,4000\n\
    class,STANDARD,0,5,4000\nodd,zero-byte,0,1,0\nsize,,0,1,0\nsize,,10,4,4000\nsuffix,.parquet,0,5,4000\n\
    suffix-largest,.parquet,0,0,1000\nfolder-depth,,1,0,0\nfolder,dt=2026-11-01,1,5,4000\nlargest,dt=2026-11-01/a.parquet,0,0,1000\n";
/// What the counting of keys finds: 100 rows, 40 of them of key 1.
pub const KEYS: &str = "section,name,number,objects,bytes\nmeta,keys,1,0,0\nkey,user,0,100,3\nkey-distinct,,0,61,0\n\
    key-type,bigint,0,0,0\nkey-top,1,0,40,0\n";

/// Something that runs.
pub struct Run {
    pub id: String,
    pub token: String,
    pub asked: Value,
    polls: usize,
    stopped: bool,
}

/// What is configured, and what was started.
pub struct Engines {
    /// Settings of the work group.
    pub work_group: Value,
    /// Parameters of the table in the catalog.
    pub table: Value,
    /// Repeats of a failed Glue run.
    pub retries: u32,
    /// Questions that are answered with "running" before a run ends.
    pub polls: usize,
    /// Whether runs end well.
    pub ends_well: bool,
    /// When runs are said to have been submitted.
    pub submitted: f64,
    /// The result.
    pub csv: String,
    pub runs: Vec<Run>,
    /// What was put into S3.
    pub objects: BTreeMap<String, String>,
    /// Files that a job leaves.
    pub parts: usize,
}

impl Default for Engines {
    fn default() -> Self {
        Self {
            work_group: json!({"ResultConfiguration": {"OutputLocation": "s3://staging/athena/"},
                "EnforceWorkGroupConfiguration": true, "BytesScannedCutoffPerQuery": 1_u64 << 40,
                "EngineVersion": {"EffectiveEngineVersion": "Athena engine version 3"}}),
            table: json!({"totalSize": "10737418240"}),
            retries: 0,
            polls: 2,
            ends_well: true,
            submitted: STARTED,
            csv: INVENTORY.to_owned(),
            runs: Vec::new(),
            objects: BTreeMap::new(),
            parts: 1,
        }
    }
}

const JSON: &str = "application/x-amz-json-1.1";

impl Engines {
    /// The answer to a call of theirs; `None` when it is about something else.
    pub fn answer(&mut self, request: &Request, call: &str) -> Option<Answer> {
        let asked: Value = serde_json::from_str(&request.body).unwrap_or(Value::Null);
        let ok = |body: Value| Some(Answer { status: 200, content_type: JSON, body: body.to_string() });
        let is_carrier = asked["JobName"] == "carrier";
        let serverless = request.path.contains("/00spark");
        let last = || request.path.rsplit('/').next().unwrap_or_default().to_owned();
        match call {
            "athena:GetWorkGroup" => ok(
                json!({"WorkGroup": {"Name": asked["WorkGroup"], "State": "ENABLED", "Configuration": self.work_group}}),
            ),
            "glue:GetTable" => ok(json!({"Table": {"Name": asked["Name"], "Parameters": self.table}})),
            "athena:StartQueryExecution" => {
                let token = asked["ClientRequestToken"].as_str().unwrap_or_default().to_owned();
                ok(json!({"QueryExecutionId": self.start(&token, asked)}))
            }
            "athena:GetQueryExecution" => {
                let id = asked["QueryExecutionId"].as_str().unwrap_or_default().to_owned();
                let managed = self.work_group["ManagedQueryResultsConfiguration"].clone();
                let given = self.run(&id).asked["ResultConfiguration"]["OutputLocation"].clone();
                let folder = given.as_str().unwrap_or("s3://staging/athena/").to_owned();
                let (state, reason) = self.poll(&id, ["RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"]);
                ok(json!({"QueryExecution": {"QueryExecutionId": id, "ManagedQueryResultsConfiguration": managed,
                    "ResultConfiguration": {"OutputLocation": format!("{folder}{id}.csv")},
                    "Status": {"State": state, "StateChangeReason": reason, "SubmissionDateTime": self.submitted},
                    "Statistics": {"DataScannedInBytes": 1_u64 << 30}}}))
            }
            "athena:GetQueryResults" => ok(self.results(&asked)),
            "athena:StopQueryExecution" => {
                self.stop(asked["QueryExecutionId"].as_str().unwrap_or_default());
                ok(json!({}))
            }
            "glue:GetJob" => {
                ok(json!({"Job": {"Name": asked["JobName"], "Command": {"Name": "glueetl"}, "GlueVersion": "5.0",
                "WorkerType": "G.2X", "NumberOfWorkers": 10, "MaxRetries": self.retries, "ExecutionClass": "STANDARD"}}))
            }
            "glue:StartJobRun" => {
                let token = asked["Arguments"]["--shapecast-token"].as_str().unwrap_or_default().to_owned();
                // Glue knows no token: each call is another run.
                let id = format!("jr_{}", self.runs.len() + 1);
                self.runs.push(Run { id: id.clone(), token, asked, polls: 0, stopped: false });
                ok(json!({"JobRunId": id}))
            }
            "glue:GetJobRuns" if is_carrier => {
                let states = self.runs.iter().map(|run| {
                    json!({"Id": run.id, "Arguments": run.asked["Arguments"],
                    "JobRunState": if self.ends_well { "SUCCEEDED" } else { "FAILED" }})
                });
                ok(json!({"JobRuns": states.rev().collect::<Vec<_>>()}))
            }
            "glue:GetJobRun" if is_carrier => {
                let id = asked["RunId"].as_str().unwrap_or_default().to_owned();
                let arguments = self.run(&id).asked["Arguments"].clone();
                let (state, reason) = self.poll(&id, ["RUNNING", "SUCCEEDED", "FAILED", "STOPPED"]);
                ok(json!({"JobRun": {"Id": id, "JobRunState": state, "ErrorMessage": reason, "Arguments": arguments,
                    "StartedOn": self.submitted}}))
            }
            "glue:BatchStopJobRun" => {
                self.stop(asked["JobRunIds"][0].as_str().unwrap_or_default());
                ok(json!({"SuccessfulSubmissions": [], "Errors": []}))
            }
            "emr-serverless:GetApplication" if serverless => ok(json!({"application": {"applicationId": "00spark",
                "arn": "arn", "releaseLabel": "emr-7.5.0", "type": "Spark", "state": "STARTED", "createdAt": STARTED,
                "updatedAt": STARTED, "architecture": "X86_64"}})),
            "emr-serverless:StartJobRun" => {
                let token = asked["clientToken"].as_str().unwrap_or_default().to_owned();
                let id = self.start(&token, asked);
                ok(json!({"applicationId": "00spark", "jobRunId": id, "arn": "arn"}))
            }
            "emr-serverless:GetJobRun" if serverless => {
                let id = last();
                let driver = self.run(&id).asked["jobDriver"].clone();
                let (state, reason) = self.poll(&id, ["RUNNING", "SUCCESS", "FAILED", "CANCELLED"]);
                ok(json!({"jobRun": {"applicationId": "00spark", "jobRunId": id, "arn": "arn", "createdBy": "arn",
                    "createdAt": self.submitted, "updatedAt": self.submitted, "executionRole": "arn", "state": state,
                    "stateDetails": reason.unwrap_or_default(), "releaseLabel": "emr-7.5.0", "jobDriver": driver}}))
            }
            "emr-serverless:CancelJobRun" => {
                self.stop(&last());
                ok(json!({"applicationId": "00spark", "jobRunId": last()}))
            }
            "s3:PutObject" => {
                self.objects.insert(request.path.trim_matches('/').to_owned(), request.body.clone());
                Some(Answer { status: 200, content_type: "application/xml", body: String::new() })
            }
            "s3:GetObject" => Some(Answer { status: 200, content_type: "text/csv", body: self.csv.clone() }),
            "s3:ListBucket" if request.path.trim_matches('/') == "staging" => {
                let prefix = request.query.get("prefix").map_or("", String::as_str);
                let file =
                    |part: usize| format!("<Contents><Key>{prefix}{part:05}-x.csv</Key><Size>9</Size></Contents>");
                let files: String = (0..self.parts).map(file).collect();
                Some(Answer {
                    status: 200,
                    content_type: "application/xml",
                    body: format!(
                        "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><IsTruncated>false</IsTruncated>{files}</ListBucketResult>"
                    ),
                })
            }
            _ => None,
        }
    }

    /// A run for a token: the same one for the same token.
    fn start(&mut self, token: &str, asked: Value) -> String {
        if let Some(known) = self.runs.iter().find(|run| run.token == token) {
            return known.id.clone();
        }
        let id = format!("run-{}", self.runs.len() + 1);
        self.runs.push(Run { id: id.clone(), token: token.to_owned(), asked, polls: 0, stopped: false });
        id
    }

    fn run(&mut self, id: &str) -> &mut Run {
        self.runs.iter_mut().find(|run| run.id == id).unwrap_or_else(|| panic!("no run {id}"))
    }

    fn stop(&mut self, id: &str) {
        self.run(id).stopped = true;
    }

    /// The state of a run, by the names of: running, well, badly, stopped.
    fn poll(&mut self, id: &str, names: [&'static str; 4]) -> (&'static str, Option<&'static str>) {
        let (polls, well) = (self.polls, self.ends_well);
        let run = self.run(id);
        run.polls += 1;
        match (run.stopped, run.polls > polls, well) {
            (true, ..) => (names[3], Some("stopped by the user")),
            (_, false, _) => (names[0], None),
            (_, true, true) => (names[1], None),
            (_, true, false) => (names[2], Some("TABLE_NOT_FOUND: line 9:8")),
        }
    }

    /// The result in two pages.
    fn results(&self, asked: &Value) -> Value {
        let rows: Vec<Value> = self
            .csv
            .lines()
            .map(
                |line| json!({"Data": line.split(',').map(|field| json!({"VarCharValue": field})).collect::<Vec<_>>()}),
            )
            .collect();
        let half = rows.len() / 2;
        match asked["NextToken"].as_str() {
            None => json!({"ResultSet": {"Rows": rows[..half]}, "NextToken": "two"}),
            Some(_) => json!({"ResultSet": {"Rows": rows[half..]}}),
        }
    }
}
