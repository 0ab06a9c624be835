//! Plots as inline SVG: bars that lie, columns that stand, and a curve over ranks.
//!
//! Widths are shares of the place that a plot is given and heights are pixels, so text keeps its size on a narrow screen and there
//! is nothing to recompute. Every bar says its number; there are no axes to read values off. What a plot shows is also in its
//! label, for who cannot see it.

use std::fmt::Write;

use crate::escape::Escaped;

/// One bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Its length, in any unit, not negative.
    pub size: f64,
    /// The number beside it.
    pub said: String,
    /// What stands behind the number, dimmed; may be empty.
    pub aside: String,
}

/// The bars of one label, one for each series.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// What they are of.
    pub label: String,
    /// One for each series.
    pub bars: Vec<Bar>,
}

/// A figure: a caption and a drawing.
///
/// - `id`: names the figure in the page; our own, not from data.
/// - `note`: a second, dimmed line; may be empty.
/// - `drawing`: HTML, as the functions here give it.
///
/// ```
/// use toolwright_view::plot::{Bar, Group, bars, figure};
/// let bar = Bar { size: 3.0, said: "3".into(), aside: String::new() };
/// let drawing = bars(&["run".into()], &[Group { label: "<single>".into(), bars: vec![bar] }]);
/// assert!(figure("kinds", "Kinds", "", &drawing).contains("&lt;single&gt;"));
/// ```
pub fn figure(id: &str, title: &str, note: &str, drawing: &str) -> String {
    let note = if note.is_empty() { String::new() } else { format!("<small>{}</small>", Escaped(note)) };
    format!(
        "<figure class=\"plot\" id=\"plot-{}\"><figcaption>{}{note}</figcaption>\n{drawing}</figure>\n",
        Escaped(id),
        Escaped(title)
    )
}

/// The height of a bar, and of what is around the bars of a label.
const BAR: f64 = 12.0;
const GAP: f64 = 6.0;
/// About how wide a plot is, and a letter: enough to find out how much room labels need.
const WIDE: f64 = 330.0;
const LETTER: f64 = 6.4;
/// Letters of a label; a longer one is cut, and whole when pointed at.
const LONGEST: usize = 26;

/// Bars that lie below one another, each group with its label in front.
///
/// - `series`: the name of every series, as many as each group has bars.
pub fn bars(series: &[String], groups: &[Group]) -> String {
    let all = || groups.iter().flat_map(|group| &group.bars);
    let most = all().map(|bar| bar.size).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    let letters = |text: &str| text.chars().count();
    let label = groups.iter().map(|group| letters(&group.label).min(LONGEST)).max().unwrap_or_default();
    let number =
        all().map(|bar| letters(&bar.said) + letters(&bar.aside) + usize::from(!bar.aside.is_empty())).max();
    // In percent of the width: labels, bars, numbers.
    let left = (100.0 * (label as f64 * LETTER + 8.0) / WIDE).clamp(8.0, 54.0);
    let right = 100.0 * (number.unwrap_or_default() as f64 * LETTER + 6.0) / WIDE;
    let room = (98.0 - left - right).max(10.0);
    let height = BAR * series.len().max(1) as f64 + GAP;
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<svg role=\"img\" aria-label=\"{}\" height=\"{}\">",
        Escaped(&told(series, groups)),
        height * groups.len() as f64
    );
    for (row, group) in groups.iter().enumerate() {
        let top = height * row as f64;
        let middle = top + (height - GAP) / 2.0 + 4.0;
        let _ = write!(
            out,
            "<text y=\"{middle}\">{}<title>{}</title></text>",
            Escaped(&cut(&group.label)),
            Escaped(&group.label)
        );
        for (at, bar) in group.bars.iter().enumerate() {
            let wide = room * bar.size / most;
            let y = top + BAR * at as f64;
            if bar.size > 0.0 {
                let _ = write!(
                    out,
                    "<rect class=\"bar s{}\" x=\"{left:.2}%\" y=\"{}\" width=\"{:.3}%\" height=\"{}\"><title>{}</title></rect>",
                    at % 8,
                    y + 2.0,
                    wide.max(0.2),
                    BAR - 4.0,
                    Escaped(series.get(at).map_or("", String::as_str)),
                );
            }
            let _ = write!(
                out,
                "<text x=\"{:.3}%\" dx=\"5\" y=\"{}\">{} <tspan class=\"dim\">{}</tspan></text>",
                left + wide,
                y + BAR - 2.0,
                Escaped(&bar.said),
                Escaped(&bar.aside)
            );
        }
        out.push('\n');
    }
    out.push_str("</svg>\n");
    out
}

fn cut(label: &str) -> String {
    match label.char_indices().nth(LONGEST) {
        Some(_) => label.chars().take(LONGEST - 1).chain(['…']).collect(),
        None => label.to_owned(),
    }
}

/// A plot in words.
fn told(series: &[String], groups: &[Group]) -> String {
    let group = |group: &Group| {
        let bars = group.bars.iter().enumerate().map(|(at, bar)| match series {
            [] | [_] => bar.said.clone(),
            _ => format!("{} {}", series.get(at).map_or("", String::as_str), bar.said),
        });
        format!("{}: {}", group.label, bars.collect::<Vec<_>>().join(", "))
    };
    groups.iter().map(group).collect::<Vec<_>>().join("; ")
}

/// The height of the tallest column.
const TALL: f64 = 96.0;

/// Columns that stand side by side, for what has an order: each with its share of all, in percent, on top and its label below.
///
/// - `columns`: label and count.
///
/// ```
/// let drawing = toolwright_view::plot::columns(&[("1".into(), 3), ("2".into(), 1)]);
/// assert_eq!(drawing.matches("<rect").count(), 2);
/// assert!(drawing.contains(">75<"));
/// ```
pub fn columns(columns: &[(String, u64)]) -> String {
    let all: u64 = columns.iter().map(|(_, count)| count).sum();
    let most = columns.iter().map(|(_, count)| *count).max().unwrap_or_default().max(1);
    let step = 100.0 / columns.len().max(1) as f64;
    let (top, bottom) = (14.0, TALL + 14.0);
    let percent = |count: u64| 100.0 * count as f64 / all.max(1) as f64;
    let words: Vec<String> =
        columns.iter().map(|(label, count)| format!("{label}: {}", share(percent(*count)))).collect();
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<svg role=\"img\" aria-label=\"in percent: {}\" height=\"{}\">",
        Escaped(&words.join("; ")),
        bottom + 18.0
    );
    // Labels that would touch one another are left out, the last one never.
    let widest = columns.iter().map(|(label, _)| label.chars().count()).max().unwrap_or_default();
    let every = ((widest as f64 * LETTER + 4.0) / (WIDE * step / 100.0)).ceil().max(1.0) as usize;
    for (at, (label, count)) in columns.iter().enumerate() {
        let (x, middle) = (step * at as f64, step * (at as f64 + 0.5));
        if *count > 0 {
            let high = (TALL * *count as f64 / most as f64).max(1.0);
            let y = bottom - high;
            let _ = write!(
                out,
                "<rect class=\"bar\" x=\"{:.2}%\" y=\"{y:.1}\" width=\"{:.2}%\" height=\"{high:.1}\"><title>{}: {count}</title></rect>\
                 <text class=\"small dim\" text-anchor=\"middle\" x=\"{middle:.2}%\" y=\"{:.1}\">{}</text>",
                x + step * 0.14,
                step * 0.72,
                Escaped(label),
                (y - 4.0).max(top - 4.0),
                share(percent(*count)),
            );
        }
        let last = columns.len() - 1;
        if at == last || (at % every == 0 && last - at >= every) {
            let _ = writeln!(
                out,
                "<text text-anchor=\"middle\" x=\"{middle:.2}%\" y=\"{}\">{}</text>",
                bottom + 14.0,
                Escaped(label)
            );
        }
    }
    let _ =
        writeln!(out, "<line class=\"axis\" x1=\"0\" x2=\"100%\" y1=\"{bottom}\" y2=\"{bottom}\"/></svg>");
    out
}

/// A share in percent, as short as it can be said.
pub(crate) fn share(percent: f64) -> String {
    match percent {
        p if p >= 9.95 => format!("{p:.0}"),
        p if p >= 0.05 => format!("{p:.1}"),
        p if p > 0.0 => "<.1".into(),
        _ => "0".into(),
    }
}

/// How often things occur, by rank, both on logarithmic scales.
///
/// - `tally`: (times, how many things occur so often), in any order.
///
/// ```
/// let drawing = toolwright_view::plot::ranks(&[(1, 50), (30, 2)]);
/// assert!(drawing.contains("<path class=\"curve\""));
/// ```
pub fn ranks(tally: &[(u64, u64)]) -> String {
    let mut tally: Vec<(u64, u64)> =
        tally.iter().copied().filter(|(times, of)| *times > 0 && *of > 0).collect();
    tally.sort_unstable_by(|a, b| b.cmp(a));
    let things: u64 = tally.iter().map(|(_, of)| of).sum();
    let (Some((most, _)), true) = (tally.first().copied(), things > 0) else { return String::new() };
    let scaled =
        |value: u64, most: u64| if most > 1 { (value as f64).ln() / (most as f64).ln() } else { 0.0 };
    let mut path = String::new();
    let mut rank = 0;
    let mut drawn = (-1.0_f64, -1.0_f64);
    for (times, of) in &tally {
        let y = 100.0 - 100.0 * scaled(*times, most);
        for rank in [rank + 1, rank + of] {
            let x = 100.0 * scaled(rank, things);
            // Nearer than what can be seen.
            if (x - drawn.0).abs() + (y - drawn.1).abs() >= 0.2 {
                let _ = write!(path, "{}{x:.1} {y:.1}", if path.is_empty() { 'M' } else { 'L' });
                drawn = (x, y);
            }
        }
        rank += of;
    }
    let (wide, bottom) = (86.0, TALL + 14.0);
    let left = 98.0 - wide;
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<svg role=\"img\" aria-label=\"{things} things, the most frequent {most} times, the least {} times\" height=\"{}\">",
        tally.last().map_or(0, |(times, _)| *times),
        bottom + 18.0
    );
    for tick in ticks(most) {
        let y = 14.0 + TALL * (1.0 - scaled(tick, most));
        let _ = write!(
            out,
            "<line class=\"axis\" x1=\"{left}%\" x2=\"98%\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
             <text class=\"small dim\" text-anchor=\"end\" x=\"{left}%\" dx=\"-5\" y=\"{:.1}\">{}</text>",
            y + 3.5,
            grouped(tick)
        );
    }
    for tick in ticks(things) {
        let x = left + wide * scaled(tick, things);
        let anchor = if tick == things && tick > 1 { "end" } else { "middle" };
        let _ = write!(
            out,
            "<text class=\"small dim\" text-anchor=\"{anchor}\" x=\"{x:.2}%\" y=\"{}\">{}</text>",
            bottom + 14.0,
            grouped(tick)
        );
    }
    let _ = writeln!(
        out,
        "\n<svg x=\"{left}%\" y=\"14\" width=\"{wide}%\" height=\"{TALL}\" viewBox=\"0 0 100 100\" preserveAspectRatio=\"none\">\
         <path class=\"curve\" d=\"{path}\"/></svg></svg>"
    );
    out
}

/// Powers of ten that stand clear of a number on its logarithmic scale, and the number itself.
fn ticks(most: u64) -> Vec<u64> {
    let powers = std::iter::successors(Some(1_u64), |tick| tick.checked_mul(10));
    let clear = |tick: &u64| *tick == 1 || (*tick as f64).ln() < 0.84 * (most as f64).ln();
    let mut ticks: Vec<u64> = powers.take_while(clear).collect();
    if most > 1 {
        ticks.push(most);
    }
    ticks
}

/// A number with its thousands set apart.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(label: &str, sizes: &[f64]) -> Group {
        let bar = |size: &f64| Bar { size: *size, said: size.to_string(), aside: "of <2>".into() };
        Group { label: label.into(), bars: sizes.iter().map(bar).collect() }
    }

    #[test]
    fn bars_fill_their_room_and_none_is_drawn_for_nothing() {
        let drawing = bars(&["a".into(), "b".into()], &[group("<x>", &[4.0, 0.0]), group("y", &[2.0, 1.0])]);
        assert_eq!(drawing.matches("<rect").count(), 3);
        assert!(
            drawing.contains("&lt;x&gt;") && drawing.contains("of &lt;2&gt;") && !drawing.contains("<x>")
        );
        assert!(drawing.contains("aria-label=\"&lt;x&gt;: a 4, b 0; y: a 2, b 1\""), "{drawing}");
        assert!(!bars(&[], &[]).contains("NaN"));
    }

    #[test]
    fn columns_say_their_share() {
        let drawing = columns(&[("0".into(), 0), ("1".into(), 9995), ("2 or more".into(), 5)]);
        assert_eq!(drawing.matches("<rect").count(), 2);
        assert!(drawing.contains(">100<") && drawing.contains(">0.1<") && drawing.contains(">2 or more<"));
        assert!(!columns(&[]).contains("NaN"));
    }

    #[test]
    fn a_long_label_is_cut_and_whole_when_pointed_at() {
        let label = "an_api_that_nobody_could_name_in_fewer_words";
        let drawing = bars(&["a".into()], &[group(label, &[1.0])]);
        assert!(drawing.contains(">an_api_that_nobody_could_…<"), "{drawing}");
        assert!(drawing.contains(&format!("<title>{label}</title>")));
    }

    #[test]
    fn ranks_go_from_the_most_to_the_least_frequent() {
        let drawing = ranks(&[(1, 9), (100, 1), (0, 5)]);
        assert!(drawing.contains("d=\"M0.0 0.0L30.1 100.0L100.0 100.0\""), "{drawing}");
        assert!(drawing.contains("10 things, the most frequent 100 times, the least 1 times"));
        assert!(ranks(&[(3, 1)]).contains("<path") && ranks(&[]).is_empty());
        assert_eq!(ticks(1), [1]);
        assert_eq!(ticks(15), [1, 15]);
        assert_eq!(ticks(2340), [1, 10, 100, 2340]);
        assert_eq!(
            (grouped(7), grouped(1234), grouped(12_345_678)),
            ("7".into(), "1,234".into(), "12,345,678".into())
        );
    }
}
