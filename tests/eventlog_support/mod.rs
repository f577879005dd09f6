//! Event logs made up line by line, for what real logs are too large or too sane for.
#![allow(dead_code, reason = "each test uses its part of it")]

use std::io::{self, Read};

/// The start of an application.
pub fn start(id: &str) -> String {
    [
        r#"{"Event":"SparkListenerLogStart","Spark Version":"3.5.6"}"#.to_owned(),
        format!(
            r#"{{"Event":"SparkListenerEnvironmentUpdate","Spark Properties":{{"spark.master":"yarn","spark.app.id":"{id}"}}}}"#
        ),
        format!(
            r#"{{"Event":"SparkListenerApplicationStart","App Name":"made up","App ID":"{id}","Timestamp":1000000,"User":"spark"}}"#
        ),
        r#"{"Event":"SparkListenerExecutorAdded","Timestamp":1000500,"Executor ID":"1","Executor Info":{"Host":"h","Total Cores":4}}"#
            .to_owned(),
        String::new(),
    ]
    .join("\n")
}

/// A job of one stage with `tasks` tasks of one second each, all announced, `ended` of them ended.
pub fn job(id: u32, tasks: u32, ended: u32) -> String {
    let info = format!(
        r#"{{"Stage ID":{id},"Stage Attempt ID":0,"Stage Name":"s","Number of Tasks":{tasks},"Parent IDs":[],"Submission Time":1001000}}"#
    );
    let done = info.replace("\"Submission Time\":1001000", "\"Submission Time\":1001000,\"Completion Time\":1009000");
    let mut lines = vec![
        format!(
            r#"{{"Event":"SparkListenerJobStart","Job ID":{id},"Submission Time":1001000,"Stage Infos":[{info}],"Stage IDs":[{id}],"Properties":{{}}}}"#
        ),
        format!(r#"{{"Event":"SparkListenerStageSubmitted","Stage Info":{info}}}"#),
    ];
    lines.extend((0..tasks).map(|task| format!(r#"{{"Event":"SparkListenerTaskStart","Stage ID":{id},"Stage Attempt ID":0,"Task Info":{{"Task ID":{task},"Index":{task},"Launch Time":1001000}}}}"#)));
    lines.extend((0..ended).map(|task| task_end(id, task)));
    lines.push(format!(r#"{{"Event":"SparkListenerStageCompleted","Stage Info":{done}}}"#));
    lines.push(format!(r#"{{"Event":"SparkListenerJobEnd","Job ID":{id},"Completion Time":1009000,"Job Result":{{"Result":"JobSucceeded"}}}}"#));
    lines.push(String::new());
    lines.join("\n")
}

/// A task that took a second.
pub fn task_end(stage: u32, task: u32) -> String {
    format!(
        r#"{{"Event":"SparkListenerTaskEnd","Stage ID":{stage},"Stage Attempt ID":0,"Task Type":"ResultTask","Task End Reason":{{"Reason":"Success"}},"Task Info":{{"Task ID":{task},"Index":{task},"Attempt":0,"Launch Time":1001000,"Executor ID":"1","Host":"h","Locality":"ANY","Speculative":false,"Getting Result Time":0,"Finish Time":1002000,"Failed":false,"Killed":false,"Accumulables":[]}},"Task Metrics":{{"Executor Run Time":900,"Executor CPU Time":500000000,"JVM GC Time":7,"Input Metrics":{{"Bytes Read":100,"Records Read":1}}}}}}"#
    )
}

/// The end of an application.
pub fn end() -> String {
    "{\"Event\":\"SparkListenerApplicationEnd\",\"Timestamp\":1010000}\n".to_owned()
}

/// A whole small log.
pub fn whole(id: &str) -> String {
    start(id) + &job(0, 3, 3) + &end()
}

/// The first line of a Databricks part.
pub fn databricks(rollover: u32, context: i64) -> String {
    format!(
        "{{\"Event\":\"DBCEventLoggingListenerMetadata\",\"Spark Version\":\"3.1.2\",\"Timestamp\":1000000,\"Rollover Number\":{rollover},\"SparkContext Id\":{context}}}\n"
    )
}

/// A log of any length, made while it is read: tasks with the accumulables and metrics that a real SQL task has.
pub struct Endless {
    tasks: u32,
    next: u32,
    line: Vec<u8>,
    position: usize,
    per_stage: u32,
}

impl Endless {
    /// A log of `tasks` tasks in stages of 1,000; about 4.5 kB of text a task, like a real one.
    pub fn new(tasks: u32) -> Self {
        Self { tasks, next: 0, line: start("endless").into_bytes(), position: 0, per_stage: 1000 }
    }

    fn advance(&mut self) -> bool {
        if self.next >= self.tasks {
            return false;
        }
        let (stage, task) = (self.next / self.per_stage, self.next % self.per_stage);
        self.line.clear();
        self.position = 0;
        if task == 0 {
            let tasks = self.per_stage.min(self.tasks - self.next);
            let info = format!(
                r#"{{"Stage ID":{stage},"Stage Attempt ID":0,"Stage Name":"s","Number of Tasks":{tasks},"Parent IDs":[]}}"#
            );
            self.line.extend(format!("{{\"Event\":\"SparkListenerStageSubmitted\",\"Stage Info\":{info}}}\n").bytes());
        }
        real_task(&mut self.line, stage, self.next);
        self.next += 1;
        true
    }
}

/// A task's start and end as Spark 3.5 writes them for a SQL stage.
fn real_task(line: &mut Vec<u8>, stage: u32, task: u32) {
    let launched = 1_700_000_000_000_u64 + u64::from(task) * 10;
    let finished = launched + 1500;
    line.extend(format!(r#"{{"Event":"SparkListenerTaskStart","Stage ID":{stage},"Stage Attempt ID":0,"Task Info":{{"Task ID":{task},"Index":{task},"Attempt":0,"Partition ID":{task},"Launch Time":{launched},"Executor ID":"7","Host":"ip-10-0-0-7.ec2.internal","Locality":"PROCESS_LOCAL","Speculative":false,"Getting Result Time":0,"Finish Time":0,"Failed":false,"Killed":false,"Accumulables":[]}}}}"#).bytes());
    line.push(b'\n');
    line.extend(format!(r#"{{"Event":"SparkListenerTaskEnd","Stage ID":{stage},"Stage Attempt ID":0,"Task Type":"ShuffleMapTask","Task End Reason":{{"Reason":"Success"}},"Task Info":{{"Task ID":{task},"Index":{task},"Attempt":0,"Partition ID":{task},"Launch Time":{launched},"Executor ID":"7","Host":"ip-10-0-0-7.ec2.internal","Locality":"PROCESS_LOCAL","Speculative":false,"Getting Result Time":0,"Finish Time":{finished},"Failed":false,"Killed":false,"Accumulables":["#).bytes());
    for accumulator in 0..28_u32 {
        if accumulator > 0 {
            line.push(b',');
        }
        line.extend(format!(r#"{{"ID":{},"Name":"number of output rows {accumulator}","Update":"{}","Value":"{}","Internal":true,"Count Failed Values":true,"Metadata":"sql"}}"#, 100 + accumulator, task * 7, task * 91).bytes());
    }
    line.extend_from_slice(br#"]},"Task Executor Metrics":{"JVMHeapMemory":196486376,"JVMOffHeapMemory":78231144,"OnHeapExecutionMemory":0,"OffHeapExecutionMemory":0,"OnHeapStorageMemory":888434,"OffHeapStorageMemory":0,"OnHeapUnifiedMemory":888434,"OffHeapUnifiedMemory":0,"DirectPoolMemory":14688,"MappedPoolMemory":0,"ProcessTreeJVMVMemory":0,"ProcessTreeJVMRSSMemory":0,"ProcessTreePythonVMemory":0,"ProcessTreePythonRSSMemory":0,"ProcessTreeOtherVMemory":0,"ProcessTreeOtherRSSMemory":0,"MinorGCCount":5,"MinorGCTime":41,"MajorGCCount":3,"MajorGCTime":131,"TotalGCTime":172},"Task Metrics":{"Executor Deserialize Time":12,"Executor Deserialize CPU Time":9000000,"Executor Run Time":1400,"Executor CPU Time":1200000000,"Peak Execution Memory":262144,"Result Size":2578,"JVM GC Time":20,"Result Serialization Time":1,"Memory Bytes Spilled":0,"Disk Bytes Spilled":0,"Shuffle Read Metrics":{"Remote Blocks Fetched":40,"Local Blocks Fetched":4,"Fetch Wait Time":30,"Remote Bytes Read":4000000,"Remote Bytes Read To Disk":0,"Local Bytes Read":400000,"Total Records Read":50000,"Remote Requests Duration":12,"Push Based Shuffle":{"Corrupt Merged Block Chunks":0,"Merged Fetch Fallback Count":0,"Merged Remote Blocks Fetched":0,"Merged Local Blocks Fetched":0,"Merged Remote Chunks Fetched":0,"Merged Local Chunks Fetched":0,"Merged Remote Bytes Read":0,"Merged Local Bytes Read":0,"Merged Remote Requests Duration":0}},"Shuffle Write Metrics":{"Shuffle Bytes Written":437000,"Shuffle Write Time":13384382,"Shuffle Records Written":7000},"Input Metrics":{"Bytes Read":0,"Records Read":0},"Output Metrics":{"Bytes Written":0,"Records Written":0},"Updated Blocks":[]}}"#);
    line.push(b'\n');
}

impl Read for Endless {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        if self.position >= self.line.len() && !self.advance() {
            return Ok(0);
        }
        let count = (&self.line[self.position..]).read(target)?;
        self.position += count;
        Ok(count)
    }
}
