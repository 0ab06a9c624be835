//! [`Large`]: what services tell beside what is asked for, in the category for long contexts.

use std::collections::HashMap;
use std::path::Path;

use toolwright_core::{Error, Result};

use crate::python::Value;
use crate::python::eval::constants;
use crate::python::ops::{Object, Outcome, Raised};

/// Lists and texts that fill up results, read from the official program's module `long_context.py`, which belongs to the benchmark's data and is not part of this
/// program. Only literals of it are read.
#[derive(Debug, Default)]
pub struct Large(HashMap<String, Object>);

impl Large {
    /// Reads the module.
    ///
    /// # Errors
    /// It cannot be read, or holds something else than literals.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Error::new(format!("{}: cannot be read; check the path", path.display())).caused_by(error)
        })?;
        let found = constants(&text).map_err(|why| Error::new(format!("{}: {why}", path.display())))?;
        Ok(Self(found.into_iter().collect()))
    }

    /// The value of this name.
    pub(super) fn get(&self, name: &str) -> Outcome<&Object> {
        self.0.get(name).ok_or_else(|| Raised::other(format!("name '{name}' is not defined")))
    }

    /// The items of the list of this name.
    pub(super) fn list(&self, name: &str) -> Outcome<&[Object]> {
        match self.get(name)? {
            Value::List(items) => Ok(items),
            _ => Err(Raised::other(format!("`{name}` is no list"))),
        }
    }
}
