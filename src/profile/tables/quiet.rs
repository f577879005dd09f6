//! Panics of a foreign decoder on a damaged file are caught; the program's panic hook must not call them bugs.

use std::cell::Cell;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs something whose panics are caught by its caller.
pub(super) fn quietly<T>(run: impl FnOnce() -> T) -> T {
    let before = QUIET.replace(true);
    let result = run();
    QUIET.set(before);
    result
}

/// Whether a panic on this thread is caught and reported by its caller.
#[must_use]
pub fn is_quiet() -> bool {
    QUIET.get()
}
