//! [`Shard`]: one of K equal parts of a run, made anywhere, merged later.
//!
//! Shards are contiguous ranges rather than strides: a merge then reads one folder at a time, however many
//! there are. The price is that a shard's range follows from `n`, so shards cannot be extended.

use std::{fmt, ops::Range, str::FromStr};

use serde::{Deserialize, Serialize};
use toolwright_core::{Error, Result};

/// Part `i` of `k`, counted from 1; written `3/8`.
///
/// ```
/// let shard: toolwright_run::Shard = "3/8".parse()?;
/// assert_eq!(shard.range(100), 25..37);
/// assert_eq!(shard.to_string(), "3/8");
/// assert!("9/8".parse::<toolwright_run::Shard>().is_err());
/// # Ok::<(), toolwright_run::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Shard {
    number: u64,
    of: u64,
}

impl Shard {
    /// Part `number` of `of`.
    ///
    /// # Errors
    /// Unless `1 <= number <= of`.
    pub fn new(number: u64, of: u64) -> Result<Self> {
        if of == 0 {
            return Err(Error::new(format!(
                "shard {number}/{of}: there are no parts; expected I/K with K of at least 1"
            )));
        }
        if number == 0 || number > of {
            return Err(Error::new(format!("shard {number}/{of}: parts are counted from 1 to {of}")));
        }
        Ok(Self { number, of })
    }

    /// Which part this is, from 1.
    pub const fn number(self) -> u64 {
        self.number
    }

    /// How many parts there are.
    pub const fn of(self) -> u64 {
        self.of
    }

    /// Its indices in a run of `n`; empty for some where there are more parts than indices.
    pub fn range(self, n: u64) -> Range<u64> {
        // The product needs more than 64 bits; the quotient is at most `n`.
        let cut =
            |part: u64| u64::try_from(u128::from(n) * u128::from(part) / u128::from(self.of)).unwrap_or(n);
        cut(self.number - 1)..cut(self.number)
    }
}

impl FromStr for Shard {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = || Error::new(format!("shard `{text}`: expected I/K, such as 3/8"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let (number, of) = text.split_once('/').filter(|(i, k)| digits(i) && digits(k)).ok_or_else(wrong)?;
        let parse = |part: &str| part.parse().map_err(|error| wrong().caused_by(error));
        Self::new(parse(number)?, parse(of)?)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl TryFrom<String> for Shard {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Shard> for String {
    fn from(shard: Shard) -> Self {
        shard.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Shard;

    #[test]
    fn what_is_no_shard_is_said() {
        for (text, expected) in [
            ("3", "shard `3`: expected I/K, such as 3/8"),
            ("a/8", "shard `a/8`: expected I/K, such as 3/8"),
            ("+1/8", "shard `+1/8`: expected I/K, such as 3/8"),
            ("1/99999999999999999999", "shard `1/99999999999999999999`: expected I/K, such as 3/8"),
            ("0/8", "shard 0/8: parts are counted from 1 to 8"),
            ("9/8", "shard 9/8: parts are counted from 1 to 8"),
            ("0/0", "shard 0/0: there are no parts; expected I/K with K of at least 1"),
        ] {
            let error = text.parse::<Shard>().expect_err("no shard");
            assert_eq!(error.to_string(), expected);
        }
    }

    proptest! {
        #[test]
        fn shards_tile_the_run(n in prop_oneof![0u64..50, any::<u64>()], k in 1u64..40) {
            let mut next = 0;
            for number in 1..=k {
                let range = Shard::new(number, k).expect("a shard").range(n);
                prop_assert_eq!(range.start, next);
                prop_assert!(range.end - range.start <= n / k + 1);
                next = range.end;
            }
            prop_assert_eq!(next, n);
        }
    }
}
