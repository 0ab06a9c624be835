#!/usr/bin/env python3
"""Check that an exported dataset passes a trainer's own loader unchanged.

    loaders.py trl FILE            TRL: the data preparation of SFTTrainer
    loaders.py trl-dpo FILE        TRL: the data preparation of DPOTrainer
    loaders.py llamafactory FILE   LLaMA-Factory: get_dataset for stage "sft"

FILE (JSON Lines) goes the trainer's whole way to token ids: `datasets`, its converter, a Qwen 2.5
template that it ships, and a tokenizer of single bytes made here. Each row's ids are decoded and
taken apart: system prompt, tools, turns, calls and results must be those of the row in FILE, to
the type, the order of keys and the 15th digit (`datasets` reads decimals with a parser that is off
in the 17th); and of an SFT row the assistant's turns, no less and no more, must be learned. Prints one JSON line; exits 1 if a row was dropped or changed.

No model and no PyTorch are needed: data preparation calls none of the modules in ABSENT, so that
where they are not installed, stand-ins serve their imports.
"""

import contextlib
import importlib.abc
import importlib.machinery
import importlib.metadata
import json
import os
import re
import sys
import tempfile
import types
from pathlib import Path

ABSENT = {"torch", "torchaudio", "accelerate", "peft"}
TURN = re.compile(r"<\|im_start\|>(\w+)\n(.*?)<\|im_end\|>", re.S)
CALL = re.compile(r"<tool_call>\n(.*?)\n</tool_call>", re.S)
RESULT = re.compile(r"<tool_response>\n(.*?)\n</tool_response>", re.S)
TOOLS = re.compile(r"\n\n# Tools\n.*<tools>\n(.*)\n</tools>.*", re.S)


class AnyName(type):
    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return AnyName(name, (Anything,), {})


class Anything(metaclass=AnyName):
    """A base class, decorator or context manager; false, as `is_..._available()` must be."""

    def __init__(self, *_args, **_options):
        pass

    def __call__(self, function=None):
        return function or self

    def __getattr__(self, name):
        return Anything()

    def __bool__(self):
        return False

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        pass


class StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        absent = name.partition(".")[0] in ABSENT
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if absent else None

    def create_module(self, spec):
        module = types.ModuleType(spec.name)
        module.__version__, module.__getattr__ = "0", lambda name: getattr(Anything, name)
        return module

    def exec_module(self, module):
        pass


def byte_tokenizer(chat_template=None):
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    core = Tokenizer(models.BPE(vocab={char: i for i, char in enumerate(alphabet)}, merges=[]))
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    core.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(tokenizer_object=core, chat_template=chat_template,
                                   eos_token="<|im_end|>", pad_token="<|pad|>")


def messages_of(row):
    """A ShareGPT row's messages in TRL's shape."""
    yield from [{"role": "system", "content": row["system"]}] if row["system"] else []
    for turn in row["conversations"]:
        role = {"human": "user", "observation": "tool"}.get(turn["from"], "assistant")
        calls = json.loads(turn["value"]) if turn["from"] == "function_call" else []
        calls = [{"function": call} for call in (calls if isinstance(calls, list) else [calls])]
        yield {"role": role, "content": "" if calls else turn["value"], "tool_calls": calls}


def parts_in(text):
    """The tools and the turns (role, text, calls) that a rendered text shows."""
    tools, turns = [], []
    for role, body in TURN.findall(text):
        if role == "user" and body.startswith("<tool_response>\n"):
            turns += [("tool", result.strip(), []) for result in RESULT.findall(body)]
            continue
        if role == "system" and (listed := TOOLS.search(body)):
            tools, body = [json.loads(line) for line in listed[1].split("\n")], TOOLS.sub("", body)
        calls = [json.loads(call) for call in CALL.findall(body)] if role == "assistant" else []
        turns.append((role, (CALL.sub("", body) if calls else body).strip(), calls))
    return tools, turns


def plain(value):
    """The value with its decimals rounded to 15 digits."""
    if isinstance(value, float):
        return float(f"{value:.15g}")
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return {key: plain(item) for key, item in value.items()} if isinstance(value, dict) else value


def difference(messages, tools, tokenizer, ids, labels=None):
    """In what a row's ids differ from what they must say; None where they do not."""
    tools = json.loads(tools or "[]")
    tools = [t if "function" in t else {"type": "function", "function": t} for t in tools]
    turns = [(m["role"], m["content"].strip(), [c["function"] for c in m.get("tool_calls") or []])
             for m in messages]
    text = tokenizer.decode(ids)
    shown_tools, shown = parts_in(text)
    if shown[0][0] == "system" and turns[0][0] != "system":  # the template's own
        del shown[0]
    pairs = [("tools", tools, shown_tools), ("turns", turns, shown)]
    if labels is not None:
        learned = tokenizer.decode([token for token in labels if token != -100]).split("<|im_end|>")
        said = [body.strip() for role, body in TURN.findall(text) if role == "assistant"]
        pairs.append(("learned", said, [turn.strip() for turn in learned[:-1]]))
    for part, *sides in pairs:
        want, got = (json.dumps(plain(side), ensure_ascii=False) for side in sides)
        if want != got:
            at = max(0, len(os.path.commonprefix([want, got])) - 40)
            return f"{part}: {want[at:at + 80]} became {got[at:at + 80]}"
    return None


def check_trl(rows, path, preference):
    import datasets
    import trl
    from trl.chat_template_utils import get_training_chat_template
    from trl.trainer.dpo_trainer import DPOTrainer
    from trl.trainer.sft_trainer import SFTTrainer

    template = Path(trl.__path__[0], "chat_templates", "qwen2_5.jinja").read_text("utf-8")
    tokenizer = byte_tokenizer(template)
    dataset = datasets.load_dataset("json", data_files=path, split="train")
    args = types.SimpleNamespace(dataset_num_proc=None, max_length=None, assistant_only_loss=True,
                                 dataset_text_field="text", shuffle_dataset=False)
    if preference:
        made = DPOTrainer._prepare_dataset(None, dataset, tokenizer, args, "train")
    else:
        trainer = types.SimpleNamespace(chat_template=get_training_chat_template(tokenizer),
                                        completion_only_loss=False)
        made = SFTTrainer._prepare_dataset(trainer, dataset, tokenizer, args, False, None, "train")
    for row, out in zip(rows, made, strict=True):
        if preference:
            yield next(filter(None, (
                difference(row["prompt"] + row[side], row.get("tools"), tokenizer,
                           out["prompt_ids"] + out[f"{side}_ids"])
                for side in ("chosen", "rejected"))), None)
        else:
            yield difference(row["messages"], row.get("tools"), tokenizer, out["input_ids"],
                             out["labels"])


def check_llamafactory(rows, path, folder):
    from llamafactory.data import get_dataset, get_template_and_fix_tokenizer, loader
    from llamafactory.hparams.data_args import DataArguments

    columns = {"messages": "conversations", "system": "system", "tools": "tools"}
    info = {"mine": {"file_name": path, "formatting": "sharegpt", "columns": columns}}
    Path(folder, "dataset_info.json").write_text(json.dumps(info), "utf-8")
    data = DataArguments(dataset="mine", dataset_dir=folder, template="qwen", cutoff_len=10**7)
    model = types.SimpleNamespace(cache_dir=folder, hf_hub_token=None)
    training = types.SimpleNamespace(
        seed=0, local_process_index=0, should_log=False, predict_with_generate=False,
        main_process_first=lambda **_options: contextlib.nullcontext())
    tokenizer = byte_tokenizer()
    template = get_template_and_fix_tokenizer(tokenizer, data)
    converted = loader._get_merged_dataset(["mine"], model, data, training, "sft")
    made = iter(get_dataset(template, model, data, training, "sft", tokenizer)["train_dataset"])
    for row, seen in zip(rows, converted, strict=True):
        if seen["_response"]:
            out = next(made)
            yield difference(list(messages_of(row)), row["tools"], tokenizer, out["input_ids"],
                             out["labels"])
        else:  # the converter refused it, and the processor drops what was refused
            yield "dropped, roles " + " ".join(turn["from"] for turn in row["conversations"])


def main(loader, path):
    path = os.path.abspath(path)
    rows = [json.loads(line) for line in Path(path).read_text("utf-8").split("\n") if line]
    kept, faults = 0, []
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        os.environ |= {"HF_HOME": folder, "HF_HUB_OFFLINE": "1", "DISABLE_VERSION_CHECK": "1",
                       "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}
        import datasets  # noqa: F401 - these two look for PyTorch, and must not find a stand-in
        import transformers  # noqa: F401

        sys.meta_path.append(StandIns())
        try:
            found = (check_llamafactory(rows, path, folder) if loader == "llamafactory"
                     else check_trl(rows, path, loader == "trl-dpo"))
            for number, fault in enumerate(found, 1):
                kept += fault is None
                faults += [f"row {number}: {fault}"] if fault else []
        except Exception as error:  # the loader refuses the whole file
            kept, faults = 0, [f"{type(error).__name__}: {error}"[:400]]
    version = importlib.metadata.version(loader.removesuffix("-dpo"))
    print(json.dumps({"loader": loader, "version": version, "rows": len(rows), "kept": kept,
                      "skipped": faults[:5]}, ensure_ascii=False))
    return int(kept != len(rows))


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("trl", "trl-dpo", "llamafactory"):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
