//! Distributions of several pools of tools, side by side.

use std::fmt::Write;

use crate::escape::Escaped;
use crate::plot::{Bar, Group, bars, figure};
use crate::shell;

/// A distribution to be drawn: one group of bars a label, one bar a series.
#[derive(Clone, Debug)]
pub struct Plot {
    /// What it shows.
    pub title: String,
    /// The bars' labels, in order.
    pub labels: Vec<String>,
    /// For each series, its share of every label, from 0 to 1.
    pub shares: Vec<Vec<f64>>,
}

/// The page.
///
/// - `series`: the name of every series, as many as each plot has.
///
/// ```
/// use toolwright_view::pools::{Plot, page};
/// let plot = Plot { title: "Depth".into(), labels: vec!["1".into()], shares: vec![vec![1.0]] };
/// assert!(page("Pools", &["mine".into()], &[plot]).starts_with("<!doctype html>"));
/// ```
pub fn page(title: &str, series: &[String], plots: &[Plot]) -> String {
    let title = Escaped(title).to_string();
    let mut out = format!("<header><h1>{title}</h1>\n<ul class=\"key\">");
    for (at, name) in series.iter().enumerate() {
        let _ = write!(
            out,
            "<li><svg viewBox=\"0 0 8 8\" aria-hidden=\"true\"><rect class=\"bar s{}\" width=\"8\" height=\"8\"/></svg>{}</li>",
            at % 8,
            Escaped(name)
        );
    }
    out.push_str("</ul></header>\n<main class=\"plots\">\n");
    for (at, plot) in plots.iter().enumerate() {
        out.push_str(&figure(&at.to_string(), &plot.title, "", &bars(series, &groups(plot))));
    }
    out.push_str("</main>\n");
    shell::page(&title, "", &out, false)
}

fn groups(plot: &Plot) -> Vec<Group> {
    let bar = |size: f64| Bar { size, said: format!("{:.1} %", 100.0 * size), aside: String::new() };
    let shares =
        |at: usize| plot.shares.iter().map(move |shares| shares.get(at).copied().unwrap_or_default());
    let group =
        |(at, label): (usize, &String)| Group { label: label.clone(), bars: shares(at).map(bar).collect() };
    plot.labels.iter().enumerate().map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_and_every_share_is_there() {
        let plot = Plot {
            title: "a < b".into(),
            labels: vec!["<script>".into(), "two".into()],
            shares: vec![vec![0.25, 0.75], vec![1.0, 0.0]],
        };
        let page = page("Pools & more", &["x\"y".into(), "z".into()], &[plot]);
        assert!(!page.contains("<script") && page.contains("&lt;script&gt;"));
        assert!(page.contains("<title>Pools &amp; more</title>") && page.contains("script-src 'none'"));
        assert_eq!(page.matches("<figure").count(), 1);
        assert!(page.contains("75.0 %") && page.contains("0.0 %"));
    }
}
