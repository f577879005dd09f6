//! Errors as a person needs them: what was being done, what is wrong, why, and the next step.

use std::error::Error;
use std::io;

use super::Exit;

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CliError {
    /// What was being done, as "cannot …"; empty when `what` says it all.
    pub doing: String,
    /// What is wrong, a lower-case fragment.
    pub what: String,
    /// The causes, outermost first.
    pub causes: Vec<String>,
    /// The next step.
    pub hint: Option<String>,
    /// The exit code that it leads to.
    pub exit: Exit,
}

/// Why a command stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Something is wrong: one or more problems.
    Errors(Vec<CliError>),
    /// Whoever read our output has gone: no problem of ours.
    BrokenPipe,
}

impl CliError {
    /// A wrong command line, configuration or input.
    pub fn usage(doing: impl Into<String>, what: impl Into<String>) -> Self {
        Self { doing: doing.into(), what: what.into(), causes: Vec::new(), hint: None, exit: Exit::Usage }
    }

    /// The same with what another layer says, and all that it says below.
    pub fn because(doing: impl Into<String>, error: &dyn Error) -> Self {
        let mut causes = Vec::new();
        let mut source = error.source();
        while let Some(cause) = source {
            causes.push(cause.to_string());
            source = cause.source();
        }
        Self { causes, ..Self::usage(doing, error.to_string()) }
    }

    /// With the next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into()).filter(|hint: &String| !hint.is_empty());
        self
    }

    /// With another exit code.
    #[must_use]
    pub const fn exit(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    /// The first line, without `error:`.
    #[must_use]
    pub fn headline(&self) -> String {
        if self.doing.is_empty() { self.what.clone() } else { format!("{}: {}", self.doing, self.what) }
    }
}

impl Stop {
    /// The code to exit with.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::Errors(errors) => errors.first().map_or(Exit::Usage, |error| error.exit),
            Self::BrokenPipe => Exit::Done,
        }
    }

    /// What a failed write to stdout means.
    #[must_use]
    pub fn from_output(error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::BrokenPipe
        } else {
            CliError::because("cannot write the report", error).into()
        }
    }
}

impl From<CliError> for Stop {
    fn from(error: CliError) -> Self {
        Self::Errors(vec![error])
    }
}
