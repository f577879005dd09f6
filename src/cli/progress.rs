//! A progress bar for work that is felt: on a terminal only, and only after 300 ms.

use std::sync::Mutex;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::args::Global;
use super::{env_vars, printer};

/// Work below this needs no bar: it would only flicker.
const FELT: Duration = Duration::from_millis(300);
/// How often it is drawn again while a long part moves nothing.
const REDRAWN: Duration = Duration::from_millis(200);

/// Counts finished parts of some work, on one line for all threads.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    /// What draws the bar once the work is felt, and how it is told that the work is done.
    drawer: Mutex<Option<(Sender<()>, JoinHandle<()>)>>,
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
        Self { drawer: Mutex::new(allowed.then(|| drawer(bar.clone()))), bar }
    }

    /// The next part begins.
    pub fn begin(&self, part: &str) {
        self.bar.set_message(part.to_owned());
    }

    /// A part is done.
    pub fn done(&self) {
        self.bar.inc(1);
    }

    /// All is done: the bar goes away before the report comes.
    pub fn finish(&self) {
        let drawer = self.drawer.lock().ok().and_then(|mut drawer| drawer.take());
        if let Some((sender, thread)) = drawer {
            drop(sender);
            // A thread that only draws has nothing to say when it ends.
            let _ = thread.join();
        }
        self.bar.finish_and_clear();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}

/// Shows the bar after a while, from a thread of its own: parts that take long would show it only when they end.
fn drawer(bar: ProgressBar) -> (Sender<()>, JoinHandle<()>) {
    let (sender, receiver) = channel();
    let draw = move || {
        if receiver.recv_timeout(FELT) == Err(RecvTimeoutError::Timeout) {
            bar.set_draw_target(ProgressDrawTarget::stderr());
            bar.enable_steady_tick(REDRAWN);
        }
    };
    (sender, std::thread::spawn(draw))
}
