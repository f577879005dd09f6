//! Recordings of exchanges with AWS: what `--record` writes and `--replay` reads. A folder with `recording.json` and
//! a file for each exchange, all redacted.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, io};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::redact;
use crate::store;

/// Why a recording cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// A file cannot be read or written.
    #[error("{path}: {error}")]
    Io {
        /// The file.
        path: String,
        /// What is wrong with it.
        error: io::Error,
    },
    /// A file is no recording of ours.
    #[error("{path} is no part of a recording: {error}")]
    Shape {
        /// The file.
        path: String,
        /// What is wrong with it.
        error: serde_json::Error,
    },
    /// The folder has something in it.
    #[error("{0} already has files in it: a recording begins in an empty folder")]
    NotEmpty(String),
}

/// What a recording says of its run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedRun {
    /// Version of the format; 1.
    pub format: u32,
    /// Who wrote it.
    pub tool: String,
    /// The moment of the run: a replay counts ages to it.
    pub now: Timestamp,
    /// The region that was resolved.
    pub region: Option<String>,
}

/// A question as it is compared: redacted, without host and headers that differ from run to run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Asked {
    pub method: String,
    /// Service by host name, so that another endpoint is no other question.
    pub service: String,
    /// The region that the request was signed for.
    pub region: String,
    /// Path and query.
    pub path: String,
    /// `X-Amz-Target`.
    pub target: String,
    pub body: String,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Answered {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

#[derive(Serialize, Deserialize)]
struct Exchange {
    request: Asked,
    response: Answered,
}

/// Writes exchanges.
#[derive(Debug)]
pub(super) struct Recorder {
    folder: PathBuf,
    next: AtomicUsize,
}

impl Recorder {
    /// Begins a recording in an empty or new folder.
    pub fn begin(folder: &Path, run: &RecordedRun) -> Result<Self, RecordingError> {
        let io = |error| RecordingError::Io { path: folder.display().to_string(), error };
        fs::create_dir_all(folder).map_err(io)?;
        if fs::read_dir(folder).map_err(io)?.next().is_some() {
            return Err(RecordingError::NotEmpty(folder.display().to_string()));
        }
        let recorder = Self { folder: folder.to_owned(), next: AtomicUsize::new(1) };
        let text = serde_json::to_string_pretty(run).unwrap_or_default();
        store::write(&folder.join("recording.json"), text.as_bytes()).map_err(io)?;
        Ok(recorder)
    }

    /// Keeps one exchange; both sides are redacted here, so that nothing else can reach the disk.
    pub fn keep(&self, request: &Asked, response: &Answered) -> io::Result<()> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let exchange = Exchange {
            request: request.clone(),
            response: Answered { body: redact(&response.body), ..response.clone() },
        };
        let operation = request.target.rsplit('.').next().filter(|name| !name.is_empty()).unwrap_or("call");
        let name: String = format!("{number:04}-{}-{operation}.json", request.service)
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '.') { c } else { '-' })
            .collect();
        let text = serde_json::to_string_pretty(&exchange).unwrap_or_default();
        store::write(&self.folder.join(name), text.as_bytes())
    }
}

/// Answers from a recording: the answers to equal questions in their order, the last one again and again.
#[derive(Debug)]
pub(super) struct Replay {
    answers: Mutex<BTreeMap<Asked, (usize, Vec<Answered>)>>,
}

/// Reads what a recording says of its run.
pub(super) fn recorded_run(folder: &Path) -> Result<RecordedRun, RecordingError> {
    read(&folder.join("recording.json"))
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, RecordingError> {
    let name = || path.display().to_string();
    let text = fs::read_to_string(path).map_err(|error| RecordingError::Io { path: name(), error })?;
    serde_json::from_str(&text).map_err(|error| RecordingError::Shape { path: name(), error })
}

impl Replay {
    /// Opens a recording.
    pub fn open(folder: &Path) -> Result<Self, RecordingError> {
        let io = |error| RecordingError::Io { path: folder.display().to_string(), error };
        let mut names: Vec<PathBuf> = Vec::new();
        for entry in fs::read_dir(folder).map_err(io)? {
            let path = entry.map_err(io)?.path();
            if path.extension().is_some_and(|end| end == "json") && !path.ends_with("recording.json") {
                names.push(path);
            }
        }
        names.sort();
        let mut answers: BTreeMap<Asked, (usize, Vec<Answered>)> = BTreeMap::new();
        for name in names {
            let Exchange { request, response } = read(&name)?;
            answers.entry(request).or_default().1.push(response);
        }
        Ok(Self { answers: Mutex::new(answers) })
    }

    /// The next answer to a question.
    pub fn answer(&self, question: &Asked) -> Option<Answered> {
        let mut answers = self.answers.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (used, all) = answers.get_mut(question)?;
        let answer = all.get(*used).or_else(|| all.last()).cloned();
        *used += 1;
        answer
    }
}

impl Connection {
    /// What the recording that is to be replayed says of its run; `None` when there is none to replay.
    ///
    /// # Errors
    /// There is no recording in the folder.
    pub fn replayed_run(&self) -> Result<Option<RecordedRun>, RecordingError> {
        self.replay.as_deref().map(recorded_run).transpose()
    }
}

use super::Connection;

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(body: &str) -> Asked {
        let text = |text: &str| text.to_owned();
        Asked {
            method: text("POST"),
            service: text("glue"),
            region: text("us-east-1"),
            path: text("/"),
            target: text("AWSGlue.GetJobRun"),
            body: text(body),
        }
    }

    fn answered(status: u16, body: &str) -> Answered {
        Answered { status, headers: BTreeMap::new(), body: body.to_owned() }
    }

    #[test]
    fn a_recording_answers_in_its_order_and_holds_no_secret() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("rec");
        let run = RecordedRun {
            format: 1,
            tool: "shapecast".to_owned(),
            now: "2026-11-21T00:00:00Z".parse().expect("a moment"),
            region: None,
        };
        let recorder = Recorder::begin(&path, &run).expect("begins");
        recorder.keep(&asked("a"), &answered(429, "{}")).expect("writes");
        recorder.keep(&asked("a"), &answered(200, r#"{"Password":"hunter2"}"#)).expect("writes");
        assert_eq!(recorded_run(&path).expect("reads"), run);
        assert!(matches!(Recorder::begin(&path, &run), Err(RecordingError::NotEmpty(_))));
        let replay = Replay::open(&path).expect("opens");
        assert_eq!(replay.answer(&asked("a")).expect("an answer").status, 429);
        assert_eq!(replay.answer(&asked("a")).expect("an answer").body, r#"{"Password":"REDACTED"}"#);
        assert_eq!(replay.answer(&asked("a")).expect("the last one again").status, 200);
        assert_eq!(replay.answer(&asked("b")), None);
    }
}
