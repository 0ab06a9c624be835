//! The leaderboard's means: of its parts, and overall.
//!
//! Source: the leaderboard table of `bfcl-eval` 2026.3.23 for version 4; for version 3 the mean of three parts, without the categories that call real services, which
//!         were taken out since. What counts within two of these parts was not checked against a published table.
//! Ours:   a mean of which a category is missing is none, and the missing ones are named; the official table counts them as 0.

use super::category::{CATEGORIES, Category, Group, Task, Version};
use super::check::Shape;
use super::score::{Model, Score};

/// A mean, or the categories that it lacks.
pub type Mean = Result<f64, Vec<&'static str>>;

fn mean(shares: &[f64]) -> f64 {
    shares.iter().sum::<f64>() / shares.len().max(1) as f64
}

/// Scores of these categories, or those that are missing.
struct Found<'m> {
    scores: Vec<&'m Score>,
    missing: Vec<&'static str>,
    wanted: usize,
}

impl<'m> Found<'m> {
    fn of(model: &'m Model, belongs: impl Fn(&Category) -> bool) -> Self {
        let wanted: Vec<&'static Category> = CATEGORIES.iter().filter(|category| belongs(category)).collect();
        let score = |category: &&'static Category| {
            model.scores.iter().find(|score| score.category.id == category.id).ok_or(category.id)
        };
        let (mut scores, mut missing) = (Vec::new(), Vec::new());
        for found in wanted.iter().map(score) {
            match found {
                Ok(score) => scores.push(score),
                Err(id) => missing.push(id),
            }
        }
        Self { scores, missing, wanted: wanted.len() }
    }

    /// None where nothing is there at all.
    fn come_to(self, mean: impl FnOnce(&[&Score]) -> f64) -> Option<Mean> {
        match self.missing.len() {
            lacking if lacking == self.wanted => None,
            0 => Some(Ok(mean(&self.scores))),
            _ => Some(Err(self.missing)),
        }
    }
}

/// The mean over categories.
fn of_each(scores: &[&Score]) -> f64 {
    mean(&scores.iter().map(|score| score.accuracy()).collect::<Vec<_>>())
}

/// The share over all tests.
fn of_all(scores: &[&Score]) -> f64 {
    let (right, all) = scores.iter().fold((0, 0), |sum, score| (sum.0 + score.correct, sum.1 + score.total));
    right as f64 / all.max(1) as f64
}

/// The mean of kinds of calls, where three languages are one kind.
fn of_kinds(scores: &[&Score]) -> f64 {
    let is_simple = |score: &&&Score| score.category.task == Task::Calls(Shape::Simple);
    let (simple, others): (Vec<&Score>, Vec<&Score>) = scores.iter().partition(is_simple);
    let mut kinds: Vec<f64> = others.iter().map(|score| score.accuracy()).collect();
    kinds.push(of_each(&simple));
    mean(&kinds)
}

/// The mean of memory and of web search, each the mean of its categories.
fn of_agents(scores: &[&Score]) -> f64 {
    let is_memory = |score: &&&Score| score.category.id.starts_with("memory");
    let (memory, search): (Vec<&Score>, Vec<&Score>) = scores.iter().partition(is_memory);
    mean(&[of_each(&memory), of_each(&search)])
}

impl Model {
    /// The accuracy of a part of the leaderboard. Of the calls written by its authors it is the mean of four kinds, the first of which is itself the mean of three
    /// languages; of those asked by users, the share of all tests; of several turns, the mean of four categories; of agents, the mean of memory and web search.
    /// Categories that ask whether to call at all do not count here. None where nothing of the part is there.
    ///
    /// # Errors
    /// The categories that are missing.
    pub fn group(&self, group: Group) -> Option<Mean> {
        let found = Found::of(self, |category| category.group == group && !category.is_about_relevance());
        found.come_to(match group {
            Group::NonLive => of_kinds,
            Group::Live => of_all,
            Group::MultiTurn => of_each,
            Group::Agentic => of_agents,
        })
    }

    /// The overall accuracy by the formula of a version; version 1 has none. None where nothing of it is there.
    ///
    /// - Version 4: a tenth each for the calls of authors, those of users and whether to call at all, three tenths for several turns, four tenths for agents.
    /// - Version 3: the mean of the calls of authors, those of users, both with whether to call at all, and several turns.
    ///
    /// # Errors
    /// The categories that are missing.
    pub fn overall(&self, version: Version) -> Option<Mean> {
        let counts = |category: &Category| match version {
            Version::V1 => false,
            Version::V3 => category.group != Group::Agentic,
            Version::V4 => category.task != Task::Relevance,
        };
        let share = |belongs: &dyn Fn(&Category) -> bool, mean: fn(&[&Score]) -> f64| {
            mean(&Found::of(self, |category| counts(category) && belongs(category)).scores)
        };
        let group = |group: Group| move |category: &Category| category.group == group;
        let calls = |group: Group| {
            move |category: &Category| category.group == group && !category.is_about_relevance()
        };
        Found::of(self, counts).come_to(|_| match version {
            Version::V1 => 0.0,
            Version::V3 => mean(&[
                share(&group(Group::NonLive), of_kinds),
                share(&group(Group::Live), of_all),
                share(&group(Group::MultiTurn), of_each),
            ]),
            Version::V4 => {
                0.1 * share(&calls(Group::NonLive), of_kinds)
                    + 0.1 * share(&calls(Group::Live), of_all)
                    + 0.1 * share(&Category::is_about_relevance, of_each)
                    + 0.3 * share(&group(Group::MultiTurn), of_each)
                    + 0.4 * share(&group(Group::Agentic), of_agents)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bfcl::{DECODERS, Names};

    fn model(scores: &[(&str, usize, usize)]) -> Model {
        let category =
            |id: &str| CATEGORIES.iter().find(|category| category.id == id).expect("it is in the list");
        let score = |(id, correct, total): &(&str, usize, usize)| Score {
            total: *total,
            correct: *correct,
            ..Score::empty(category(id))
        };
        let scores = scores.iter().map(score).collect();
        Model { name: "m".into(), decoder: &DECODERS[0], names: Names::Dots, scores }
    }

    #[test]
    fn parts_of_the_leaderboard_have_its_own_means() {
        let mut scores = vec![
            ("simple_python", 4, 4),
            ("simple_java", 1, 2),
            ("simple_javascript", 0, 2),
            ("multiple", 1, 2),
            ("parallel", 1, 4),
            ("parallel_multiple", 0, 2),
            ("irrelevance", 0, 10),
        ];
        // The mean of (1 + 0.5 + 0) / 3, 0.5, 0.25 and 0.
        assert_eq!(model(&scores).group(Group::NonLive), Some(Ok(0.3125)));
        assert_eq!(model(&scores).group(Group::Live), None);
        assert_eq!(model(&scores).counts(), (7, 26));
        scores.remove(3);
        assert_eq!(model(&scores).group(Group::NonLive), Some(Err(vec!["multiple"])));
        let live = [
            ("live_simple", 1, 1),
            ("live_multiple", 1, 5),
            ("live_parallel", 0, 1),
            ("live_parallel_multiple", 0, 1),
        ];
        // The share of all tests.
        assert_eq!(model(&live).group(Group::Live), Some(Ok(0.25)));
        let agents = [
            ("memory_kv", 1, 2),
            ("memory_vector", 0, 2),
            ("memory_rec_sum", 2, 2),
            ("web_search_base", 1, 1),
            ("web_search_no_snippet", 1, 2),
        ];
        // The mean of 0.5 and 0.75.
        assert_eq!(model(&agents).group(Group::Agentic), Some(Ok(0.625)));
    }

    #[test]
    fn the_overall_score_needs_everything_and_names_what_is_missing() {
        let all = |id: &'static str| {
            let right = match id {
                "irrelevance" | "live_irrelevance" => 10,
                id if id.starts_with("multi_turn") => 5,
                id if id.starts_with("live") => 8,
                id if id.starts_with("memory") || id.starts_with("web") => 2,
                _ => 6,
            };
            (id, right, 10)
        };
        let mut scores: Vec<_> = CATEGORIES.iter().map(|category| all(category.id)).collect();
        let close = |mean: Option<Mean>, expected: f64| matches!(mean, Some(Ok(mean)) if (mean - expected).abs() < 1e-12);
        assert!(close(model(&scores).overall(Version::V4), 0.06 + 0.08 + 0.1 + 0.15 + 0.08));
        // Version 3: kinds with one more for whether to call, users with two more of ten tests each, and turns.
        let authors = (0.6 * 4.0 + 1.0) / 5.0;
        let users = (8.0 * 5.0 + 10.0) / 60.0;
        assert!(close(model(&scores).overall(Version::V3), (authors + users + 0.5) / 3.0));
        assert_eq!(model(&scores).overall(Version::V1), None);
        scores.retain(|(id, ..)| !id.starts_with("memory"));
        let missing = vec!["memory_kv", "memory_vector", "memory_rec_sum"];
        assert_eq!(model(&scores).overall(Version::V4), Some(Err(missing)));
        assert!(matches!(model(&scores).overall(Version::V3), Some(Ok(_))));
        assert_eq!(model(&[]).overall(Version::V4), None);
    }
}
