//! Live servers, small ones of our own.
