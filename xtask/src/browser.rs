//! The browser in which tests look at pages: Chromium, as the system has it.
//!
//! Where it is not there, it is installed from Debian's packages, which needs root; where that cannot be done either, what needs a
//! browser is skipped, and the reason is printed.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;

/// The environment variable that names the browser to tests.
pub(crate) const BROWSER: &str = "TOOLWRIGHT_BROWSER";
/// The environment variable that tells the test `picture` where to put it.
const PICTURE: &str = "TOOLWRIGHT_PICTURE";

/// Names under which it is known.
const NAMES: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// The browser, where there is one.
pub(crate) fn find() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let places = NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    // The debugging pipe is set up by a shell.
    if cfg!(unix) { places.into_iter().find(|place| place.is_file()) } else { None }
}

/// The browser, installed where it is not there.
fn install() -> Result<PathBuf> {
    if let Some(browser) = find() {
        return Ok(browser);
    }
    let root = process::output(Command::new("id").arg("-u")).context("it is not said who we are")?;
    if root.trim() != "0" {
        bail!("found none of {}, and only root may install one", NAMES.join(", "));
    }
    eprintln!("installing chromium with apt-get");
    let apt = |arguments: &[&str]| {
        process::succeed(Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt(&["update", "-qq"])?;
    apt(&["install", "-y", "-qq", "--no-install-recommends", "chromium"])?;
    find().context("chromium was installed and is not found")
}

/// Finds or installs the browser, or says why nothing is looked at in one.
pub(crate) fn prepare(_: &Path) -> Result<()> {
    match install() {
        Ok(browser) => eprintln!("the browser is {}", browser.display()),
        Err(why) => eprintln!("skipped: there is no browser, so pages are not looked at in one: {why:#}"),
    }
    Ok(())
}

/// Makes `docs/report.png`.
pub(crate) fn picture(root: &Path) -> Result<()> {
    let browser = install()?;
    let target = root.join("docs/report.png");
    let mut command = process::cargo(root);
    command.args([
        "test", "--release", "--locked", "--package", "toolwright-cli", "--test", "it", "browser::picture",
    ]);
    command.args(["--", "--exact", "--nocapture"]);
    process::succeed(command.env(BROWSER, browser).env(PICTURE, &target))
}
