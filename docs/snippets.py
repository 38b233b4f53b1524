"""Pieces of rulebooks and answers in the documents: loaded, compared, refused as they say."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from docs.markdown import Block, DocsError
from docs.shell import ROOT, Shell
from engine.errors import Issues, RuleError
from engine.link import load_rulebook
from engine.yamlfile import read_yaml

IDENTITY = (
    *("name", "indicator", "plan", "path", "quota", "unit"),
    *("period", "step", "code", "what", "id", "quote"),
)
"""The keys by which an item of a list is found again."""


def snippet(block: Block, shell: Shell) -> list[str]:
    """The lines of a yaml, csv, json or text fence, after doing what its attributes say.

    ``file=PATH``: written there in the shell's folder, and its rulebook must load, now or later;
    ``adds-to=RULEBOOK``: loaded as one more file of a copy; with ``refused=CODE`` it must be refused so;
    ``from=PATH``: it must be a part of that file of the repository;
    ``of=refused``: the issues of the snippet that was refused before it;
    ``of=PATH``: of the answer that a command before it wrote there, the keys and items shown.
    """
    text = "".join(f"{line}\n" for line in block.lines)
    match block.attributes:
        case {"file": name}:
            path = shell.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            if block.attributes.get("loads") == "later":
                return block.lines  # a column that only the next snippet declares
            if refused := _issues(shell.folder / Path(name).parts[0]):
                raise DocsError("; ".join(refused))
        case {"adds-to": rulebook, "refused": code}:
            shell.issues = _with_one_more(rulebook, text, shell)
            if not any(f" {code}: " in issue for issue in shell.issues):
                raise DocsError(f"not refused as {code}: {shell.issues}")
        case {"adds-to": rulebook}:
            if refused := _with_one_more(rulebook, text, shell):
                raise DocsError("; ".join(refused))
        case {"from": name}:
            _part_of(text, name, block.lang)
        case {"of": "refused"}:
            return shell.issues
        case {"of": name}:
            answer = json.loads((shell.folder / name).read_text(encoding="utf-8"))
            return shown(json.loads(text), answer).splitlines()
        case _:
            raise DocsError(f"a {block.lang} fence must say file=, adds-to=, from= or of=")
    return block.lines


def _issues(folder: Path) -> list[str]:
    try:
        load_rulebook(str(folder), None)
    except RuleError as error:
        return [issue.text("en") for issue in error.issues]
    return []


def _with_one_more(rulebook: str, text: str, shell: Shell) -> list[str]:
    """The issues of a rulebook with one more file."""
    own = shell.folder / rulebook
    copy = shell.folder / "copies" / rulebook
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(own if own.is_dir() else ROOT / "rules" / rulebook, copy)
    (copy / "new.yaml").write_text(text, encoding="utf-8")
    return _issues(copy)


def _part_of(text: str, name: str, lang: str) -> None:
    whole = (ROOT / name).read_text(encoding="utf-8")
    if lang == "yaml":
        part, all_ = (_data(source, name) for source in (text, whole))
        if (missing := _missing(part, all_)) is not None:
            raise DocsError(f"{name} doesn't say {missing}")
        return
    lines = whole.splitlines()
    strangers = [line for line in text.splitlines() if line not in lines]
    if strangers:
        raise DocsError(f"{name} has no line {strangers[0]!r}")


def _data(text: str, name: str) -> Any:
    issues = Issues()
    document = read_yaml(text, name, issues)
    issues.raise_errors()
    return document.data


def _missing(part: Any, whole: Any) -> str | None:
    """What of a part the whole doesn't have, None where it has all."""
    if isinstance(part, dict) and isinstance(whole, dict):
        for key, value in part.items():
            if key not in whole:
                return str(key)
            if (inner := _missing(value, whole[key])) is not None:
                return f"{key}.{inner}" if inner else str(key)
        return None
    return None if part == whole else ""


def shown(part: Any, answer: Any) -> str:
    """The answer cut down to the keys and items that ``part`` has, as text; what is empty there stands whole.

    Raises DocsError for keys and items that the answer doesn't have.
    """
    return _text(_cut(part, answer, ""), "")


def _cut(part: Any, answer: Any, path: str) -> Any:
    if isinstance(part, dict) and isinstance(answer, dict) and part:
        strangers = [key for key in part if key not in answer]
        if strangers:
            raise DocsError(f"the answer has no key {path}{strangers[0]}")
        return {key: _cut(value, answer[key], f"{path}{key}.") for key, value in part.items()}
    if isinstance(part, list) and isinstance(answer, list) and any(isinstance(i, dict) for i in part):
        return [_cut(item, _counterpart(item, answer, path), path) for item in part]
    return answer


def _counterpart(item: Any, answer: list[Any], path: str) -> Any:
    """The item of the answer that has the same identity."""
    identity = {key: item[key] for key in IDENTITY if key in item and isinstance(item[key], str)}
    for other in answer:
        if all(other.get(key) == value for key, value in identity.items()):
            return other
    raise DocsError(f"the answer has no {path}{identity}")


WIDTH = 108


def _text(value: Any, indent: str) -> str:
    """JSON as a document shows it: on one line where it fits, else one key or item a line."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(flat) <= WIDTH or not isinstance(value, dict | list) or not value:
        return flat
    inner = indent + "  "
    if isinstance(value, dict):
        parts = [f"{inner}{json.dumps(key)}: {_text(item, inner)}" for key, item in value.items()]
        return "{\n" + ",\n".join(parts) + f"\n{indent}}}"
    return "[\n" + ",\n".join(inner + _text(item, inner) for item in value) + f"\n{indent}]"
