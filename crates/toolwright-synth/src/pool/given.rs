//! Values that a person gives for parameters: what means something where tools run for real, such as files that exist.

use indexmap::IndexMap;
use serde_json::Value;
use toolwright_core::{Error, Result, Tool, nearest};

/// Lets these parameters have these values and no others.
///
/// - `values`: by `parameter`, for every tool that has it, or by `tool.parameter`, which comes first; `parameter/property` is within an object.
///
/// # Errors
/// No tool has a parameter of such a name, or a list is empty.
///
/// ```
/// use serde_json::json;
/// use toolwright_core::Tool;
/// use toolwright_synth::pool::give_values;
/// let schema = json!({"type": "object", "properties": {"path": {"type": "string"}}});
/// let mut tools = [Tool::new("read_file", "Reads a file.", schema)];
/// give_values(&mut tools, &[("path".to_owned(), vec![json!("/tmp/notes.txt")])].into_iter().collect())?;
/// let error = give_values(&mut tools, &[("pth".to_owned(), vec![json!("x")])].into_iter().collect()).unwrap_err();
/// assert_eq!(error.to_string(), "values: no tool has a parameter `pth`; did you mean `path`?");
/// # Ok::<(), toolwright_core::Error>(())
/// ```
pub fn give_values(tools: &mut [Tool], values: &IndexMap<String, Vec<Value>>) -> Result<()> {
    // The particular last, so that it stays.
    let (of_tools, of_all): (Vec<_>, Vec<_>) = values.iter().partition(|(key, _)| key.contains('.'));
    for (key, given) in of_all.into_iter().chain(of_tools) {
        if given.is_empty() {
            return Err(Error::new(format!(
                "values: `{key}` has no value; give at least one, or leave it out"
            )));
        }
        let (of, path) = key.rsplit_once('.').map_or((None, key.as_str()), |(of, path)| (Some(of), path));
        let name = path.split('/').next().unwrap_or_default();
        let mut found = false;
        for tool in tools.iter_mut().filter(|tool| of.is_none_or(|of| tool.name == of)) {
            if tool.properties().any(|(known, _)| known == name) {
                let hint = tool.meta.hints.parameters.entry(format!("/{path}")).or_default();
                (hint.examples, hint.only) = (given.clone(), true);
                found = true;
            }
        }
        if !found {
            let known = tools.iter().flat_map(|tool| {
                tool.properties().map(|(known, _)| match of {
                    Some(_) => format!("{}.{known}", tool.name),
                    None => known.to_owned(),
                })
            });
            let known: Vec<String> = known.collect();
            let near = nearest(key, known.iter().map(String::as_str));
            let meant = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Err(Error::new(format!("values: no tool has a parameter `{key}`{meant}")));
        }
    }
    Ok(())
}
