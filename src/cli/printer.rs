//! The only place that writes to stdout and stderr.
//!
//! stdout carries the report and nothing else. Everything else (errors, warnings, hints, notes) goes to stderr.
//! `-q` silences all but report and errors, `-qq` leaves the exit code only.

use std::fmt;
use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

use super::CliError;
use super::args::{ColorWhen, Global};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();

/// Where text goes.
pub struct Printer {
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    quiet: u8,
    verbose: bool,
    advice: bool,
}

impl fmt::Debug for Printer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Printer").field("quiet", &self.quiet).finish_non_exhaustive()
    }
}

impl Printer {
    /// The printer of this process.
    #[must_use]
    pub fn of_process(global: &Global) -> Self {
        let choice = color_choice(global.color);
        Self {
            out: Box::new(AutoStream::new(io::stdout(), choice)),
            err: Box::new(AutoStream::new(io::stderr(), choice)),
            quiet: global.quiet,
            verbose: global.verbose,
            advice: std::env::var_os("CI").is_none(),
        }
    }

    /// The printer for errors before any flag is read: colours as the environment says.
    #[must_use]
    pub fn of_files() -> Self {
        Self {
            out: Box::new(AutoStream::auto(io::stdout())),
            err: Box::new(AutoStream::auto(io::stderr())),
            quiet: 0,
            verbose: false,
            advice: std::env::var_os("CI").is_none(),
        }
    }

    /// A printer into buffers, without colours, for tests.
    #[cfg(test)]
    pub(super) fn into_buffers(out: Box<dyn Write>, err: Box<dyn Write>) -> Self {
        Self { out, err, quiet: 0, verbose: false, advice: true }
    }

    /// Writes a report to stdout and makes sure that it arrived.
    ///
    /// # Errors
    /// As the stream; a broken pipe is for the caller to treat as a quiet end.
    pub fn report(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.quiet < 2 {
            self.out.write_all(bytes)?;
            self.out.flush()?;
        }
        Ok(())
    }

    /// Something that happened: "wrote x".
    pub fn note(&mut self, text: &str) {
        if self.quiet == 0 {
            self.line(format_args!("{text}"));
        }
    }

    /// Something for those who look closely.
    pub fn detail(&mut self, text: &str) {
        if self.quiet == 0 && self.verbose {
            self.line(format_args!("{text}"));
        }
    }

    /// Something that is not as it should be, but stops nothing.
    pub fn warning(&mut self, text: &str) {
        if self.quiet == 0 {
            self.line(format_args!("{WARNING}warning:{WARNING:#} {text}"));
        }
    }

    /// What to do next; not under `CI`, where nobody does.
    pub fn advice(&mut self, text: &str) {
        if self.quiet == 0 && self.advice {
            self.hint(text);
        }
    }

    /// Asks for a yes; `None` where nobody is there to answer: stdin and stderr are no terminal.
    pub fn agreed(&mut self, question: &str) -> Option<bool> {
        if !io::stdin().is_terminal() || !stderr_is_terminal() {
            return None;
        }
        let _ = write!(self.err, "{question} [y/N] ").and_then(|()| self.err.flush());
        let mut answer = String::new();
        io::stdin().read_line(&mut answer).ok()?;
        Some(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
    }

    /// A problem with its causes and the next step.
    pub fn error(&mut self, error: &CliError) {
        if self.quiet >= 2 {
            return;
        }
        self.line(format_args!("{ERROR}error:{ERROR:#} {}", error.headline()));
        for cause in &error.causes {
            self.line(format_args!("  caused by: {cause}"));
        }
        if let Some(hint) = &error.hint {
            self.hint(hint);
        }
    }

    fn hint(&mut self, text: &str) {
        self.line(format_args!("{HINT}hint:{HINT:#} {text}"));
    }

    /// stderr may be closed; there is nobody left to tell.
    fn line(&mut self, text: fmt::Arguments<'_>) {
        let _ = writeln!(self.err, "{text}");
    }
}

/// Whether stderr is a terminal: where progress may be drawn.
pub(super) fn stderr_is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// Whether stdout is a terminal.
pub(super) fn stdout_is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Help and version go to stdout, complaints of the parser to stderr; colours as the environment says, because no
/// flag has been read yet.
pub(super) fn parser_message(error: &clap::Error) -> io::Result<()> {
    let text = error.render().ansi().to_string();
    if error.use_stderr() {
        write!(AutoStream::auto(io::stderr()), "{text}")
    } else {
        let mut out = AutoStream::auto(io::stdout());
        write!(out, "{text}")?;
        out.flush()
    }
}

/// A panic is a fault of ours, and says so in the form of every other error. The exit code is Rust's own, 101.
pub fn install_panic_hook() {
    std::panic::set_hook(Box::new(|panic| {
        // A foreign decoder gave up on a damaged file: its caller says so as an error of that file.
        #[cfg(feature = "tables")]
        if crate::profile::tables::quiet::is_quiet() {
            return;
        }
        let place = panic.location().map_or_else(String::new, |place| format!(" at {}:{}", place.file(), place.line()));
        let message = panic.payload_as_str().unwrap_or("no message");
        let mut err = AutoStream::auto(io::stderr());
        let _ = writeln!(err, "{ERROR}error:{ERROR:#} shapecast stopped on a bug of its own{place}: {message}");
        let _ = writeln!(err, "{HINT}hint:{HINT:#} please report it with the command line and the message above");
    }));
}

const fn color_choice(when: ColorWhen) -> ColorChoice {
    match when {
        ColorWhen::Auto => ColorChoice::Auto,
        ColorWhen::Always => ColorChoice::Always,
        ColorWhen::Never => ColorChoice::Never,
    }
}
