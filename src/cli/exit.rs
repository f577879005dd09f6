//! The exit codes: one enum from which help, man page and `docs/reference/exit-codes.md` are made.

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// All done.
    Done,
    /// A gate failed.
    GateFailed,
    /// The command line, a configuration or an input is wrong.
    Usage,
    /// Data is missing under `--strict`.
    DataMissing,
    /// AWS or the network failed under `--live`.
    Remote,
    /// Nothing can serve the workload.
    NoCandidate,
    /// A fault of the program.
    Bug,
    /// Interrupted by the user.
    Interrupted,
}

impl Exit {
    /// All of them, by code.
    pub const ALL: [Self; 8] = [
        Self::Done,
        Self::GateFailed,
        Self::Usage,
        Self::DataMissing,
        Self::Remote,
        Self::NoCandidate,
        Self::Bug,
        Self::Interrupted,
    ];

    /// The number that the shell sees.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::GateFailed => 1,
            Self::Usage => 2,
            Self::DataMissing => 3,
            Self::Remote => 4,
            Self::NoCandidate => 5,
            Self::Bug => 101,
            Self::Interrupted => 130,
        }
    }

    /// What it means, as a fragment.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done; also when the reader of a pipe closed it",
            Self::GateFailed => "a gate failed: a cost, a budget or a deadline is over its limit",
            Self::Usage => "the command line, the configuration or an input is wrong, or an output cannot be written",
            Self::DataMissing => "data is missing, for example a price, and --strict was given",
            Self::Remote => "AWS or the network failed, and --live was given",
            Self::NoCandidate => "no engine can serve a workload",
            Self::Bug => "a bug in shapecast",
            Self::Interrupted => "interrupted",
        }
    }
}

/// One line for each code, for help and man page.
#[must_use]
pub fn epilogue() -> String {
    let lines: Vec<String> = Exit::ALL.iter().map(|exit| format!("  {:>3}  {}", exit.code(), exit.meaning())).collect();
    format!("Exit codes (the output is written before the code is chosen):\n{}", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_and_ascending() {
        assert!(Exit::ALL.windows(2).all(|pair| pair[0].code() < pair[1].code()));
    }
}
