//! Python files, small ones.

use serde_json::{Value, json};
use toolwright_core::Tool;

use super::super::{Imported, import_bytes};

fn import(text: &str) -> Imported {
    import_bytes("my_tools.py", text.as_bytes()).expect("a file with functions")
}

fn only(text: &str) -> Tool {
    let mut imported = import(text);
    assert_eq!(imported.skipped, []);
    assert_eq!(imported.tools.len(), 1);
    let tool = imported.tools.pop().expect("a tool");
    tool.arguments_checker().expect("the parameters compile");
    tool.returns_checker().transpose().expect("the result compiles");
    tool
}

fn reasons(imported: &Imported) -> Vec<String> {
    imported.skipped.iter().map(|skipped| format!("{}: {}", skipped.operation, skipped.reason)).collect()
}

/// The schema of a parameter with this annotation, after these lines.
fn typed(before: &str, annotation: &str) -> Value {
    let tool = only(&format!("{before}\ndef f(x: {annotation}): ..."));
    tool.parameters["properties"]["x"].clone()
}

#[test]
fn a_function_is_a_tool() {
    let tool = only(
        r#"
from typing import Literal, Optional
LIMIT = 10

async def find_flights(city: str, days: int = LIMIT, kind: Literal["direct", "any"] = "any", *, near: Optional[float] = None,
                       tags: list[str] = [], plain="x") -> dict[str, float]:
    """Finds *flights* to a city.

    It looks everywhere.

    Args:
        city: The city, for example `Oslo`.
        days (str): How many days.
        plain (str, optional): A word.

    Returns:
        The prices by airline.
    """
    raise NotImplementedError
"#,
    );
    assert_eq!(tool.name, "find_flights");
    assert_eq!(tool.description, "Finds flights to a city. It looks everywhere.");
    assert_eq!(tool.meta.summary.as_deref(), Some("Finds flights to a city."));
    assert_eq!(tool.meta.operation.as_deref(), Some("find_flights"));
    assert_eq!(
        (tool.meta.source.as_deref(), tool.meta.domain.as_deref()),
        (Some("my_tools.py"), Some("my-tools"))
    );
    let expected = json!({
        "city": { "type": "string", "description": "The city, for example Oslo." },
        "days": { "type": "integer", "description": "How many days.", "default": 10 },
        "kind": { "type": "string", "enum": ["direct", "any"], "default": "any" },
        "near": { "type": ["number", "null"], "default": null },
        "tags": { "type": "array", "items": { "type": "string" }, "default": [] },
        "plain": { "type": "string", "description": "A word.", "default": "x" },
    });
    assert_eq!(tool.parameters["properties"], expected);
    assert_eq!(tool.required().collect::<Vec<_>>(), ["city"]);
    let returns = json!({ "type": "object", "additionalProperties": { "type": "number" }, "description": "The prices by airline." });
    assert_eq!(tool.returns, Some(returns));
    assert_eq!(tool.meta.hints.parameters["/city"].examples, ["Oslo"]);
}

#[test]
fn annotations_become_schemas() {
    let text = json!({ "type": "string" });
    let cases = [
        ("Any", json!({})),
        ("t.List[int]", json!({ "type": "array", "items": { "type": "integer" } })),
        ("set[str]", json!({ "type": "array", "uniqueItems": true, "items": text })),
        ("tuple[int, ...]", json!({ "type": "array", "items": { "type": "integer" } })),
        ("tuple[str, str]", json!({ "type": "array", "items": text, "minItems": 2, "maxItems": 2 })),
        (
            "tuple[str, int]",
            json!({ "type": "array", "prefixItems": [text, { "type": "integer" }], "minItems": 2, "maxItems": 2 }),
        ),
        (
            "dict[str, list[bool]]",
            json!({ "type": "object", "additionalProperties": { "type": "array", "items": { "type": "boolean" } } }),
        ),
        ("dict", json!({ "type": "object" })),
        ("int | str | None", json!({ "type": ["integer", "string", "null"] })),
        ("None | int", json!({ "type": ["integer", "null"] })),
        ("Optional[Union[int, str]]", json!({ "type": ["integer", "string", "null"] })),
        ("Union[list[int], None]", json!({ "type": ["array", "null"], "items": { "type": "integer" } })),
        ("Optional[Literal[1, 2]]", json!({ "type": ["integer", "null"], "enum": [1, 2, null] })),
        (
            "Union[list[int], str]",
            json!({ "anyOf": [{ "type": "array", "items": { "type": "integer" } }, text] }),
        ),
        ("Literal['a', 1]", json!({ "enum": ["a", 1] })),
        ("datetime.date", json!({ "type": "string", "format": "date" })),
        ("datetime", json!({ "type": "string", "format": "date-time" })),
        ("'list[\"int\"]'", json!({ "type": "array", "items": { "type": "integer" } })),
        (
            "Annotated[int, 'How many.', Field(ge=1, lt=9)]",
            json!({ "type": "integer", "description": "How many.", "minimum": 1, "exclusiveMaximum": 9 }),
        ),
        ("Annotated[str, Doc('A word.')]", json!({ "type": "string", "description": "A word." })),
    ];
    for (annotation, expected) in cases {
        assert_eq!(typed("", annotation), expected, "{annotation}");
    }
}

#[test]
fn types_of_the_same_file_are_put_in_place() {
    let before = r#"
class Unit(str, Enum):
    """The unit."""
    C = "celsius"
    F = "fahrenheit"

class Level(IntEnum):
    LOW = 1
    HIGH = auto()

Name = str
type Names = list[Name]
UserId = NewType("UserId", int)

@dataclass(frozen=True)
class Place:
    """A place.

    Attributes:
        name: Its name.
    """
    name: Name
    unit: Unit = Unit.C
    _hidden: int = 0
    count: ClassVar[int] = 0
    near: "list[Place]" = field(default_factory=list)

class Stay(Place):
    nights: int = Field(2, ge=1, description="How long.")
    level: Level = Level.HIGH
    since: Annotated[str, Field(alias="from")]

class Options(TypedDict, total=False):
    deep: Required[bool]
    wide: bool
    """Whether it is wide."""
"#;
    let enumerated =
        json!({ "type": "string", "enum": ["celsius", "fahrenheit"], "description": "The unit." });
    assert_eq!(typed(before, "Unit"), enumerated);
    assert_eq!(typed(before, "Level")["enum"], json!([1, 2]));
    assert_eq!(typed(before, "Names"), json!({ "type": "array", "items": { "type": "string" } }));
    assert_eq!(typed(before, "UserId"), json!({ "type": "integer" }));
    let options = json!({ "type": "object", "properties": {
        "deep": { "type": "boolean" }, "wide": { "type": "boolean", "description": "Whether it is wide." },
    }, "required": ["deep"] });
    assert_eq!(typed(before, "Options"), options);
    let tool = only(&format!("{before}\ndef f(stay: Stay, unit: Unit = Unit.F) -> Place: ..."));
    let stay = &tool.parameters["properties"]["stay"];
    assert_eq!(stay["required"], json!(["name", "from"]));
    let nights = json!({ "type": "integer", "description": "How long.", "minimum": 1, "default": 2 });
    assert_eq!(
        (&stay["properties"]["nights"], &stay["properties"]["level"]["default"]),
        (&nights, &json!(2))
    );
    assert_eq!(stay["properties"]["name"]["description"], "Its name.");
    assert_eq!(tool.parameters["properties"]["unit"]["default"], "fahrenheit");
    let checker = tool.arguments_checker().expect("the parameters compile");
    assert!(
        checker.accepts(&json!({ "stay": { "name": "Oslo", "from": "x", "near": [{ "name": "Moss" }] } }))
    );
    assert!(!checker.accepts(&json!({ "stay": { "name": "Oslo", "from": "x", "near": [{ "name": 3 }] } })));
}

#[test]
fn docstrings_stand_in_for_annotations() {
    let tool = only(
        r#"
def f(a, b, c=None, d=1):
    """Does it.

    :param a: The first.
    :type a: list of str or None, optional
    :param b: {'x', 'y'}
    :type b: {'x', 'y'}
    :param integer c: The third.
    :rtype: dict
    """
"#,
    );
    let expected = json!({
        "a": { "type": ["array", "null"], "items": { "type": "string" }, "description": "The first." },
        "b": { "type": "string", "enum": ["x", "y"], "description": "{'x', 'y'}" },
        "c": { "type": "integer", "description": "The third." },
        "d": { "default": 1 },
    });
    assert_eq!(
        (&tool.parameters["properties"], &tool.returns),
        (&expected, &Some(json!({ "type": "object" })))
    );
    assert_eq!(tool.required().collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn what_cannot_be_used_is_told() {
    let imported = import(
        r#"
import numpy as np

def _helper(): ...

def mean(values: np.ndarray, ctx: Context, *rest, _cache: dict = {}, **options) -> "pd.DataFrame":
    ...

class Box:
    @staticmethod
    def open_it(key: str) -> None: ...
    @classmethod
    def make(cls): ...
    def close(self): ...
    def __init__(self): ...

def twice(x: int): ...
def twice(x: str): ...
def method(self, x: "Box[") -> Box: ...
"#,
    );
    let names: Vec<_> = imported.tools.iter().map(|tool| tool.name.as_str()).collect();
    assert_eq!(names, ["mean", "box_open_it", "twice", "method"]);
    assert_eq!(imported.tools[0].description, "Mean.");
    assert_eq!(imported.tools[0].parameters["properties"], json!({ "values": {} }));
    assert_eq!(imported.tools[1].meta.operation.as_deref(), Some("Box.open_it"));
    assert_eq!(imported.tools[2].parameters["properties"]["x"], json!({ "type": "string" }));
    let expected = [
        "line 9, Box: 2 methods (`make`, `close`) need an object or the class; static ones do not",
        "line 17, twice: it is defined again in line 18, and the last definition counts",
        ": 1 functions (`_helper`): their names say that they are private",
        "line 6, mean: `values`: the type `np.ndarray` is not known; it is kept without a type there",
        "line 6, mean: `ctx` is passed in by the framework (`Context`); it is left out",
        "line 6, mean: `_cache` is private and may be left out; it is",
        "line 6, mean: `*rest` takes values without names; it is left out",
        "line 6, mean: `**options` takes any names; it is left out",
        "line 6, mean: the result: the type `pd.DataFrame` is not known; it is kept without a type there",
        "line 19, method: `self` is an object or a class; it is left out",
        "line 19, method: `x`: the type `\"Box[\"` is not known; it is kept without a type there",
        "line 19, method: the result: the type `Box` is not known; it is kept without a type there",
    ];
    assert_eq!(reasons(&imported), expected);
}

#[test]
fn a_mistake_loses_little() {
    let imported =
        import("def one(x: int): ...\n\ndef two(: ...\n\nx = = 3\n\ndef three(y: str):\n    print 'old'\n");
    let names: Vec<_> = imported.tools.iter().map(|tool| tool.name.as_str()).collect();
    assert!(names.contains(&"one") && names.contains(&"three"), "{names:?}");
    assert!(
        reasons(&imported)[0].starts_with("line 3: the file is no Python here: "),
        "{:?}",
        reasons(&imported)
    );
}

fn refusal(text: &str) -> String {
    import_bytes("a.py", text.as_bytes()).map(|_| ()).expect_err("the file is refused").to_string()
}

#[test]
fn files_without_functions_are_refused() {
    assert!(refusal("x = 1\n").starts_with("a.py: the file has no function at its top level"));
    assert!(refusal("  \n").starts_with("a.py: the file is empty"));
}

#[test]
fn deep_texts_are_refused_and_wide_ones_read() {
    let deep = [
        format!("x = {}1{}", "(".repeat(10_000), ")".repeat(10_000)),
        format!("x = {}1", "-".repeat(100_000)),
        format!("x = {}1", "not ".repeat(100_000)),
        format!("x = {}1", "lambda: ".repeat(100_000)),
        format!("x = a{}", ".b".repeat(100_000)),
        format!("x = f{}", "()".repeat(100_000)),
        format!("x = {}1", "1 if y else ".repeat(100_000)),
        format!("x = {}1", "1 ** ".repeat(100_000)),
        format!("x = {}", vec!["1"; 100_000].join(" | ")),
        format!("x = {}{}", "f'{".repeat(10_000), "1"),
        (0..400).map(|n| format!("{}if x:\n", " ".repeat(n))).collect::<String>(),
        format!("{}: pass", "if x: ".repeat(100_000)),
        format!("@{}\ndef f(): ...", "a.".repeat(100_000)),
    ];
    for text in deep {
        let why = refusal(&text);
        assert!(why.contains(" deep") || why.contains("no function"), "{why}");
    }
    let wide = format!("x = [{}]\ndef f(x: int): ...", "-1, ".repeat(100_000));
    assert_eq!(import(&wide).tools.len(), 1);
    // As deep as is read, and in every place where it is looked at.
    let steps = "-".repeat(590);
    let union = vec!["int"; 590].join(" | ");
    let brackets = format!("{}int{}", "list[".repeat(190), "]".repeat(190));
    for text in [
        format!("def f(x: int = {steps}1): ..."),
        format!("def f(x: {union}): ..."),
        format!("def f(x: {brackets}): ..."),
        format!("def f(x: '{union}'): ..."),
        format!("A = {union}\ndef f(x: A): ..."),
    ] {
        assert_eq!(import(&text).tools.len(), 1, "{text}");
    }
}

#[test]
fn types_that_turn_in_circles_end() {
    let circles = [
        "A = list['A']",
        "A = dict[str, 'A'] | list['A'] | str",
        "class A(TypedDict):\n    a: 'A'",
        "class A(B): ...\nclass B(A, BaseModel):\n    x: int",
        "class A(Enum):\n    X = A.X\n    Y = B.Y\nclass B(Enum):\n    Y = A.Y\n    Z = 1",
    ];
    for circle in circles {
        let imported = import(&format!("{circle}\ndef f(x: A): ..."));
        assert_eq!(imported.tools.len(), 1, "{circle}: {:?}", imported.skipped);
    }
    for endless in ["A = A", "A = 'B'\nB = Optional[A]"] {
        let imported = import(&format!("{endless}\ndef f(x: A): ..."));
        assert!(reasons(&imported)[0].contains("without end"), "{:?}", imported.skipped);
    }
    let doubling: String =
        (1..60).map(|n| format!("A{n} = tuple[A{0}, A{0}, int]\nV{n} = [V{0}, V{0}]\n", n - 1)).collect();
    let imported = import(&format!("A0 = str\nV0 = 1\n{doubling}def f(x: A59 = V59): ..."));
    assert!(imported.tools[0].parameters.to_string().len() < 200_000);
}

proptest::proptest! {
    #[test]
    fn any_text_is_survived(text in "((async )?def f\\(|class A\\(Enum\\):|@dataclass|\"\"\"|Args:|[a-cx:=,()\\[\\]{}'\"|*\\-.1 \n\t]){0,60}") {
        drop(import_bytes("any.py", text.as_bytes()));
    }
}
