//! The catalogue: every category that is scored, and how each version of the benchmark names its files.

use super::check::{Language, Shape};

/// A version of the benchmark, known by its files' names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// August 2024.
    V1,
    /// December 2024.
    V3,
    /// Since 2025; the package `bfcl-eval`.
    V4,
}

impl Version {
    /// All versions, the newest first.
    pub const ALL: [Self; 3] = [Self::V4, Self::V3, Self::V1];

    /// The version's name: `v4`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::V1 => "v1",
            Self::V3 => "v3",
            Self::V4 => "v4",
        }
    }

    /// What stands before the category in the names of question and result files.
    pub(crate) const fn prefix(self) -> &'static str {
        match self {
            Self::V1 => "gorilla_openfunctions_v1_test_",
            Self::V3 => "BFCL_v3_",
            Self::V4 => "BFCL_v4_",
        }
    }

    /// What stands before the category in the names of score files.
    pub(crate) const fn score_prefix(self) -> &'static str {
        match self {
            Self::V1 => "",
            Self::V3 => "BFCL_v3_",
            Self::V4 => "BFCL_v4_",
        }
    }

    /// Score files of earlier versions count lines from 1 where today's have ids, and lie in no folders by group.
    pub(crate) const fn counts_lines(self) -> bool {
        !matches!(self, Self::V4)
    }
}

/// Which part of the leaderboard a category belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Written by the benchmark's authors.
    NonLive,
    /// Asked by users.
    Live,
    /// Played in several turns on services with a state.
    MultiTurn,
    /// Answered by agents with tools of their own.
    Agentic,
}

impl Group {
    /// All groups, in the order of tables.
    pub const ALL: [Self; 4] = [Self::NonLive, Self::Live, Self::MultiTurn, Self::Agentic];

    /// The group's folder in results and scores.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NonLive => "non_live",
            Self::Live => "live",
            Self::MultiTurn => "multi_turn",
            Self::Agentic => "agentic",
        }
    }
}

/// What a category asks of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// To make the expected calls.
    Calls(Shape),
    /// To make no call.
    Irrelevance,
    /// To make some call.
    Relevance,
    /// To leave services in the expected state, turn by turn.
    Turns {
        /// Whether the services tell more than is asked for.
        large: bool,
    },
    /// To say an accepted answer in the end.
    Answer,
}

/// A category of tests.
#[derive(Clone, Copy, Debug)]
pub struct Category {
    /// Its name in the newest version.
    pub id: &'static str,
    /// The part of the leaderboard that it belongs to.
    pub group: Group,
    pub(crate) language: Language,
    pub(crate) task: Task,
    /// Its name in version 3 and in version 1, where it is there.
    earlier: [Option<&'static str>; 2],
}

impl Category {
    /// Its name in the files of this version, where it is there.
    pub fn name_in(&self, version: Version) -> Option<&'static str> {
        match version {
            Version::V4 => Some(self.id),
            Version::V3 => self.earlier[0],
            Version::V1 => self.earlier[1],
        }
    }

    /// What its file of questions is called in this version: some categories share one.
    pub(crate) fn file_in(&self, version: Version) -> Option<&'static str> {
        let name = self.name_in(version)?;
        Some(match self.task {
            Task::Answer => name.find("web_search").map_or("memory", |_| "web_search"),
            _ => name,
        })
    }

    /// The folder of its results and scores.
    pub(crate) fn folder(&self) -> String {
        let group = self.group.name();
        match self.id.strip_prefix("memory_") {
            Some(memory) => format!("{group}/memory/{memory}"),
            None => group.to_owned(),
        }
    }

    /// Whether a test is one question and one answer to it.
    pub const fn is_single_turn(&self) -> bool {
        !matches!(self.task, Task::Turns { .. } | Task::Answer)
    }

    /// Whether it asks whether to call at all, and so has two scores.
    pub const fn is_about_relevance(&self) -> bool {
        matches!(self.task, Task::Irrelevance | Task::Relevance)
    }

    /// The error type of a wrong answer to whether to call at all.
    pub(crate) const fn relevance_error(&self, version: Version) -> &'static str {
        match (self.task, version) {
            (Task::Relevance, _) => "relevance_error:decoder_failed",
            (_, Version::V1) => "relevance_error:decoder_success",
            _ => "irrelevance_error:decoder_success",
        }
    }
}

const fn row(
    id: &'static str,
    group: Group,
    language: Language,
    task: Task,
    earlier: [Option<&'static str>; 2],
) -> Category {
    Category { id, group, language, task, earlier }
}

use Group::{Agentic, Live, MultiTurn, NonLive};
use Language::{Java, JavaScript, Python};
use Task::{Calls, Irrelevance, Relevance};

/// Every category that is scored, in the order of tables.
pub const CATEGORIES: &[Category] = &[
    row("simple_python", NonLive, Python, Calls(Shape::Simple), [Some("simple"), Some("simple")]),
    row("simple_java", NonLive, Java, Calls(Shape::Simple), [Some("java"), Some("java")]),
    row(
        "simple_javascript",
        NonLive,
        JavaScript,
        Calls(Shape::Simple),
        [Some("javascript"), Some("javascript")],
    ),
    row("multiple", NonLive, Python, Calls(Shape::Multiple), [Some("multiple"), Some("multiple_function")]),
    row("parallel", NonLive, Python, Calls(Shape::Parallel), [Some("parallel"), Some("parallel_function")]),
    row(
        "parallel_multiple",
        NonLive,
        Python,
        Calls(Shape::Parallel),
        [Some("parallel_multiple"), Some("parallel_multiple_function")],
    ),
    row("irrelevance", NonLive, Python, Irrelevance, [Some("irrelevance"), Some("relevance")]),
    row("live_simple", Live, Python, Calls(Shape::Simple), [Some("live_simple"), None]),
    row("live_multiple", Live, Python, Calls(Shape::Multiple), [Some("live_multiple"), None]),
    row("live_parallel", Live, Python, Calls(Shape::Parallel), [Some("live_parallel"), None]),
    row(
        "live_parallel_multiple",
        Live,
        Python,
        Calls(Shape::Parallel),
        [Some("live_parallel_multiple"), None],
    ),
    row("live_irrelevance", Live, Python, Irrelevance, [Some("live_irrelevance"), None]),
    row("live_relevance", Live, Python, Relevance, [Some("live_relevance"), None]),
    row("multi_turn_base", MultiTurn, Python, Task::Turns { large: false }, [None, None]),
    row("multi_turn_miss_func", MultiTurn, Python, Task::Turns { large: false }, [None, None]),
    row("multi_turn_miss_param", MultiTurn, Python, Task::Turns { large: false }, [None, None]),
    row("multi_turn_long_context", MultiTurn, Python, Task::Turns { large: true }, [None, None]),
    row("web_search_base", Agentic, Python, Task::Answer, [None, None]),
    row("web_search_no_snippet", Agentic, Python, Task::Answer, [None, None]),
    row("memory_kv", Agentic, Python, Task::Answer, [None, None]),
    row("memory_vector", Agentic, Python, Task::Answer, [None, None]),
    row("memory_rec_sum", Agentic, Python, Task::Answer, [None, None]),
];

/// Categories of the benchmark that are known and not scored here; a name stands for itself and, with a `_` behind it, for
/// whatever starts so.
pub(crate) const NOT_SCORED: &[&str] = &[
    "multi_turn_", "memory", "memory_", "web_search", "web_search_", "format_sensitivity", "exec_",
    "executable_", "rest", "sql", "chatable",
];

/// What the name of a category in a file's name says.
pub(crate) enum Known {
    Scored(&'static Category),
    NotScored,
    Unknown,
}

/// Looks a category up by its name in this version's files.
pub(crate) fn known(version: Version, name: &str) -> Known {
    if let Some(category) = CATEGORIES.iter().find(|category| category.name_in(version) == Some(name)) {
        return Known::Scored(category);
    }
    let other =
        NOT_SCORED.iter().any(|other| name == *other || (other.ends_with('_') && name.starts_with(other)));
    if other { Known::NotScored } else { Known::Unknown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_in_each_version() {
        for version in Version::ALL {
            let names: Vec<_> = CATEGORIES.iter().filter_map(|category| category.name_in(version)).collect();
            for (at, name) in names.iter().enumerate() {
                assert!(!names[..at].contains(name), "{name} twice in {}", version.name());
                assert!(
                    matches!(known(version, name), Known::Scored(found) if found.name_in(version) == Some(name))
                );
            }
        }
    }

    #[test]
    fn what_is_not_scored_is_known_and_the_rest_is_not() {
        assert!(matches!(known(Version::V4, "format_sensitivity"), Known::NotScored));
        assert!(matches!(known(Version::V3, "multi_turn_base"), Known::NotScored));
        assert!(matches!(known(Version::V4, "simple"), Known::Unknown));
        assert!(matches!(known(Version::V3, "simple_python"), Known::Unknown));
        assert!(matches!(known(Version::V1, "restaurants"), Known::Unknown));
    }
}
