//! A progress bar for work that is felt: on a terminal only, and only after 300 ms.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::args::Global;
use super::{env_vars, printer};

/// Work below this needs no bar: it would only flicker.
const FELT: Duration = Duration::from_millis(300);

/// Counts finished parts of some work.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    started: Instant,
    allowed: bool,
}

impl Progress {
    /// A bar for `parts` parts.
    #[must_use]
    pub fn new(global: &Global, parts: usize) -> Self {
        let unset = |name: &str| std::env::var_os(name).is_none();
        let allowed = parts > 1
            && global.quiet == 0
            && unset("CI")
            && unset(env_vars::NO_PROGRESS)
            && printer::stderr_is_terminal();
        let bar = ProgressBar::with_draw_target(Some(parts as u64), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
            bar.set_style(style);
        }
        Self { bar, started: Instant::now(), allowed }
    }

    /// The next part begins.
    pub fn begin(&self, part: &str) {
        if self.allowed && self.bar.is_hidden() && self.started.elapsed() > FELT {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.set_message(part.to_owned());
    }

    /// A part is done.
    pub fn done(&self) {
        self.bar.inc(1);
    }

    /// All is done: the bar goes away before the report comes.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
