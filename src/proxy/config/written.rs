//! A value, and where it was written.

use super::config_fault::ConfigFault;
use core::ops::Range;
use serde::{Deserialize, Deserializer};
use std::prelude::rust_2024::*;
use toml::Spanned;

/// Where a value was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum At {
    /// In these bytes of the file.
    Bytes(Range<usize>),
    /// As an option that stands beside a file.
    BesideFile,
    /// Nowhere: it is missing, or one of options without a file.
    Nowhere,
}

/// What is wrong with a setting, and where it was written.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) at: At,
    /// Its name in a file.
    pub(super) setting: &'static str,
    pub(super) fault: ConfigFault,
}

/// A value, and where it was written.
#[derive(Clone, Debug)]
pub(super) struct Written<T> {
    pub(super) value: T,
    pub(super) at: At,
}

impl<T> Written<T> {
    /// What no file says.
    pub(super) fn given(value: T) -> Self {
        Self {
            value,
            at: At::Nowhere,
        }
    }

    /// What is wrong with it.
    pub(super) fn wrong(&self, setting: &'static str, fault: ConfigFault) -> Wrong {
        Wrong {
            at: self.at.clone(),
            setting,
            fault,
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Written<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<T>::deserialize(deserializer)?;
        let at = At::Bytes(spanned.span());
        Ok(Self {
            value: spanned.into_inner(),
            at,
        })
    }
}
