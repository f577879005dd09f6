//! Reading: from a source's bytes, part by part, to profiles.

use std::cell::Cell;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::codec::{self, Codec};
use super::collect::{Collector, is_needed};
use super::error::ReadError;
use super::event::Kind;
use super::lines::{Limits, Line, LineError, Lines};
use super::profile::{EventLog, Origin};
use super::quality::Flag;
use super::source::{Layout, LogSource, Part, discover};

/// Lines before this mark are the header that development versions of Spark 1.3 wrote.
const HEADER_END: &[u8] = b"=== LOG_HEADER_END ===";

/// How to read.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReadOptions {
    /// How long a line and how large a log may be.
    pub limits: Limits,
}

/// Finds the logs at a path and reads them all, one after the other.
///
/// `progress` is called with the number of packed bytes that were read since its last call. Files that are no
/// logs are passed over when others beside them are; read [`discover`]ed sources one by one to hear of each.
///
/// # Errors
/// When there is no log, or the system refuses, or a limit is reached.
pub fn read(path: &Path, options: &ReadOptions, progress: &(dyn Fn(u64) + Sync)) -> Result<Vec<EventLog>, ReadError> {
    let mut logs = Vec::new();
    let mut first_refusal = None;
    for source in discover(path)? {
        match source.read(options, progress) {
            Ok(more) => logs.extend(more),
            Err(error) if error.is_not_a_log() => first_refusal = first_refusal.or(Some(error)),
            Err(error) => return Err(error),
        }
    }
    match first_refusal {
        Some(error) if logs.is_empty() => Err(error),
        _ => Ok(logs),
    }
}

/// Reads a log from a stream of packed or plain bytes; `name` is what messages call it.
///
/// # Errors
/// When it is no log, or a limit is reached.
pub fn read_stream(name: &Path, stream: &mut dyn Read, options: &ReadOptions) -> Result<Vec<EventLog>, ReadError> {
    let mut session = Session::new(name, Layout::SingleFile, Vec::new(), options);
    session.part(name, stream)?;
    session.finish()
}

impl LogSource {
    /// Reads the log. Applications that were written one after the other into one log give a profile each.
    ///
    /// `progress` is called with the number of packed bytes that were read since its last call.
    ///
    /// # Errors
    /// When it is no log, or the system refuses, or a limit is reached.
    pub fn read(&self, options: &ReadOptions, progress: &(dyn Fn(u64) + Sync)) -> Result<Vec<EventLog>, ReadError> {
        let mut session = Session::new(&self.path, self.layout, self.flags.clone(), options);
        for part in &self.parts {
            read_part(part, &mut session, progress)?;
        }
        session.finish()
    }
}

fn read_part(part: &Part, session: &mut Session<'_>, progress: &(dyn Fn(u64) + Sync)) -> Result<(), ReadError> {
    part.with_bytes(|bytes| session.part(&part.path, &mut Counted { stream: bytes, progress }))
}

/// Tells how many bytes went through.
struct Counted<'r, 'p> {
    stream: &'r mut dyn Read,
    progress: &'p (dyn Fn(u64) + Sync),
}

impl Read for Counted<'_, '_> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(target)?;
        (self.progress)(count as u64);
        Ok(count)
    }
}

/// The reading of one source.
struct Session<'o> {
    options: &'o ReadOptions,
    path: PathBuf,
    layout: Layout,
    files: Vec<PathBuf>,
    codec: Option<String>,
    text_bytes: u64,
    lines: u64,
    long_plans: u64,
    malformed: Option<Malformed>,
    flags: Vec<Flag>,
    collector: Collector,
    done: Vec<EventLog>,
}

struct Malformed {
    lines: u64,
    file: String,
    first: u64,
    why: String,
}

impl<'o> Session<'o> {
    fn new(path: &Path, layout: Layout, flags: Vec<Flag>, options: &'o ReadOptions) -> Self {
        Self {
            options,
            path: path.to_owned(),
            layout,
            files: Vec::new(),
            codec: None,
            text_bytes: 0,
            lines: 0,
            long_plans: 0,
            malformed: None,
            flags,
            collector: Collector::default(),
            done: Vec::new(),
        }
    }

    /// Reads one part. A part that breaks off is flagged; the next one is read all the same.
    fn part(&mut self, file: &Path, bytes: &mut dyn Read) -> Result<(), ReadError> {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.files.push(file.to_owned());
        let (layers, stream) = match codec::open(Box::new(bytes), &name) {
            Ok(opened) => opened,
            Err(error) if self.files.len() == 1 => return Err(ReadError::codec(file, error)),
            Err(error) => {
                self.flags.push(Flag::Broken { file: name, byte: 0, why: error.to_string() });
                return Ok(());
            }
        };
        self.codec.get_or_insert_with(|| name_of(&layers));
        let left = self.options.limits.total_bytes.saturating_sub(self.text_bytes);
        let mut lines = Lines::new(stream, Limits { total_bytes: left, ..self.options.limits });
        let result = self.lines(&name, &mut lines);
        let (line, byte) = (lines.number(), lines.byte());
        self.text_bytes += byte;
        self.lines += line;
        let Err(error) = result else { return Ok(()) };
        self.broken(file, name, line + 1, byte, error)
    }

    fn lines(&mut self, name: &str, lines: &mut Lines<impl Read>) -> Result<(), LineError> {
        let limit = self.options.limits.line_bytes;
        let long_plans = Cell::new(0);
        let wanted = |start: &[u8]| match Kind::at_start_of(start) {
            Some(kind) if kind.is_plan() && start.len() > limit => {
                long_plans.set(long_plans.get() + 1);
                false
            }
            Some(kind) => is_needed(kind),
            None => true,
        };
        loop {
            let number = lines.number() + 1;
            match lines.next(wanted)? {
                None => return Ok(()),
                Some(Line::Dropped) => self.long_plans += long_plans.take(),
                Some(Line::Whole(line)) => self.line(name, number, line, false),
                Some(Line::Last(line)) => self.line(name, number, line, true),
            }
        }
    }

    fn line(&mut self, name: &str, number: u64, line: &[u8], is_last: bool) {
        let line = if number == 1 { line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line) } else { line };
        if line.trim_ascii().is_empty() {
            return;
        }
        let accepted = Kind::of_line(line).and_then(|kind| {
            if self.collector.is_over_at(kind) {
                self.end_application();
            }
            self.collector.accept(kind, line)
        });
        match accepted {
            Ok(()) => {}
            Err(_) if line == HEADER_END => self.malformed = None,
            Err(error) if is_last && error.is_eof() => {
                self.flags.push(Flag::CutLine { file: name.to_owned(), line: number });
            }
            Err(error) => self.malformed_line(name, number, &error),
        }
    }

    fn malformed_line(&mut self, name: &str, number: u64, error: &serde_json::Error) {
        let malformed = self.malformed.get_or_insert_with(|| Malformed {
            lines: 0,
            file: name.to_owned(),
            first: number,
            why: without_position(error),
        });
        malformed.lines += 1;
    }

    /// What a broken stream or a reached limit means for the reading.
    fn broken(&mut self, file: &Path, name: String, line: u64, byte: u64, error: LineError) -> Result<(), ReadError> {
        match error {
            LineError::TooLong { limit } => Err(ReadError::LineTooLong { file: file.to_owned(), line, byte, limit }),
            LineError::TooLarge { .. } => {
                let limit = self.options.limits.total_bytes;
                Err(ReadError::TooLarge { file: file.to_owned(), line, limit })
            }
            LineError::Stream(error) if error.raw_os_error().is_some() => Err(ReadError::io(file, byte, error)),
            LineError::Stream(error) => {
                self.flags.push(Flag::Broken { file: name, byte, why: error.to_string() });
                Ok(())
            }
        }
    }

    /// Closes the profile of one application; another may follow in the same log.
    fn end_application(&mut self) {
        let collector = std::mem::take(&mut self.collector);
        if collector.is_empty() {
            return;
        }
        let mut flags = std::mem::take(&mut self.flags);
        if let Some(malformed) = self.malformed.take() {
            let Malformed { lines, file, first, why } = malformed;
            flags.push(Flag::MalformedLines { lines, file, first, why });
        }
        let lines = std::mem::take(&mut self.long_plans);
        if lines > 0 {
            flags.push(Flag::LongPlans { lines });
        }
        let origin = Origin {
            path: self.path.clone(),
            layout: self.layout,
            files: self.files.clone(),
            codec: self.codec.clone().unwrap_or_else(|| name_of(&[])),
            text_bytes: self.text_bytes,
            lines: self.lines,
        };
        self.done.push(collector.finish(origin, flags));
    }

    fn finish(mut self) -> Result<Vec<EventLog>, ReadError> {
        self.end_application();
        if self.done.is_empty() { Err(self.refusal()) } else { Ok(self.done) }
    }

    /// Why nothing came of it.
    fn refusal(&self) -> ReadError {
        let hint = "give the file that Spark wrote to spark.eventLog.dir";
        if let Some(Flag::Broken { why, .. }) = self.flags.first() {
            return ReadError::not_a_log(&self.path, format!("nothing of it unpacks ({why})"), "copy it again");
        }
        match &self.malformed {
            Some(malformed) => {
                let why = format!("line {} is no event ({})", malformed.first, malformed.why);
                ReadError::not_a_log(&self.path, why, hint)
            }
            None if self.lines == 0 => {
                let hint = "an application that has just started has written nothing yet";
                ReadError::not_a_log(&self.path, "it is empty", hint)
            }
            None => ReadError::not_a_log(&self.path, "it holds no event of a Spark application", hint),
        }
    }
}

fn name_of(layers: &[Codec]) -> String {
    if layers.is_empty() {
        return Codec::Plain.to_string();
    }
    layers.iter().map(|codec| codec.name()).collect::<Vec<_>>().join("+")
}

/// The message without "at line 1 column 7": the line is the log's, not the parser's.
fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}
