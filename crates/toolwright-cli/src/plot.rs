//! Distributions of several pools as one self-contained page: no script, nothing loaded from elsewhere.

use std::fmt::Write;

/// A distribution to be drawn: one group of bars a label, one bar a series.
pub(crate) struct Plot {
    /// What it shows.
    pub(crate) title: String,
    /// The bars' labels, in order.
    pub(crate) labels: Vec<String>,
    /// For each series, its share of every label, from 0 to 1.
    pub(crate) shares: Vec<Vec<f64>>,
}

const COLORS: &[&str] =
    &["#3b6fb6", "#d9812e", "#4c9a63", "#b3496b", "#7a62a8", "#8a8a3c", "#3f9aa3", "#6d6d6d"];
const BAR: f64 = 9.0;
const WIDTH: f64 = 620.0;
const LABEL: f64 = 190.0;

/// The page.
///
/// - `series`: the name of every series, as many as each plot has.
pub(crate) fn page(title: &str, series: &[String], plots: &[Plot]) -> String {
    let mut out = String::new();
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title><style>\n\
         body {{ font: 14px/1.4 system-ui, sans-serif; margin: 2rem auto; max-width: 52rem; color: #222; }}\n\
         h1 {{ font-size: 1.4rem; }} h2 {{ font-size: 1.05rem; margin: 1.6rem 0 .4rem; }}\n\
         .key span {{ display: inline-block; margin-right: 1.2rem; }} .key i {{ display: inline-block; width: .8em; height: .8em; margin-right: .4em; }}\n\
         svg text {{ font: 11px system-ui, sans-serif; fill: #333; }}\n</style></head><body>\n<h1>{title}</h1>\n<p class=\"key\">",
        title = escaped(title)
    );
    for (at, name) in series.iter().enumerate() {
        let _ = write!(out, "<span><i style=\"background:{}\"></i>{}</span>", color(at), escaped(name));
    }
    out.push_str("</p>\n");
    for plot in plots {
        let _ = writeln!(out, "<h2>{}</h2>", escaped(&plot.title));
        draw(&mut out, plot, series);
    }
    out.push_str("</body></html>\n");
    out
}

fn draw(out: &mut String, plot: &Plot, series: &[String]) {
    let most = plot.shares.iter().flatten().copied().fold(0.0_f64, f64::max).max(1e-9);
    let group = BAR * series.len() as f64 + 6.0;
    let height = group * plot.labels.len() as f64 + 4.0;
    let _ =
        writeln!(out, "<svg width=\"100%\" viewBox=\"0 0 {} {height}\" role=\"img\">", WIDTH + LABEL + 60.0);
    for (row, label) in plot.labels.iter().enumerate() {
        let top = group * row as f64 + 2.0;
        let middle = top + BAR * series.len() as f64 / 2.0 + 4.0;
        let _ = writeln!(
            out,
            "<text x=\"{}\" y=\"{middle}\" text-anchor=\"end\">{}</text>",
            LABEL - 8.0,
            escaped(label)
        );
        for (at, name) in series.iter().enumerate() {
            let share = plot.shares.get(at).and_then(|shares| shares.get(row)).copied().unwrap_or_default();
            let (y, wide) = (top + BAR * at as f64, WIDTH * share / most);
            let said = format!("{:.1} %", 100.0 * share);
            let _ = writeln!(
                out,
                "<rect x=\"{LABEL}\" y=\"{y}\" width=\"{wide:.1}\" height=\"{:.1}\" fill=\"{}\"><title>{}: {said}</title></rect>\
                 <text x=\"{:.1}\" y=\"{}\" style=\"font-size:8px\">{said}</text>",
                BAR - 1.0,
                color(at),
                escaped(name),
                LABEL + wide + 4.0,
                y + BAR - 2.0,
            );
        }
    }
    out.push_str("</svg>\n");
}

fn color(at: usize) -> &'static str {
    COLORS[at % COLORS.len()]
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_and_every_bar_is_there() {
        let plot = Plot {
            title: "a < b".into(),
            labels: vec!["<script>".into(), "two".into()],
            shares: vec![vec![0.25, 0.75], vec![1.0, 0.0]],
        };
        let page = page("Pools & more", &["x\"y".into(), "z".into()], &[plot]);
        assert!(
            !page.contains("<script") && page.contains("&lt;script&gt;") && page.contains("Pools &amp; more")
        );
        assert_eq!(page.matches("<rect").count(), 4);
        assert!(page.contains("75.0 %"));
    }
}
