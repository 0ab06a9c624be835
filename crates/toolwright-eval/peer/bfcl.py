"""Drives the official Berkeley function-calling leaderboard scorer, `bfcl-eval==2026.3.23`.

Two commands, for Python 3.11:

* `bfcl.py score` reads cases from stdin, one JSON value a line, and answers each with one JSON line.
* `bfcl.py time DATA RESULTS MODEL [--turns]` times the official scoring of one model's results, of single-turn
  categories or, with `--turns`, of those with several turns.

What is stood in for
--------------------
The package declares some 6 GB of dependencies, yet its single-turn scoring needs only `tree-sitter==0.21.3`,
`tree-sitter-java==0.21.0`, `tree-sitter-javascript==0.21.4`, `filelock`, `mpmath`, `overrides` and `tqdm`. The others
come in because importing one model handler imports them all, each with the client library of its vendor. So
the packages named in `UNUSED_PACKAGES` may be missing: importing a missing one gives an inert `StandIn`. An
installed package is never replaced, and no package outside that list is stood in for.

No verdict can depend on a stand-in. The scoring path is `decode_ast` of a handler, `ast_parse` with its
parsers, `ast_checker` with its type converters, and the file helpers of `bfcl_eval.utils`; none of them uses
a listed package. Those serve only to query models (the vendor clients, `httpx`, `requests`, and `tenacity`,
whose decorator wraps the querying functions), to write prompts (`datamodel_code_generator`), to write the
leaderboard table (`numpy`, `pandas`), and to read settings when the package is started from its own command
line (`dotenv`).

Cases of `score`
----------------
* `{"decoder", "names", "category", "result", "function", "answer"}`: is this raw model result right? Answered
  by `{"valid": true}`, or by `{"valid": false, "error_type", "error", "decoded"}`, where `decoded` is the
  `repr` of the decoded value, or null where decoding failed. Relevance and irrelevance have no `answer`.
* `{"parse": text, "language": "python" | "java" | "javascript"}`: `ast_parse` of the text, as Python unless
  told otherwise.
* `{"convert": {"language": "java" | "javascript", "value", "type", "items"}}`: the type converter.
* `{"repr": value}` and `{"dumps": value}`: how Python itself writes the value.
* `{"turns": {"question", "answer", "category", "result"}}`: is this raw result of several turns right? Answered by
  `{"valid": true}` or `{"valid": false, "error_type"}`. Function calls as an API gives them.
* `{"agentic": {"question", "answer", "category", "result"}}`: the same of an agent's raw result.
* `{"world": {"classes", "start", "large", "calls"}}`: calls on the services of several turns, one after the other.

The last but one are answered by `{"ok": text}` (the `repr` of the value returned; the JSON for `dumps`), or by
`{"error": "TypeError: ..."}`. Where the official runner would end with an exception, be it in scoring a case
or for want of a JSON form of its failing verdict, the answer is `{"crash": "TypeError: ..."}`. Answers are
ASCII in Python's dialect of JSON, with `NaN`, `Infinity` or escaped lone surrogates where they come up (of
these, the last would end the official runner too, which saves as UTF-8).

The official text decoder evaluates arithmetic in the model's text as Python code: feed it trusted text only.

Output of `time`
----------------
With `--turns`, `items`, `import_seconds` and `pass_seconds` are as below, and `item_us` and `median_us` are the mean
and the median over tests of the warm time of decoding, running and checking one.

One JSON object. `DATA` holds questions and, in `possible_answer`, answers; "-" means the package's own data.

* `import_seconds`: importing the official runner.
* `pass_seconds`: each of five passes of the official runner, which reads questions, answers and results from
  files, scores them and writes score files; only the leaderboard table is left out. With all packages
  installed this includes the vendor client that the handler makes for each category; with stand-ins it does
  not, which favours the official scorer.
* `items` and `ast_items`: the results that a pass scores, and those of them that are checked against answers.
* `decode_us`, `check_us`: the median over those of the warm time of decoding and of checking one, in
  microseconds; a result that does not decode is not checked. `item_us`: the mean of both together. Warm
  means that everything is loaded, and that of nine looks at an item in a row the first is dropped; the median of the others
  counts.
"""

import argparse
import contextlib
import copy
import json
import os
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, NamedTuple, TextIO

UNUSED_PACKAGES = frozenset(
    {
        "anthropic",
        "boto3",
        "cohere",
        "datamodel_code_generator",
        "dotenv",
        "google",
        "httpx",
        "mistralai",
        "numpy",
        "openai",
        "pandas",
        "qwen_agent",
        "requests",
        "tenacity",
        "writerai",
    }
)

PASSES = 5
LOOKS = 9

Case = dict[str, Any]
Answer = dict[str, Any]


class StandIn(ModuleType):
    """A missing module, or anything reached through one.

    Its attributes, calls and unions are stand-ins again. Called with a plain function, as a decorator is, it
    returns that function. As a base class it vanishes.
    """

    def __getattr__(self, name: str) -> "StandIn":
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn(f"{self.__name__}.{name}")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        decorates = len(args) == 1 and not kwargs and isinstance(args[0], FunctionType)
        return args[0] if decorates else self

    def __or__(self, other: Any) -> "StandIn":
        return self

    __ror__ = __or__

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[()]:
        return ()


class StandInFinder(MetaPathFinder, Loader):
    """Finds the modules of `UNUSED_PACKAGES` that no finder before it has found."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        root = fullname.partition(".")[0]
        missing = fullname == root or isinstance(sys.modules.get(root), StandIn)
        if root in UNUSED_PACKAGES and missing:
            return ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: ModuleSpec) -> StandIn:
        return StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """A stand-in is complete once created."""


def official_runner() -> ModuleType:
    """The module whose functions score, and whose namespace holds the tables and helpers they use."""
    from bfcl_eval.eval_checker import eval_runner

    return eval_runner


def language_of(runner: ModuleType, category: str) -> str:
    """The language of a category's calls, by its value in the official enums."""
    if runner.is_java(category):
        return "java"
    return "javascript" if runner.is_js(category) else "python"


def first_model(runner: ModuleType, underscores: bool) -> str:
    """A model, by the name of its results folder, that writes dots in function names as underscores or not.

    The checker takes each underscore of that name for a slash, so a model whose own name has one is no use.
    """
    models = runner.MODEL_CONFIG_MAPPING.items()
    names = [name for name, config in models if config.underscore_to_dot == underscores]
    return next(name for name in names if "_" not in name).replace("/", "_")


def bare_decoder(handler_class: type, is_fc_model: bool) -> Callable[..., Any]:
    """The `decode_ast` of a handler made without its constructor, which would make a vendor client."""
    handler = object.__new__(handler_class)
    handler.is_fc_model = is_fc_model
    return handler.decode_ast


def decode_tool_calls(result: str, *_args: Any, **_kwargs: Any) -> list[dict[str, Any]]:
    """Decodes `{"tool_calls": [{"name", "arguments"}]}`, for which the package no longer has a handler."""
    value = json.loads(result)
    calls = value["tool_calls"] if isinstance(value, dict) and "tool_calls" in value else value
    return [{call["name"]: call["arguments"]} for call in calls]


class RecordingHandler:
    """Lends the official scorer one decoder, and keeps what it returned."""

    def __init__(self, decode: Callable[..., Any]) -> None:
        self._decode = decode
        self._returned: list[Any] = []

    def decode_ast(self, *args: Any, **kwargs: Any) -> Any:
        decoded = self._decode(*args, **kwargs)
        self._returned.append(decoded)
        return decoded

    def decoded(self) -> str | None:
        """The `repr` of the decoded value, or None where decoding failed."""
        return repr(self._returned[0]) if self._returned else None


def describe(error: BaseException) -> str:
    """The type and message of an exception."""
    return f"{type(error).__name__}: {error}"


def guarded(key: str, call: Callable[[], Answer]) -> Answer:
    """What `call` returns, or the exception that ended it under `key`.

    `SystemExit` is one of those, since the official decoder evaluates model text.
    """
    try:
        return call()
    except (Exception, SystemExit) as error:
        return {key: describe(error)}


class Scorer:
    """Answers the cases of `score` with the official functions."""

    def __init__(self) -> None:
        from bfcl_eval.eval_checker.ast_eval.type_convertor.java_type_converter import java_type_converter
        from bfcl_eval.eval_checker.ast_eval.type_convertor.js_type_converter import js_type_converter
        from bfcl_eval.model_handler.api_inference.openai_completion import OpenAICompletionsHandler
        from bfcl_eval.model_handler.local_inference.base_oss_handler import OSSHandler
        from bfcl_eval.model_handler.local_inference.qwen_fc import QwenFCHandler
        from bfcl_eval.model_handler.utils import ast_parse

        self._runner = official_runner()
        self._parse = ast_parse
        self._converters = {"java": java_type_converter, "javascript": js_type_converter}
        self._decoders = {
            "text": bare_decoder(OSSHandler, is_fc_model=False),
            "json": bare_decoder(OpenAICompletionsHandler, is_fc_model=True),
            "hermes": bare_decoder(QwenFCHandler, is_fc_model=True),
            "tool_calls": decode_tool_calls,
        }
        self._worlds = 0
        self._caller = object.__new__(OpenAICompletionsHandler)
        self._caller.is_fc_model = True
        self._models = {
            "dots": first_model(self._runner, underscores=False),
            "underscores": first_model(self._runner, underscores=True),
        }

    def answer(self, line: bytes) -> Answer:
        """The answer to one line of input."""
        try:
            case = json.loads(line)
        except RecursionError as error:
            return {"crash": describe(error)}
        return self._score(case) if "decoder" in case else self._inspect(case)

    def _score(self, case: Case) -> Answer:
        handler = RecordingHandler(self._decoders[case["decoder"]])
        evaluate = self._evaluation(handler, case)

        def verdict() -> Answer:
            entry = self._saved(evaluate())
            if entry["valid"]:
                return {"valid": True}
            kept = {key: entry[key] for key in ("valid", "error_type", "error")}
            return kept | {"decoded": handler.decoded()}

        return guarded("crash", verdict)

    def _evaluation(self, handler: RecordingHandler, case: Case) -> Callable[[], Answer]:
        """The official evaluation of a case, ready to be called."""
        runner, category, result = self._runner, case["category"], case["result"]
        model = self._models[case["names"]]
        prompt = {"function": case["function"]}
        if runner.is_relevance_or_irrelevance(category):
            evaluate = runner._evaluate_single_relevance_entry
            return partial(evaluate, handler, category, result, prompt, model, category)
        evaluate = runner._evaluate_single_ast_entry
        language = language_of(runner, category)
        return partial(
            evaluate,
            handler,
            category,
            result,
            case["answer"],
            prompt,
            model,
            category,
            language=runner.Language(language),
            return_format=runner.ReturnFormat(language),
        )

    def _steps(self, evaluate: Callable[..., Any], case: Case) -> Answer:
        """The verdict of a result of several steps, on new services."""
        forget()
        entry = evaluate(
            self._caller,
            case["question"]["id"],
            case["result"],
            case["answer"],
            case["question"],
            "model",
            case["category"],
        )
        return {"valid": True} if entry["valid"] else {"valid": False, "error_type": entry["error"]["error_type"]}

    def _saved(self, entry: Answer) -> Answer:
        """An entry as the official runner saves it; raises where that would for want of a JSON form."""
        saved = self._runner.make_json_serializable(entry)
        json.dumps(saved)
        return saved

    def _inspect(self, case: Case) -> Answer:
        """The answer to a case about one step of the scoring, or about how Python writes a value."""
        if "turns" in case:
            evaluate = self._runner._evaluate_single_multi_turn_entry
            return guarded("crash", partial(self._steps, evaluate, case["turns"]))
        if "agentic" in case:
            evaluate = self._runner._evaluate_single_agentic_entry
            return guarded("crash", partial(self._steps, evaluate, case["agentic"]))
        if "world" in case:
            self._worlds += 1
            return guarded("crash", partial(play, case["world"], str(self._worlds)))
        if "parse" in case:
            return_format = self._runner.ReturnFormat(case.get("language", "python"))
            return guarded("error", lambda: {"ok": repr(self._parse(case["parse"], return_format))})
        if "convert" in case:
            asked = case["convert"]
            convert = self._converters[asked["language"]]
            arguments = [asked[key] for key in ("value", "type", "items")]
            return guarded("error", lambda: {"ok": repr(convert(*arguments))})
        if "repr" in case:
            return guarded("error", lambda: {"ok": repr(case["repr"])})
        if "dumps" in case:
            return guarded("error", lambda: {"ok": json.dumps(case["dumps"], ensure_ascii=False)})
        raise ValueError(f"a case of no known kind, with the keys {sorted(case)}")


def forget() -> None:
    """Forgets the services of all tests so far, which would go on where they were left."""
    from bfcl_eval.eval_checker.multi_turn_eval import multi_turn_utils

    for name in [name for name in vars(multi_turn_utils) if name.endswith("_instance")]:
        delattr(multi_turn_utils, name)


def time_of(evaluate: Callable[[], Any]) -> int:
    """Nanoseconds that a test takes with new services."""
    forget()
    start = time.perf_counter_ns()
    evaluate()
    return time.perf_counter_ns() - start


def play(world: Case, number: str) -> Answer:
    """The result of each call, and the public attributes that it changed, as Python writes them.

    What the services share in a process is as it was before the first of them: the lists for large contexts, and the lists that stand for arguments.
    """
    from bfcl_eval.eval_checker.multi_turn_eval import multi_turn_utils
    from bfcl_eval.eval_checker.multi_turn_eval.func_source_code import (
        long_context,
        posting_api,
        travel_booking,
        vehicle_control,
    )

    posting_api.TwitterAPI.post_tweet.__defaults__ = ([], [])
    for module in (travel_booking, vehicle_control):
        for name in ("CREDIT_CARD_EXTENSION", "BOOKING_RECORD_EXTENSION", "LONG_WEATHER_EXTENSION"):
            if hasattr(module, name):
                setattr(module, name, copy.deepcopy(getattr(long_context, name)))

    def run(calls: list[str]) -> tuple[list[str], dict[str, Any]]:
        return multi_turn_utils.execute_multi_turn_func_call(
            calls, world["start"], world["classes"], "world", number, world["large"], True
        )

    def named(text: str) -> str:
        """A text without the number in the names of variables."""
        return text.replace(f"world_eval_{number}_", "world_")

    known: dict[str, str] = {}
    steps = []
    for call in [[], *([call] for call in world["calls"])]:
        results, instances = run(call)
        state = {
            f"{name}.{attribute}": named(written(value))
            for name, instance in instances.items()
            for attribute, value in vars(instance).items()
            if not attribute.startswith("_")
        }
        changed = {key: text for key, text in state.items() if known.get(key) != text}
        known |= changed
        steps.append({"result": named(results[0]) if results else None, "changed": changed})
    for name in list(vars(multi_turn_utils)):
        if name.startswith(f"world_eval_{number}_"):
            delattr(multi_turn_utils, name)
    return {"steps": steps}


def written(value: Any) -> str:
    """How Python writes an attribute; of a set, which has no order, the text that has one."""
    if isinstance(value, set):
        return repr("{" + ", ".join(map(repr, sorted(value))) + "}" if value else "set()")
    try:
        text = repr(value)
    except RecursionError:
        return "RecursionError"
    return repr(text) if type(value).__name__ == "Directory" else text


class Item(NamedTuple):
    """One model result with all that its check against the answers needs."""

    category: str
    language: str
    result: Any
    function: list[dict[str, Any]]
    answer: list[dict[str, Any]]


class Timing(NamedTuple):
    """Nanoseconds taken by decoding and by checking an item; it is not checked where decoding fails."""

    decode: int
    check: int | None


class Stopwatch:
    """Times the official scoring of one model's results."""

    def __init__(self, data: str, results: Path, model: str, turns: bool) -> None:
        start = time.perf_counter()
        self._runner = official_runner()
        self._import_seconds = time.perf_counter() - start
        self._runner.generate_leaderboard_csv = lambda *_: None
        self._results = results
        self._model = model
        self._turns = turns
        runner = self._runner
        self._categories = runner.MULTI_TURN_CATEGORY if turns else runner.SINGLE_TURN_CATEGORY
        if data != "-":
            use_data(Path(data))

    def measure(self) -> dict[str, Any]:
        """All that `time` prints. The passes come first, with nothing else loaded."""
        passes = [self._time_pass() for _ in range(PASSES)]
        results = self._load_results()
        if self._turns:
            return {
                "import_seconds": self._import_seconds,
                "pass_seconds": passes,
                "items": sum(len(entries) for entries in results.values()),
                **self._time_turns(results),
            }
        items = [item for category in results for item in self._ast_items(category, results[category])]
        if not items:
            sys.exit(f"{self._results} has no single-turn results of {self._model} to check")
        return {
            "import_seconds": self._import_seconds,
            "pass_seconds": passes,
            "items": sum(len(entries) for entries in results.values()),
            "ast_items": len(items),
            **self._time_items(items),
        }

    def _load_results(self) -> dict[str, list[dict[str, Any]]]:
        """The model's results by category, in the official order."""
        runner = self._runner
        paths = (self._results / self._model).rglob(runner.RESULT_FILE_PATTERN)
        files = {runner.extract_test_category(path): path for path in paths}
        return {
            category: runner.load_file(files[category], sort_by_id=True)
            for category in self._categories
            if category in files
        }

    def _ast_items(self, category: str, entries: list[dict[str, Any]]) -> list[Item]:
        """The items of a category, none if it has no answers to check against."""
        runner = self._runner
        if runner.is_relevance_or_irrelevance(category):
            return []
        language = language_of(runner, category)
        prompts = runner.load_dataset_entry(category, include_language_specific_hint=False)
        answers = runner.load_ground_truth_entry(category)
        return [
            Item(category, language, entry["result"], prompt["function"], answer["ground_truth"])
            for entry, prompt, answer in zip(entries, prompts, answers, strict=True)
        ]

    def _time_pass(self) -> float:
        """Seconds that the official runner takes, without its leaderboard table."""
        runner = self._runner
        scores = Path(tempfile.mkdtemp(dir=runner.SCORE_PATH))
        with contextlib.redirect_stderr(sys.stdout):
            start = time.perf_counter()
            runner.runner([self._model], self._categories, self._results, scores)
            took = time.perf_counter() - start
        forget()
        return took

    def _time_turns(self, results: dict[str, list[dict[str, Any]]]) -> dict[str, float]:
        """The warm times of whole tests of several turns, in microseconds."""
        runner = self._runner
        handler = runner.get_handler(self._model.replace("_", "/"))
        times = []
        for category, entries in results.items():
            prompts = runner.load_dataset_entry(category, include_language_specific_hint=False)
            answers = runner.load_ground_truth_entry(category)
            for entry, prompt, answer in zip(entries, prompts, answers, strict=True):
                evaluate = partial(
                    runner._evaluate_single_multi_turn_entry,
                    handler,
                    entry["id"],
                    entry["result"],
                    answer["ground_truth"],
                    prompt,
                    self._model,
                    category,
                )
                looks = [time_of(evaluate) for _ in range(LOOKS)][1:]
                times.append(statistics.median(looks) / 1000)
        return {"item_us": statistics.fmean(times), "median_us": statistics.median(times)}

    def _time_items(self, items: list[Item]) -> dict[str, float]:
        """The median warm times of decoding and checking the items, in microseconds."""
        handler = self._runner.get_handler(self._model.replace("_", "/"))
        looks = [[self._time_item(handler, item) for _ in range(LOOKS)][1:] for item in items]
        decodes = [statistics.median(look.decode for look in item) for item in looks]
        checked = [item for item in looks if item[0].check is not None]
        checks = [statistics.median(look.check for look in item) for item in checked]
        totals = [statistics.median(look.decode + (look.check or 0) for look in item) for item in looks]
        return {
            "decode_us": statistics.median(decodes) / 1000,
            "check_us": statistics.median(checks) / 1000,
            "item_us": statistics.fmean(totals) / 1000,
        }

    def _time_item(self, handler: Any, item: Item) -> Timing:
        """Does to an item what the official evaluation does, timing its two steps apart."""
        runner = self._runner
        language, return_format = runner.Language(item.language), runner.ReturnFormat(item.language)
        start = time.perf_counter_ns()
        try:
            decoded = handler.decode_ast(item.result, return_format, False)
        except Exception:
            return Timing(time.perf_counter_ns() - start, None)
        middle = time.perf_counter_ns()
        if runner.is_function_calling_format_output(decoded):
            runner.ast_checker(item.function, decoded, item.answer, language, item.category, self._model)
        return Timing(middle - start, time.perf_counter_ns() - middle)


def use_data(folder: Path) -> None:
    """Makes the package read questions and answers from `folder` instead of its own data."""
    from bfcl_eval import utils

    utils.PROMPT_PATH = folder
    utils.POSSIBLE_ANSWER_PATH = folder / "possible_answer"


def score(out: TextIO) -> None:
    """Answers the cases of stdin, read to its end first because model text that is evaluated can close it."""
    lines = sys.stdin.buffer.read().splitlines()
    scorer = Scorer()
    for line in lines:
        out.write(json.dumps(scorer.answer(line)) + "\n")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Drives the official function-calling leaderboard scorer.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("score", help="answer the cases of stdin, JSON Lines in and out")
    timed = commands.add_parser("time", help="time the scoring of one model's results")
    timed.add_argument("data", metavar="DATA", help='folder of questions and answers; "-": the bundled one')
    timed.add_argument("results", metavar="RESULTS", type=Path, help="folder with a folder for each model")
    timed.add_argument("model", metavar="MODEL", help="name of the model's folder")
    timed.add_argument("--turns", action="store_true", help="categories with several turns")
    return parser.parse_args()


def main() -> None:
    """Runs a command with the package's folders in a temporary place and its prints nowhere."""
    arguments = parse_arguments()
    warnings.simplefilter("ignore")
    sys.meta_path.append(StandInFinder())
    out = sys.stdout
    with tempfile.TemporaryDirectory(prefix="bfcl-") as root, open(os.devnull, "w", encoding="utf-8") as null:
        os.environ["BFCL_PROJECT_ROOT"] = root
        with contextlib.redirect_stdout(null):
            if arguments.command == "score":
                score(out)
            else:
                watch = Stopwatch(arguments.data, arguments.results, arguments.model, arguments.turns)
                out.write(json.dumps(watch.measure()) + "\n")
            out.flush()


if __name__ == "__main__":
    main()
