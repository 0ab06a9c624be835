//! Peers: other people's programs that ours are compared with, each in a folder of its own below `target/peers`.
//!
//! They are installed from their registries by name and version. Where that cannot be done, whatever compares with them is
//! skipped, and the reason is printed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::process;

/// Some packages in an environment of their own.
pub(crate) struct Peer {
    name: &'static str,
    by: Installer,
    /// Options and packages for the installer.
    packages: &'static [&'static str],
}

/// What installs a peer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Installer {
    /// Python's, into a virtual environment; the peer is its Python.
    Pip,
    /// Node's; the peer is the folder of its programs.
    Npm,
}

/// The official scorer of the Berkeley leaderboard, with the few packages that scoring itself needs. For the many others that
/// its handlers import, `peer/bfcl.py` has stand-ins.
pub(crate) const BFCL: Peer = Peer {
    name: "bfcl",
    by: Installer::Pip,
    packages: &[
        "--no-deps", "bfcl-eval==2026.3.23", "tree-sitter==0.21.3", "tree-sitter-java==0.21.0",
        "tree-sitter-javascript==0.21.4", "filelock==3.20.0", "mpmath==1.3.0", "overrides==7.7.0",
        "tqdm==4.70.1",
    ],
};

/// The official scorer as its authors install it, for timing its command. It declares some 30 packages, of several gigabytes,
/// and needs one more.
pub(crate) const BFCL_WHOLE: Peer =
    Peer { name: "bfcl-whole", by: Installer::Pip, packages: &["bfcl-eval==2026.3.23", "soundfile"] };

/// TRL and LLaMA-Factory with what preparing data needs of them. For PyTorch, of several gigabytes, `peer/loaders.py` has stand-ins.
pub(crate) const LOADERS: Peer = Peer {
    name: "loaders",
    by: Installer::Pip,
    packages: &[
        "--no-deps", "anyio==4.16.0", "datasets==5.2.0", "dill==0.4.1", "filelock==4.3.1",
        "fsspec==2026.9.0", "h11==0.16.0", "httpcore2==2.16.2", "httpx2==2.16.2", "huggingface_hub==2.4.0",
        "idna==3.20", "Jinja2==3.1.6", "llamafactory==0.9.5", "MarkupSafe==3.0.4", "multiprocess==0.70.19",
        "numpy==2.4.6", "omegaconf==2.4.0", "packaging==26.4", "pandas==3.1.1", "psutil==7.2.2",
        "pyarrow==26.0.1", "python-dateutil==4.0.0", "PyYAML==6.0.4", "regex==2026.11.19",
        "safetensors==0.8.0", "tokenizers==0.23.3", "tqdm==4.70.1", "transformers==5.24.0", "trl==1.16.0",
        "truststore==0.10.5", "typing_extensions==4.16.0", "xxhash==4.1.0",
    ],
};

/// The plainest way to ask a server from Python.
pub(crate) const AIOHTTP: Peer = Peer { name: "aiohttp", by: Installer::Pip, packages: &["aiohttp==3.13.5"] };

/// An orchestrator of requests to LLMs; of those measured, the one that takes the least processor time.
pub(crate) const CURATOR: Peer =
    Peer { name: "curator", by: Installer::Pip, packages: &["bespokelabs-curator==0.1.31"] };

/// Live MCP servers of three authors.
pub(crate) const MCP: Peer = Peer {
    name: "mcp",
    by: Installer::Pip,
    packages: &[
        "mcp==1.30.0", "mcp-server-time==2026.10.10", "mcp-server-calculator==0.2.1",
        "mcp-text-editor==1.0.2", "tzdata==2026.6",
    ],
};

/// Two more, of the protocol's own project; one of them speaks HTTP as well.
pub(crate) const MCP_NPM: Peer = Peer {
    name: "mcp-npm",
    by: Installer::Npm,
    packages: &[
        "@modelcontextprotocol/server-filesystem@2026.8.31",
        "@modelcontextprotocol/server-everything@2026.8.31",
    ],
};

/// What tests compare with: what it is called, the peer, and the environment variable that names it to tests.
pub(crate) const TESTED: [(&str, &Peer, &str); 4] = [
    ("the official scorer", &BFCL, "TOOLWRIGHT_BFCL_PYTHON"),
    ("trainers' loaders", &LOADERS, "TOOLWRIGHT_LOADERS_PYTHON"),
    ("MCP servers in Python", &MCP, "TOOLWRIGHT_MCP_PYTHON"),
    ("MCP servers in Node", &MCP_NPM, "TOOLWRIGHT_MCP_NPM"),
];

impl Peer {
    fn folder(&self, root: &Path) -> PathBuf {
        root.join("target/peers").join(self.name)
    }

    /// What a whole installation leaves behind, so that a broken one is made anew.
    fn stamp(&self, root: &Path) -> PathBuf {
        self.folder(root).join("installed.txt")
    }

    /// Its Python, or the folder of its programs, where it is installed.
    pub(crate) fn there(&self, root: &Path) -> Option<PathBuf> {
        let stamp = std::fs::read_to_string(self.stamp(root)).ok()?;
        (stamp == self.packages.join("\n")).then(|| self.path(root))
    }

    fn path(&self, root: &Path) -> PathBuf {
        match self.by {
            Installer::Pip => python_in(&self.folder(root)),
            Installer::Npm => self.folder(root).join("node_modules/.bin"),
        }
    }

    /// The same, installed where it is not there.
    ///
    /// # Errors
    /// There is no Python or no Node, or a package cannot be had.
    pub(crate) fn install(&self, root: &Path) -> Result<PathBuf> {
        if let Some(path) = self.there(root) {
            return Ok(path);
        }
        let folder = self.folder(root);
        eprintln!(
            "installing {} into {}",
            self.packages.join(" "),
            folder.strip_prefix(root).unwrap_or(&folder).display()
        );
        if folder.exists() {
            std::fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
        }
        match self.by {
            Installer::Pip => {
                process::succeed(Command::new(system_python()?).args(["-m", "venv"]).arg(&folder))?;
                let mut pip = Command::new(python_in(&folder));
                pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
                    .args(self.packages);
                process::succeed(&mut pip)?;
            }
            Installer::Npm => {
                std::fs::create_dir_all(&folder)
                    .with_context(|| format!("cannot make {}", folder.display()))?;
                let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
                npm.args([
                    "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", "--prefix",
                ]);
                process::succeed(npm.arg(&folder).args(self.packages))?;
            }
        }
        std::fs::write(self.stamp(root), self.packages.join("\n")).context("cannot note the installation")?;
        Ok(self.path(root))
    }
}

fn python_in(folder: &Path) -> PathBuf {
    folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" })
}

/// The name of a Python of version 3.
fn system_python() -> Result<&'static str> {
    let works = |name: &&str| {
        let mut command = Command::new(name);
        command.args(["-c", "import sys, venv; sys.exit(sys.version_info < (3, 10))"]);
        command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    };
    match ["python3", "python"].into_iter().find(|name| works(name)) {
        Some(name) => Ok(name),
        None => bail!("found no Python of version 3.10 or later, with the module venv"),
    }
}

/// Installs what tests compare with, or says why they will not.
pub(crate) fn prepare(root: &Path) -> Result<()> {
    for (what, peer, _) in TESTED {
        match peer.install(root) {
            Ok(_) => eprintln!("{what}: there"),
            Err(why) => {
                eprintln!("skipped: {what} cannot be installed, so nothing is compared with it: {why:#}")
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_wholly_installed_is_not_there() {
        let root = std::env::temp_dir().join(format!("xtask-peers-{}", std::process::id()));
        let peer = Peer { name: "peer", by: Installer::Pip, packages: &["a==1", "b==2"] };
        assert_eq!(peer.there(&root), None);
        std::fs::create_dir_all(peer.folder(&root)).expect("a scratch folder");
        std::fs::write(peer.stamp(&root), "a==1").expect("a file");
        assert_eq!(peer.there(&root), None);
        std::fs::write(peer.stamp(&root), "a==1\nb==2").expect("a file");
        assert!(peer.there(&root).is_some_and(|python| python.starts_with(&root)));
        std::fs::remove_dir_all(&root).expect("it was just made");
    }
}
