//! [`Server`]: how a server is reached, and what it may do.

use std::time::Duration;

use toolwright_core::{Error, Result};

/// What stands before a source that is a server and no file.
const PREFIX: &str = "mcp:";

/// How a server is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// A program that speaks over its standard input and output: the command and its arguments.
    Command(Vec<String>),
    /// An address that speaks streamable HTTP.
    Url(String),
}

/// A server, and the bounds that it is held to.
#[derive(Clone, Debug, PartialEq)]
pub struct Server {
    /// As it was given, for messages.
    pub source: String,
    /// How it is reached.
    pub reach: Reach,
    /// The tools that are listed and may be called, by the server's own names; all of them where absent.
    pub allow: Option<Vec<String>>,
    /// Seconds until a result, or the first sign of life, must be there.
    pub timeout: f64,
    /// The largest result, in bytes of JSON; what is larger is no result.
    pub largest: usize,
    /// How often a server that ended is started again in a run.
    pub restarts: u32,
    /// The most calls at the same time, at least 1: what is lost where the server or this program ends.
    pub in_flight: usize,
}

impl Server {
    /// Reads `mcp:COMMAND ARGS`, quoted as in a shell, `mcp:http://…` or a plain `http://…` or `https://…`; `None` where it is none of these.
    ///
    /// ```
    /// use toolwright_mcp::{Reach, Server};
    /// let server = Server::parse("mcp:npx -y 'some server'").expect("a server")?;
    /// assert_eq!(server.reach, Reach::Command(vec!["npx".into(), "-y".into(), "some server".into()]));
    /// assert!(Server::parse("api.yaml").is_none());
    /// # Ok::<(), toolwright_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// It is empty, or a quotation mark is not closed.
    pub fn parse(source: &str) -> Option<Result<Self>> {
        let is_url = |text: &str| text.starts_with("http://") || text.starts_with("https://");
        let rest = source.strip_prefix(PREFIX).or_else(|| is_url(source).then_some(source))?.trim();
        let reach = if is_url(rest) {
            Ok(Reach::Url(rest.to_owned()))
        } else {
            match shlex::split(rest) {
                Some(words) if !words.is_empty() => Ok(Reach::Command(words)),
                Some(_) => {
                    Err(Error::new("no command; expected mcp:COMMAND ARGS or mcp:http://HOST/PATH")
                        .at(source))
                }
                None => Err(Error::new("a quotation mark is not closed").at(source)),
            }
        };
        Some(reach.map(|reach| Self {
            source: source.to_owned(),
            reach,
            allow: None,
            timeout: 30.0,
            largest: 64 << 10,
            restarts: 3,
            in_flight: 4,
        }))
    }

    /// Whether a tool of this name may be called.
    pub fn allows(&self, name: &str) -> bool {
        self.allow.as_ref().is_none_or(|names| names.iter().any(|allowed| allowed == name))
    }

    pub(crate) fn timeout(&self) -> Duration {
        Duration::try_from_secs_f64(self.timeout).unwrap_or(Duration::from_secs(30))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_told_apart() {
        let reach = |source: &str| {
            Server::parse(source).map(|server| server.map(|server| server.reach).map_err(|e| e.to_string()))
        };
        assert_eq!(reach("mcp:http://h/mcp"), Some(Ok(Reach::Url("http://h/mcp".into()))));
        assert_eq!(reach("https://h/mcp"), Some(Ok(Reach::Url("https://h/mcp".into()))));
        assert_eq!(
            reach("mcp:"),
            Some(Err("mcp:: no command; expected mcp:COMMAND ARGS or mcp:http://HOST/PATH".into()))
        );
        assert_eq!(reach("mcp:a 'b"), Some(Err("mcp:a 'b: a quotation mark is not closed".into())));
        assert_eq!(reach("mcp.json"), None);
        let mut server = Server::parse("mcp:a").expect("a server").expect("good");
        assert!(server.allows("x"));
        server.allow = Some(vec!["y".into()]);
        assert!(server.allows("y") && !server.allows("x"));
    }
}
