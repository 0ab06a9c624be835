//! Who depends on whom: the workspace and all it stands on, on Linux, as cargo resolves it.

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, NodeDep, Package};

/// Where the project runs. Crates that only other systems need are not looked at.
const PLATFORMS: &[&str] = &["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"];

/// Packages by cargo's id for them.
#[derive(Default)]
pub(crate) struct Graph {
    pub(crate) packages: BTreeMap<String, Node>,
}

/// One package.
#[derive(Default)]
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) version: String,
    /// The SPDX expression that its manifest gives, if any.
    pub(crate) licence: Option<String>,
    /// Is it one of this workspace's own?
    pub(crate) member: bool,
    pub(crate) depends: Vec<Edge>,
}

/// One package needs another.
pub(crate) struct Edge {
    pub(crate) to: String,
    /// For tests and examples only.
    pub(crate) dev_only: bool,
}

impl Graph {
    /// Asks cargo.
    ///
    /// # Errors
    /// Where `cargo metadata` fails, for instance because `Cargo.lock` is out of date.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let mut options = vec!["--locked".to_owned()];
        for platform in PLATFORMS {
            options.extend(["--filter-platform".to_owned(), (*platform).to_owned()]);
        }
        let manifest = root.join("Cargo.toml");
        let metadata = MetadataCommand::new().manifest_path(&manifest).other_options(options).exec();
        let metadata = metadata.context("cannot read the graph of dependencies with `cargo metadata`")?;
        Self::of(&metadata)
    }

    fn of(metadata: &Metadata) -> Result<Self> {
        let resolve = metadata.resolve.as_ref().context("`cargo metadata` resolved no dependencies")?;
        let mut depends: BTreeMap<&str, Vec<Edge>> = resolve
            .nodes
            .iter()
            .map(|node| (node.id.repr.as_str(), node.deps.iter().map(edge).collect()))
            .collect();
        let packages = metadata.packages.iter().filter_map(|package| {
            let depends = depends.remove(package.id.repr.as_str())?;
            let member = metadata.workspace_members.contains(&package.id);
            Some((package.id.repr.clone(), node(package, member, depends)))
        });
        Ok(Self { packages: packages.collect() })
    }

    /// This workspace's own packages, with their ids.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.packages.iter().filter(|(_, node)| node.member).map(|(id, node)| (id.as_str(), node))
    }

    /// A shortest way from `start` to every package that a build of `start`, or of its tests, needs: ids from `start` on.
    /// What others need for their own tests is not part of it.
    pub(crate) fn reach<'a>(&'a self, start: &'a str) -> BTreeMap<&'a str, Vec<&'a str>> {
        let mut ways = BTreeMap::from([(start, vec![start])]);
        let mut next = VecDeque::from([start]);
        while let Some(id) = next.pop_front() {
            let edges = self.packages.get(id).map_or(&[][..], |node| &node.depends);
            for edge in edges.iter().filter(|edge| id == start || !edge.dev_only) {
                let to = edge.to.as_str();
                if !ways.contains_key(to) {
                    let way = ways.get(id).into_iter().flatten().copied().chain([to]).collect();
                    ways.insert(to, way);
                    next.push_back(to);
                }
            }
        }
        ways
    }

    /// The name of the package with this id.
    pub(crate) fn name<'a>(&'a self, id: &'a str) -> &'a str {
        self.packages.get(id).map_or(id, |node| &node.name)
    }

    /// Names with arrows between them.
    pub(crate) fn shown(&self, way: &[&str]) -> String {
        way.iter().map(|id| self.name(id)).collect::<Vec<_>>().join(" → ")
    }
}

fn node(package: &Package, member: bool, depends: Vec<Edge>) -> Node {
    Node {
        name: package.name.to_string(),
        version: package.version.to_string(),
        licence: package.license.clone(),
        member,
        depends,
    }
}

fn edge(dependency: &NodeDep) -> Edge {
    let dev_only = dependency.dep_kinds.iter().all(|kind| kind.kind == DependencyKind::Development);
    Edge { to: dependency.pkg.repr.clone(), dev_only }
}

/// Graphs made by hand.
#[cfg(test)]
pub(crate) mod by_hand {
    use super::*;

    /// Packages whose ids are their names, version 1.0.0, MIT; each names what it needs, with a leading `dev:` where only
    /// its tests do. Those whose names begin with `toolwright-`, and xtask, are members.
    pub(crate) fn graph(packages: &[(&str, &[&str])]) -> Graph {
        let packages = packages.iter().map(|(name, depends)| {
            let depends = depends.iter().map(|to| match to.strip_prefix("dev:") {
                Some(to) => Edge { to: to.to_owned(), dev_only: true },
                None => Edge { to: (*to).to_owned(), dev_only: false },
            });
            let node = Node {
                name: (*name).to_owned(),
                version: "1.0.0".to_owned(),
                licence: Some("MIT".to_owned()),
                member: name.starts_with("toolwright-") || *name == "xtask",
                depends: depends.collect(),
            };
            ((*name).to_owned(), node)
        });
        Graph { packages: packages.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_tests_are_not_reached_but_our_own_are() {
        let graph = by_hand::graph(&[
            ("toolwright-a", &["b", "dev:c"]),
            ("b", &["dev:d"]),
            ("c", &["e"]),
            ("e", &[]),
        ]);
        let reached: Vec<_> = graph.reach("toolwright-a").into_keys().collect();
        assert_eq!(reached, ["b", "c", "e", "toolwright-a"]);
        assert_eq!(graph.shown(&graph.reach("toolwright-a")["e"]), "toolwright-a → c → e");
    }

    #[test]
    fn rings_end() {
        let graph = by_hand::graph(&[("toolwright-a", &["b"]), ("b", &["toolwright-a"])]);
        assert_eq!(graph.reach("toolwright-a").len(), 2);
    }

    #[test]
    fn cargo_tells_of_this_workspace() {
        let graph = Graph::read(&crate::root().expect("cargo runs the tests")).expect("cargo answers");
        let (id, xtask) = graph.members().find(|(_, node)| node.name == "xtask").expect("a member");
        assert_eq!(xtask.licence.as_deref(), Some("MIT OR Apache-2.0"));
        assert!(graph.reach(id).keys().any(|id| graph.name(id) == "serde"));
    }
}
