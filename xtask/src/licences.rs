//! Licences: everything the workspace stands on may be used, changed and passed on under terms that ask for no more than
//! a notice.
//!
//! A package passes where its SPDX expression can be met from [`ALLOWED`] alone: of `A OR B` one is enough, of `A AND B`
//! both are needed. Packages that only the fuzz targets need are not part of the product and not looked at.

use std::collections::BTreeMap;

use spdx::{Expression, Licensee, ParseMode};

use crate::graph::Graph;

/// What asks for no more than a notice.
const ALLOWED: &[&str] = &[
    "0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0",
    "CC0-1.0", "ISC", "MIT", "MIT-0", "Unicode-3.0", "Unicode-DFS-2016", "Unlicense", "Zlib",
];

/// One message for each package whose licence does not pass.
pub(crate) fn check(graph: &Graph) -> Vec<String> {
    let mut faults = BTreeMap::new();
    for (member, _) in graph.members() {
        for (id, way) in graph.reach(member) {
            let Some(package) = graph.packages.get(id) else { continue };
            if let Err(why) = judge(package.licence.as_deref()) {
                let (name, version) = (&package.name, &package.version);
                faults.entry(id).or_insert_with(|| {
                    format!(
                        "{name} {version}: {why}\n    needed by: {}\n    do: use another crate, or, where its terms ask \
                         for no more than a notice, add the licence to ALLOWED in xtask/src/licences.rs",
                        graph.shown(&way)
                    )
                });
            }
        }
    }
    faults.into_values().collect()
}

/// Can this be met from the list? Where not, the reason.
fn judge(licence: Option<&str>) -> Result<(), String> {
    let licence = licence.ok_or("its manifest names no licence")?;
    // Lax, because manifests from before SPDX expressions say `MIT/Apache-2.0`.
    let expression = Expression::parse_mode(licence, ParseMode::LAX)
        .map_err(|error| format!("its licence, `{licence}`, is no SPDX expression: {}", error.reason))?;
    let allowed: Vec<_> = ALLOWED.iter().filter_map(|name| Licensee::parse(name).ok()).collect();
    expression.evaluate_with_failures(|asked| allowed.iter().any(|ours| ours.satisfies(asked))).map_err(
        |missing| {
            let missing: Vec<_> = missing.iter().map(|missing| format!("`{}`", missing.req)).collect();
            format!("its licence, `{licence}`, cannot be met: {} not on the list", missing.join(", "))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::by_hand;

    #[test]
    fn the_list_is_spdx_and_each_entry_passes() {
        for name in ALLOWED {
            assert!(Licensee::parse(name).is_ok(), "{name}");
            assert_eq!(judge(Some(name)), Ok(()));
        }
    }

    #[test]
    fn one_of_several_is_enough_and_all_of_several_are_needed() {
        for licence in [
            "MIT OR GPL-3.0-only", "MIT/Apache-2.0", "(MIT OR Apache-2.0) AND Unicode-3.0",
            "Zlib OR Apache-2.0 OR MIT",
        ] {
            assert_eq!(judge(Some(licence)), Ok(()), "{licence}");
        }
        for licence in ["GPL-3.0-only", "MIT AND MPL-2.0", "Apache-2.0 WITH Classpath-exception-2.0"] {
            assert!(judge(Some(licence)).is_err(), "{licence}");
        }
    }

    #[test]
    fn a_fault_names_package_version_licence_and_who_needs_it() {
        let mut graph = by_hand::graph(&[("toolwright-a", &["b"]), ("b", &["c"]), ("c", &[])]);
        graph.packages.get_mut("c").expect("it is there").licence = Some("MIT AND OpenSSL".into());
        let [fault] = check(&graph).try_into().expect("one fault");
        assert!(
            fault.starts_with(
                "c 1.0.0: its licence, `MIT AND OpenSSL`, cannot be met: `OpenSSL` not on the list\n    \
                 needed by: toolwright-a → b → c\n"
            ),
            "{fault}"
        );
    }

    #[test]
    fn no_licence_and_no_expression_are_faults() {
        assert_eq!(judge(None), Err("its manifest names no licence".into()));
        let why = judge(Some("as you like")).expect_err("no expression");
        assert!(why.starts_with("its licence, `as you like`, is no SPDX expression: "), "{why}");
    }
}
