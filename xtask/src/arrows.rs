//! Arrows: which of our crates may depend on which, and what none of them may reach.
//!
//! The design's seventh law: only the crates at the edge do network or process I/O; everything else is pure and tests
//! offline in seconds. Dependencies for tests count as well, because they decide what the tests need.

use crate::graph::{Graph, Node};

/// For each crate of the workspace, the others that it may name in its manifest.
const EDGES: &[(&str, &[&str])] = &[
    ("toolwright-core", &[]),
    ("toolwright-run", &["toolwright-core"]),
    ("toolwright-llm", &["toolwright-core", "toolwright-run"]),
    ("toolwright-mcp", &["toolwright-core", "toolwright-run"]),
    ("toolwright-verify", &["toolwright-core"]),
    ("toolwright-synth", &["toolwright-core", "toolwright-verify"]),
    ("toolwright-eval", &["toolwright-core"]),
    ("toolwright-view", &["toolwright-core"]),
    (
        "toolwright-cli",
        &[
            "toolwright-core", "toolwright-eval", "toolwright-llm", "toolwright-mcp", "toolwright-run",
            "toolwright-synth", "toolwright-verify", "toolwright-view",
        ],
    ),
    ("xtask", &[]),
];

/// Crates that some of ours may not reach, by whatever way.
struct Ban {
    crates: &'static [&'static str],
    whom: Whom,
    why: &'static str,
}

enum Whom {
    AllBut(&'static [&'static str]),
    Only(&'static [&'static str]),
}

const BANS: &[Ban] = &[
    Ban {
        crates: &[
            "async-std", "curl", "hyper", "hyper-util", "isahc", "mio", "native-tls", "openssl", "reqwest",
            "rustls", "smol", "socket2", "tokio", "ureq",
        ],
        whom: Whom::AllBut(&["toolwright-llm", "toolwright-mcp", "toolwright-cli"]),
        why: "only the crates at the edge talk over the network",
    },
    Ban {
        crates: &[
            "async-executor", "async-std", "clap", "futures-executor", "indicatif", "pollster", "smol",
            "tokio",
        ],
        whom: Whom::Only(&[
            "toolwright-core", "toolwright-eval", "toolwright-verify", "toolwright-synth", "toolwright-view",
        ]),
        why: "what is pure knows no command line, no progress bar and no async runtime",
    },
];

/// One message for each arrow that should not be.
pub(crate) fn check(graph: &Graph) -> Vec<String> {
    graph.members().flat_map(|(id, node)| [edges(graph, node), bans(graph, id, node)].concat()).collect()
}

/// Faults of one crate against [`EDGES`].
fn edges(graph: &Graph, node: &Node) -> Vec<String> {
    let name = &node.name;
    let Some((_, allowed)) = EDGES.iter().find(|(from, _)| from == name) else {
        return vec![format!(
            "{name}: a crate of the workspace that the design does not place\n    do: say what it may depend on, in EDGES \
             in xtask/src/arrows.rs"
        )];
    };
    let ours = node.depends.iter().filter_map(|edge| graph.packages.get(&edge.to)).filter(|to| to.member);
    ours.filter(|to| !allowed.contains(&to.name.as_str()))
        .map(|to| {
            let may = if allowed.is_empty() { "nothing".to_owned() } else { allowed.join(", ") };
            format!(
                "{name} → {}: of this workspace, {name} may depend on {may}\n    do: take the dependency out of {name}'s \
                 Cargo.toml; where the design has changed, change EDGES in xtask/src/arrows.rs",
                to.name
            )
        })
        .collect()
}

/// Faults of one crate against [`BANS`].
fn bans(graph: &Graph, id: &str, node: &Node) -> Vec<String> {
    let reached = graph.reach(id);
    let bans = BANS.iter().filter(|ban| ban.binds(&node.name));
    bans.flat_map(|ban| {
        let found = reached.iter().filter(|(to, way)| {
            // A fault is told once, of the crate of ours that is nearest to it.
            let nearer = way.iter().skip(1).filter_map(|id| graph.packages.get(*id));
            let told = nearer.filter(|node| node.member).any(|node| ban.binds(&node.name));
            !told && ban.crates.contains(&graph.name(to))
        });
        found.map(|(_, way)| {
            let first = way.get(1).map_or("", |id| graph.name(id));
            format!(
                "{}: {}\n    do: take `{first}`, or the feature of it that asks for this, out of {}'s Cargo.toml; where the \
                 design has changed, change BANS in xtask/src/arrows.rs",
                graph.shown(way),
                ban.why,
                node.name
            )
        })
    })
    .collect()
}

impl Ban {
    fn binds(&self, member: &str) -> bool {
        match self.whom {
            Whom::AllBut(free) => !free.contains(&member),
            Whom::Only(bound) => bound.contains(&member),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::by_hand::graph;

    #[test]
    fn the_table_names_only_crates_that_it_places_and_has_no_rings() {
        for (at, (from, allowed)) in EDGES.iter().enumerate() {
            for to in *allowed {
                let place = EDGES.iter().position(|(name, _)| name == to);
                assert!(place.is_some_and(|place| place < at), "{from} → {to}: lower crates come first");
            }
        }
    }

    #[test]
    fn what_the_design_allows_is_no_fault() {
        let good = graph(&[
            ("toolwright-core", &["serde"]),
            ("toolwright-verify", &["toolwright-core"]),
            ("toolwright-synth", &["toolwright-core", "toolwright-verify"]),
            ("toolwright-run", &["toolwright-core", "indicatif"]),
            ("toolwright-cli", &["toolwright-run", "toolwright-synth", "clap"]),
            ("xtask", &["serde"]),
            ("serde", &[]),
            ("indicatif", &[]),
            ("clap", &[]),
        ]);
        assert_eq!(check(&good), Vec::<String>::new());
    }

    #[test]
    fn a_wrong_edge_is_named_with_what_may_be() {
        let wrong = graph(&[
            ("toolwright-core", &[]),
            ("toolwright-run", &[]),
            ("toolwright-verify", &["toolwright-core", "dev:toolwright-run"]),
        ]);
        let [fault] = check(&wrong).try_into().expect("one fault");
        assert_eq!(
            fault,
            "toolwright-verify → toolwright-run: of this workspace, toolwright-verify may depend on toolwright-core\n    \
             do: take the dependency out of toolwright-verify's Cargo.toml; where the design has changed, change EDGES in \
             xtask/src/arrows.rs"
        );
    }

    #[test]
    fn a_new_crate_asks_for_its_place() {
        let [fault] = check(&graph(&[("toolwright-new", &[])])).try_into().expect("one fault");
        assert!(fault.starts_with("toolwright-new: a crate of the workspace that the design does not place"));
    }

    #[test]
    fn the_network_is_found_behind_others_and_told_once() {
        let wrong = graph(&[
            ("toolwright-core", &["jsonschema"]),
            ("toolwright-run", &["toolwright-core"]),
            ("toolwright-llm", &["toolwright-core", "toolwright-run"]),
            ("toolwright-mcp", &["toolwright-core", "toolwright-run"]),
            ("jsonschema", &["reqwest"]),
            ("reqwest", &[]),
        ]);
        let [fault] = check(&wrong).try_into().expect("one fault");
        assert!(
            fault.starts_with("toolwright-core → jsonschema → reqwest: only the crates at the edge talk"),
            "{fault}"
        );
        assert!(fault.contains("take `jsonschema`, or the feature of it"), "{fault}");
    }

    #[test]
    fn what_is_pure_has_no_progress_bar_even_through_a_test() {
        let wrong = graph(&[("toolwright-core", &["dev:indicatif"]), ("indicatif", &[])]);
        let [fault] = check(&wrong).try_into().expect("one fault");
        assert!(
            fault.starts_with("toolwright-core → indicatif: what is pure knows no command line"),
            "{fault}"
        );
    }
}
