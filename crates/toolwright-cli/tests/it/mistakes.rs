//! Mistakes: every message says where, what was found, what was expected, what to do next.

use std::io::Write;
use std::process::Stdio;

use crate::{ends, read, says, scratch, toolwright, write};

#[test]
fn files_that_are_not_there() {
    let dir = scratch();
    for args in [
        &["verify", "no.jsonl"][..],
        &["synth", "--tools", "no.jsonl"],
        &["tools", "import", "no.jsonl"],
        &["tools", "stats", "no.jsonl"],
    ] {
        let talk = says(dir.path(), args, 2);
        assert!(talk.contains("no.jsonl: there is no such file or folder; check the path"), "{talk}");
    }
    let talk = says(dir.path(), &["synth", "--recipe", "toolace-ofline"], 2);
    assert!(talk.contains("did you mean `toolace-offline`?"), "{talk}");
}

#[test]
fn names_that_are_mistyped() {
    let dir = scratch();
    assert!(says(dir.path(), &["synth", "--seeed", "3"], 2).contains("'--seed'"));
    assert!(
        says(dir.path(), &["verify", ".", "--rules", "unkown-tool"], 2)
            .contains("did you mean `unknown-tool`?")
    );
    assert!(
        says(dir.path(), &["export", ".", "--format", "toolacee", "-o", "x"], 2)
            .contains("did you mean `toolace`?")
    );
    let export = ["export", ".", "--format", "toolace", "--tools-as", "markdwon", "-o", "x"];
    assert!(says(dir.path(), &export, 2).contains(
        "--tools-as: no tool notation is called `markdwon`; did you mean `markdown`? There are: json, yaml, xml, markdown"
    ));
    let export = ["export", ".", "--format", "openai", "--tools-as", "xml", "-o", "x"];
    assert!(says(dir.path(), &export, 2).contains(
        "--tools-as: rows of `openai` hold the tools as data, not as text; leave it out, or export to toolace"
    ));
    assert!(says(dir.path(), &["export", ".", "--format", "api-bank", "-o", "x"], 2).contains(
        "--format: rows of `api-bank` are only read, not written; export to one of toolwright, toolace, hermes, sharegpt, \
         ms-swift, trl-dpo, axolotl, trl, openai"
    ));
    write(dir.path(), "my.toml", "seed = 3\n[dialog.kinds]\nsingel = 1.0\n");
    let talk = says(dir.path(), &["synth", "--recipe", "my.toml"], 2);
    assert!(talk.contains("my.toml:3: no key is called `singel` here; did you mean `single`?"), "{talk}");
}

#[test]
fn documents_that_are_broken() {
    let dir = scratch();
    write(dir.path(), "broken.yaml", "openapi: 3.0.0\npaths:\n  /a: [unclosed\n");
    let talk = says(dir.path(), &["synth", "--tools", "broken.yaml"], 2);
    assert!(talk.contains("broken.yaml") && talk.contains("line"), "{talk}");
    write(dir.path(), "cycle.yaml", CYCLE);
    ends(dir.path(), &["synth", "--tools", "cycle.yaml", "--n", "20", "-q", "--out", "cycle"], 0);
    write(dir.path(), "empty.yaml", "openapi: 3.0.0\ninfo: {title: x, version: '1'}\npaths: {}\n");
    let talk = says(dir.path(), &["synth", "--tools", "empty.yaml"], 2);
    assert!(talk.contains("empty.yaml"), "{talk}");
}

const CYCLE: &str = r##"openapi: 3.0.0
info: {title: Trees, version: '1'}
paths:
  /trees:
    post:
      operationId: plantTree
      summary: Plant a tree
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Tree'}
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Tree'}
components:
  schemas:
    Tree:
      type: object
      required: [species]
      properties:
        species: {type: string, example: oak}
        parent: {$ref: '#/components/schemas/Tree'}
        children: {type: array, items: {$ref: '#/components/schemas/Tree'}}
"##;

#[test]
fn a_document_of_ten_thousand_operations() {
    let dir = scratch();
    let mut text =
        String::from("{\"openapi\":\"3.0.0\",\"info\":{\"title\":\"Big\",\"version\":\"1\"},\"paths\":{");
    for at in 0..10_000 {
        let comma = if at == 0 { "" } else { "," };
        text.push_str(&format!(
            "{comma}\"/things{at}/{{id}}\":{{\"get\":{{\"operationId\":\"getThing{at}\",\"summary\":\"Get thing {at}\",\"parameters\":[{{\"name\":\"id\",\"in\":\"path\",\"required\":true,\"schema\":{{\"type\":\"string\"}}}}],\"responses\":{{\"200\":{{\"description\":\"ok\"}}}}}}}}"
        ));
    }
    text.push_str("}}");
    write(dir.path(), "big.json", &text);
    let out =
        ends(dir.path(), &["synth", "--tools", "big.json", "--n", "50", "--json", "-q", "--out", "big"], 0);
    assert!(out.contains("\"accepted\":50"), "{out}");
}

#[test]
fn folders_that_cannot_be_written() {
    let dir = scratch();
    write(dir.path(), "file", "");
    let talk = says(dir.path(), &["synth", "--n", "5", "-q", "--out", "file/run"], 2);
    assert!(talk.contains("file/run") && !talk.contains("panicked"), "{talk}");
    let talk = says(dir.path(), &["tools", "import", "cycle.yaml", "-o", "x"], 2);
    assert!(talk.contains("cycle.yaml"), "{talk}");
    ends(dir.path(), &["synth", "--n", "5", "-q", "--out", "run"], 0);
    let talk = says(dir.path(), &["export", "run", "--format", "openai", "-o", "file/out.jsonl"], 2);
    assert!(talk.contains("file/out.jsonl: cannot be written"), "{talk}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said() {
    let dir = scratch();
    ends(dir.path(), &["synth", "--n", "50", "-q", "--out", "run"], 0);
    let talk = says(dir.path(), &["export", "run", "--format", "openai", "-o", "/dev/full"], 2);
    assert!(talk.contains("/dev/full: cannot be written") && talk.contains("No space left"), "{talk}");
}

#[test]
fn kinds_that_the_tools_cannot_serve() {
    let dir = scratch();
    write(
        dir.path(),
        "one.json",
        r#"[{"name": "ping", "description": "Checks the server.", "parameters": {"type": "object", "properties": {}}}]"#,
    );
    write(dir.path(), "own.toml", "[dialog.kinds]\ndependent = 1.0\nsingle = 1.0\n");
    let talk = says(dir.path(), &["synth", "--recipe", "own.toml", "--tools", "one.json", "--out", "x"], 2);
    assert!(talk.contains("the tools cannot serve the kinds dependent"), "{talk}");
    let talk = says(dir.path(), &["synth", "--tools", "one.json", "--n", "40", "--out", "y"], 0);
    assert!(talk.contains("their share goes to the others"), "{talk}");
}

#[test]
fn values_of_a_recipe_that_make_no_sense() {
    let dir = scratch();
    for (text, told) in [
        ("n = 3\n[dialog]\ncandidates = [9, 0]\n", "my.toml:3: dialog.candidates is [9, 0]; expected"),
        ("[dialog]\nturns = [0, 0]\n", "my.toml:2: dialog.turns is [0, 0]; expected"),
        ("[dialog]\nturns = [200, 255]\n", "my.toml:2: dialog.turns is [200, 255]; expected"),
        ("[dialog]\ntries = 0\n", "my.toml:2: dialog.tries is 0; expected 1 to"),
        ("[dialog]\nsystem = 2.0\n", "my.toml:2: dialog.system is 2; expected a share from 0 to 1"),
        ("[dialog]\nsystem = nan\n", "my.toml:2: dialog.system is NaN"),
        (
            "[dialog.kinds]\nmulti = 1\nsingle = -1.0\n",
            "my.toml:3: dialog.kinds.single is -1; expected a weight",
        ),
        ("[dialog.kinds]\nsingle = 1e308\n", "my.toml:2: dialog.kinds.single is 1"),
        ("[dialog.kinds]\nsingle = 0.0\n", "my.toml:1: every weight under dialog.kinds is 0"),
        ("[verify]\nrules = []\n", "my.toml:2: verify.rules is an empty list"),
        ("name = \"a\\nb\"\n", "my.toml:1: name is \"a\\nb\"; expected one line"),
        ("tools = [\"\"]\n", "my.toml:1: tools holds an empty path"),
        ("seed = -1\n", "my.toml:1: "),
    ] {
        write(dir.path(), "my.toml", text);
        let talk = says(dir.path(), &["synth", "--recipe", "my.toml", "--n", "3"], 2);
        assert!(talk.contains(told), "{text}{talk}");
    }
    assert!(!dir.path().join("runs").exists(), "a refused recipe leaves nothing behind");
}

#[test]
fn numbers_that_are_no_counts() {
    let dir = scratch();
    assert!(says(dir.path(), &["synth", "--n", "-1"], 2).contains("'-1' for '--n <N>'"));
    for seed in ["-1", "18446744073709551615"] {
        let talk = says(dir.path(), &["synth", "--seed", seed], 2);
        assert!(talk.contains(&format!("{seed}' for '--seed <SEED>'")) || talk.contains(seed), "{talk}");
    }
    let talk = says(dir.path(), &["synth", "--n", "0", "--out", "none"], 0);
    assert!(talk.contains("no indices to make") && !talk.contains("finished before"), "{talk}");
}

#[test]
fn what_is_read_is_never_written_over() {
    let dir = scratch();
    let row = "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"tools\":[]}\n";
    let tool = "[{\"name\":\"ping\",\"description\":\"Pings.\",\"parameters\":{}}]";
    write(dir.path(), "data.jsonl", row);
    write(dir.path(), "tools.json", tool);
    for args in [
        &["export", "data.jsonl", "--format", "openai", "-o", "./data.jsonl"][..],
        &["verify", "data.jsonl", "-o", "data.jsonl"],
        &["tools", "import", "tools.json", "-o", "./tools.json"],
    ] {
        let talk = says(dir.path(), args, 2);
        assert!(talk.contains("the output is the input"), "{talk}");
    }
    assert_eq!(read(dir.path().join("data.jsonl")), row.as_bytes());
    assert_eq!(read(dir.path().join("tools.json")), tool.as_bytes());
}

#[test]
fn datasets_that_cannot_be_read() {
    let dir = scratch();
    write(dir.path(), "cut.json", "[\n  {\"messages\": [],\n");
    let talk = says(dir.path(), &["verify", "cut.json"], 1);
    assert!(talk.contains("cut.json:1: the list ends in the middle, without its `]`"), "{talk}");
    std::fs::write(dir.path().join("data.jsonl.zip"), b"PK\x03\x04").expect("a writable folder");
    let talk = says(dir.path(), &["verify", "data.jsonl.zip"], 2);
    assert!(talk.contains("this is a zip file") && talk.contains("unpack it first"), "{talk}");
    std::fs::write(dir.path().join("data.jsonl.gz"), b"\x1f\x8b\x08\x00").expect("a writable folder");
    let talk = says(dir.path(), &["verify", "data.jsonl.gz"], 2);
    assert!(talk.contains("data.jsonl.gz: cannot be read"), "{talk}");
    write(dir.path(), "cut.jsonl", "{\"messages\":[{\"ro\n");
    let talk = says(dir.path(), &["verify", "cut.jsonl"], 1);
    assert!(talk.contains("cut.jsonl:1: not JSON: EOF while parsing a string at column"), "{talk}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_list_through_a_pipe_is_read() {
    let dir = scratch();
    let mut child = toolwright(dir.path(), &["verify", "/dev/stdin", "--json", "-q"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut input = child.stdin.take().expect("it is piped");
    input.write_all(b"[[]\n, {}]\n").expect("the program reads");
    drop(input);
    let output = child.wait_with_output().expect("the child is ours");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("\"unreadable\":2"));
}

#[test]
fn documents_without_a_tool() {
    let dir = scratch();
    write(
        dir.path(),
        "none.json",
        r#"{"openapi":"3.0.0","info":{"title":"T","version":"1"},"paths":{"/a":{}}}"#,
    );
    let talk = says(dir.path(), &["tools", "import", "none.json", "-o", "tools.jsonl"], 2);
    assert!(talk.contains("none.json: no tool was found; expected"), "{talk}");
    assert!(!dir.path().join("tools.jsonl").exists());
    let talk = says(dir.path(), &["synth", "--tools", "none.json"], 2);
    assert!(talk.contains("none.json: no tool was found; expected"), "{talk}");
}
