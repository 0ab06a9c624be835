//! `toolwright diversity`: how varied and how coherent datasets are, a column each, at equal size.

use std::io::Write;
use std::path::Path;

use anyhow::Result;
use serde_json::{Map, Value, json};
use toolwright_core::seed::Seed;
use toolwright_verify::diversity::{MEASURES, Measure, Sample, Set, Size, Unit, draw};

use crate::Exit;
use crate::args;
use crate::data::Dataset;
use crate::talk::{self, say};

/// A dataset's sample.
struct Column {
    name: String,
    read: usize,
    unreadable: usize,
    set: Set,
}

pub(crate) fn run(args: &args::Diversity) -> Result<Exit> {
    let data = args
        .data
        .iter()
        .map(|path| Ok((path, Dataset::open(path, args.format.as_deref())?)))
        .collect::<Result<Vec<_>>>()?;
    let columns =
        data.iter().map(|(path, data)| column(args, path, data)).collect::<Result<Vec<Column>>>()?;
    let size = size(args, &columns);
    if args.json {
        talk::json(&summary(args, &columns, &size))?;
    } else {
        writeln!(std::io::stdout(), "{}", talk::table(&rows(&columns, &size)))?;
    }
    if !args.quiet {
        tell(args, &columns, &size);
    }
    Ok(if columns.iter().any(|column| column.unreadable > 0) { Exit::Found } else { Exit::Done })
}

fn column(args: &args::Diversity, path: &Path, data: &Dataset) -> Result<Column> {
    let mut sample = Sample::new(usize::try_from(args.n).unwrap_or(usize::MAX));
    let mut unreadable = 0;
    let seed = Seed::new(args.seed);
    data.each(
        args.threads,
        |row| row.dialog.map(|dialog| draw(seed, dialog)).map_err(|why| (row.place, why)),
        |drawn| {
            match drawn {
                Ok(drawn) => sample.put(drawn),
                Err((place, why)) => {
                    unreadable += 1;
                    if unreadable <= 5 && !args.quiet {
                        say(&format!("{}:{place}: {why}", path.display()));
                    }
                }
            }
            Ok(())
        },
    )?;
    if unreadable > 5 && !args.quiet {
        say(&format!("… and {} more rows that cannot be read", unreadable - 5));
    }
    let read = sample.seen();
    Ok(Column {
        name: super::tools::short(&path.display().to_string()),
        read,
        unreadable,
        set: sample.read(),
    })
}

/// The size at which the columns are compared: what the smallest has, but for the words that are asked for.
fn size(args: &args::Diversity, columns: &[Column]) -> Size {
    let smallest = columns.iter().map(|column| column.set.size()).reduce(Size::or_less);
    let smallest = smallest.unwrap_or(Size { turns: 0, words: 0, all_words: 0 });
    match args.words.map(|words| usize::try_from(words).unwrap_or(usize::MAX)) {
        Some(words) => Size { words, all_words: words, ..smallest },
        None => smallest,
    }
}

fn rows(columns: &[Column], size: &Size) -> Vec<Vec<String>> {
    let row = |label: &str, cell: &dyn Fn(&Column) -> String| {
        std::iter::once(label.to_owned()).chain(columns.iter().map(cell)).collect::<Vec<String>>()
    };
    let mut rows = vec![row("", &|column| column.name.clone())];
    rows.push(row("dialogs read", &|column| column.read.to_string()));
    rows.push(row("dialogs measured", &|column| column.set.dialogs().to_string()));
    rows.push(row("user turns, later ones", &|column| {
        format!("{}, {}", column.set.size().turns, column.set.later_turns())
    }));
    rows.push(row("words of the user, of all", &|column| {
        format!("{}, {}", column.set.size().words, column.set.size().all_words)
    }));
    let measured =
        |measure: &Measure| row(measure.says, &|column| shown((measure.of)(&column.set, size), measure.unit));
    rows.extend(MEASURES.iter().map(measured));
    rows
}

fn shown(value: Option<f64>, unit: Unit) -> String {
    value.map_or_else(|| "-".to_owned(), |value| unit.written(value))
}

fn summary(args: &args::Diversity, columns: &[Column], size: &Size) -> Value {
    let sized = |size: &Size| json!({ "user_turns": size.turns, "user_words": size.words, "all_words": size.all_words });
    let column = |(column, path): (&Column, &std::path::PathBuf)| {
        let measures: Map<String, Value> = MEASURES
            .iter()
            .map(|measure| (measure.id.to_owned(), json!((measure.of)(&column.set, size))))
            .collect();
        json!({
            "data": path.display().to_string(),
            "read": column.read,
            "unreadable": column.unreadable,
            "dialogs": column.set.dialogs(),
            "later_turns": column.set.later_turns(),
            "has": sized(&column.set.size()),
            "measures": measures,
        })
    };
    let sets: Vec<Value> = columns.iter().zip(&args.data).map(column).collect();
    json!({ "n": args.n, "seed": args.seed, "at": sized(size), "sets": sets })
}

fn tell(args: &args::Diversity, columns: &[Column], size: &Size) {
    say(&format!(
        "H, D-3 and distinct words over the first {} words of the user, {} of all; openings and repetitions over the first {} user turns",
        size.words, size.all_words, size.turns
    ));
    for column in columns {
        let (name, has) = (&column.name, column.set.size());
        if (column.set.dialogs() as u64) < args.n {
            let (dialogs, n) = (column.set.dialogs(), args.n);
            say(&format!("{name}: {dialogs} dialogs, fewer than the {n} asked for; all are measured"));
        }
        if has.words < size.words || has.all_words < size.all_words {
            say(&format!(
                "{name}: {} words of the user and {} of all, fewer than the {} asked for; what needs more is left open",
                has.words, has.all_words, size.words
            ));
        }
    }
}
