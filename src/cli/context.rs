//! What every command has at hand.

use jiff::Timestamp;
use jiff::civil::Date;

use super::args::Global;
use super::config::Config;
use super::printer::{self, Printer};
use super::{Stop, clock};
use crate::report::table::{self, Screen};
use crate::report::{Page, markdown};
use crate::store::{Cache, LastRun};

/// The surroundings of one invocation.
#[derive(Debug)]
pub struct Context {
    /// The global flags.
    pub global: Global,
    /// Where text goes.
    pub printer: Printer,
    /// The moment that ages are counted to.
    pub now: Timestamp,
    /// What the configuration files say.
    pub config: Config,
    /// The record of the last run; `None` when no home folder is known.
    pub last_run: Option<LastRun>,
    /// What AWS said before; `None` when no home folder is known.
    pub cache: Option<Cache>,
}

impl Context {
    /// The surroundings of this process at a moment.
    #[must_use]
    pub fn new(global: Global, printer: Printer, now: Timestamp) -> Self {
        Self { global, printer, now, config: Config::default(), last_run: LastRun::of_user(), cache: Cache::of_user() }
    }

    /// The date that ages are counted to, UTC.
    #[must_use]
    pub fn today(&self) -> Date {
        clock::date(self.now)
    }

    /// The screen that stdout is.
    #[must_use]
    pub fn screen(&self) -> Screen {
        let columns = || std::env::var("COLUMNS").ok()?.trim().parse().ok();
        let width = self.global.width.or_else(columns).unwrap_or(Screen::default().width);
        Screen { width: width.clamp(40, 500), ascii: self.global.ascii || terminal_lacks_unicode() }
    }

    /// A page for stdout.
    #[must_use]
    pub fn on_screen(&self, page: &Page) -> String {
        table::render(page, self.screen())
    }

    /// Writes a report to stdout.
    ///
    /// # Errors
    /// stdout cannot take it.
    pub fn report(&mut self, text: &str) -> Result<(), Stop> {
        self.printer.report(text.as_bytes()).map_err(|error| Stop::from_output(&error))
    }
}

/// A page as plain text for a file.
#[must_use]
pub fn in_file(page: &Page) -> String {
    anstream::adapter::strip_str(&table::render(page, Screen::default())).to_string()
}

/// A page as Markdown.
#[must_use]
pub fn in_markdown(page: &Page) -> String {
    markdown::render(page)
}

/// Files and pipes are UTF-8; only a terminal in an explicitly other locale is not.
fn terminal_lacks_unicode() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    let other = locale.is_some_and(|locale| {
        let locale = locale.to_lowercase();
        !locale.contains("utf-8") && !locale.contains("utf8")
    });
    printer::stdout_is_terminal() && other
}
