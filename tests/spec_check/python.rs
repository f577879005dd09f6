//! Finding the Python that the third-party checks need.

use std::process::Command;

/// An interpreter that can import `module`; `None`, with a message, when there is none.
///
/// # Panics
/// Under `CI=true`, where the checks must not be skipped.
pub fn with_module(module: &str) -> Option<String> {
    let python = std::env::var("SHAPECAST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let probe = Command::new(&python).args(["-c", &format!("import {module}")]).output();
    if probe.is_ok_and(|out| out.status.success()) {
        return Some(python);
    }
    let in_ci = std::env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"));
    let help = "python3 -m pip install awscli==1.46.2 (brings botocore 1.44.5); SHAPECAST_PYTHON names an interpreter";
    assert!(!in_ci, "CI must check the specs, but `{python}` cannot import {module}: {help}");
    eprintln!("SKIPPED, unchecked: `{python}` cannot import {module}: {help}");
    None
}
