//! What the README says beside the documents: collected while they are built.

use super::SettingReason;

/// Reasons, defaults left alone and remarks.
#[derive(Clone, Debug, Default)]
pub(super) struct Notes {
    /// Settings that are no defaults.
    pub(super) settings: Vec<SettingReason>,
    /// Good settings that are the service's defaults, so that the documents do not repeat them.
    pub(super) defaults: Vec<String>,
    /// What the reader must know before using the documents.
    pub(super) remarks: Vec<String>,
}

impl Notes {
    /// Keeps a setting's reason.
    pub(super) fn setting(&mut self, setting: &str, value: impl ToString, reason: impl Into<String>) {
        self.settings.push(SettingReason {
            setting: setting.to_owned(),
            value: value.to_string(),
            reason: reason.into(),
        });
    }

    /// Keeps a default that was left alone.
    pub(super) fn default_kept(&mut self, text: impl Into<String>) {
        self.defaults.push(text.into());
    }

    /// Keeps a remark.
    pub(super) fn remark(&mut self, text: impl Into<String>) {
        self.remarks.push(text.into());
    }
}
