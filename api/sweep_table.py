"""A sweep's summary for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from api import labels
from api.tables import Entry, Table, not_applicable, significant, unknown, words
from engine.numbers import Lang, format_number
from engine.words import Message, say

if TYPE_CHECKING:
    from scenarios.sweep import Sweep

SHOWN = 10
"""Causes that are told, and scenarios that are named with each; the rest are counted."""
TITLES: Mapping[str, Message] = {
    "figure": Message("Số liệu", "Figure"),
    "mean": Message("Trung bình", "Mean"),
    "sd": Message("Độ lệch chuẩn", "Std. deviation"),
    "known": Message("Số kịch bản", "Scenarios"),
    "target": Message("Chỉ tiêu năm", "Target"),
    "met": Message("Đạt", "Met"),
    "chance": Message("Khả năng đạt", "Chance"),
    "error": Message("Sai số chuẩn", "Standard error"),
    "quota": Message("Chỉ tiêu", "Quota"),
    "path": Message("Đầu vào", "Input"),
    "measure": Message("Thước đo", "Measure"),
    "value": Message("Mức ảnh hưởng", "Importance"),
    "first": Message("Ở giá trị đầu", "At the first value"),
    "last": Message("Ở giá trị cuối", "At the last value"),
}
FIGURES: Mapping[str, Message] = {
    "objective": Message("Mức kém công bằng", "Unfairness"),
    "total": Message("Tổng giao: {quota}", "Placed: {quota}"),
    "outcome": Message("Kết quả năm: {quota}", "Outcome: {quota}"),
    "achievement": Message("Tỷ lệ đạt: {quota}", "Achieved share: {quota}"),
}
MEASURES: Mapping[str, Message] = {
    "squared_rank_correlation": Message("bình phương tương quan hạng", "squared rank correlation"),
    "correlation_ratio": Message("tỷ số tương quan", "correlation ratio"),
    "swing": Message("khoảng dao động", "swing"),
}
SPREAD = Message("Phân bố", "Spread")
TARGETS = Message("Khả năng đạt chỉ tiêu", "Targets")
INPUTS = Message("Đầu vào nào quan trọng nhất", "Which inputs matter most")
TITLE = Message("{count} kịch bản: {counts}", "{count} scenarios: {counts}")
UNTOLD = Message("- và {count} kịch bản khác", "- and {count} more")
PERCENT = 100


def sweep_sheets(found: Sweep, lang: Lang) -> list[Table]:
    """The summary as tables; those with nothing to tell are left out."""
    tables = [_spread(found, lang), _targets(found, lang), _inputs(found, lang)]
    return [tables[0], *(table for table in tables[1:] if table.rows)]


def _title(found: Sweep, lang: Lang) -> str:
    counts = [
        f"{format_number(count, None, lang)} {labels.SWEEP_STATUS[status].in_(lang)}"
        for status, count in sorted(found.summary.counts.items())
    ]
    count = format_number(found.summary.scenarios, None, lang)
    return TITLE.in_(lang).format(count=count, counts=", ".join(counts))


def _spread(found: Sweep, lang: Lang) -> Table:
    head = [TITLES["figure"].in_(lang), TITLES["mean"].in_(lang), TITLES["sd"].in_(lang)]
    head += ["5%", "25%", "50%", "75%", "95%", TITLES["known"].in_(lang)]
    rows = [
        [
            words(figure_words(found, name, lang)),
            _number(one.mean, lang),
            _number(one.deviation, lang),
            *(_number(value, lang) for value in one.quantiles),
            Entry(one.known, format_number(one.known, 0, lang)),
        ]
        for name, one in found.summary.distributions.items()
    ]
    return Table(_title(found, lang), head, rows, [False, *[True] * (len(head) - 1)], _notes(found, lang))


def _notes(found: Sweep, lang: Lang) -> list[str]:
    summary = found.summary
    side = 0 if lang == "vi" else 1
    notes = []
    causes: dict[str, list[int]] = {}
    for place, _, cause in summary.failed:
        causes.setdefault(cause[side], []).append(place)
    if causes:
        notes.append(labels.WITHOUT_PLAN.in_(lang) + ":")
    for words_, places in list(causes.items())[:SHOWN]:
        notes.append(f"- {', '.join(map(str, places[:SHOWN]))}{'…' * (len(places) > SHOWN)}: {words_}")
    rest = sum(len(places) for places in list(causes.values())[SHOWN:]) + summary.untold
    if rest:
        notes.append(UNTOLD.in_(lang).format(count=format_number(rest, None, lang)))
    if summary.unknown:
        notes.append(labels.UNKNOWN_FIGURES.in_(lang) + ":")
        notes += [f"- {cause[side]} ({format_number(n, None, lang)})" for cause, n in summary.unknown.items()]
    return notes


def _targets(found: Sweep, lang: Lang) -> Table:
    keys = ("quota", "target", "met", "known", "chance", "error")
    drawn = found.bound.spec.method == "draws"
    rows = [
        [
            words(_quota(found, one.quota, lang)),
            _number(one.target, lang),
            Entry(one.met, format_number(one.met, 0, lang)),
            Entry(one.known, format_number(one.known, 0, lang)),
            _percent(one.chance, lang) if drawn else not_applicable(lang),
            _percent(one.error, lang) if drawn else not_applicable(lang),
        ]
        for one in found.summary.targets
    ]
    titles = [TITLES[key].in_(lang) for key in keys]
    return Table(TARGETS.in_(lang), titles, rows, [False, *[True] * (len(keys) - 1)])


def _inputs(found: Sweep, lang: Lang) -> Table:
    swings = found.bound.spec.method == "one_at_a_time"
    keys = ["figure", "path", "measure", "value", *(("first", "last") if swings else ())]
    rows = []
    for one in found.summary.importance:
        row = [
            words(figure_words(found, one.figure, lang)),
            words(one.path),
            words(MEASURES[one.measure].in_(lang)),
            _number(one.value, lang),
        ]
        rows.append([*row, _number(one.low, lang), _number(one.high, lang)] if swings else row)
    numeric = [key in {"value", "first", "last"} for key in keys]
    return Table(INPUTS.in_(lang), [TITLES[key].in_(lang) for key in keys], rows, numeric)


def figure_words(found: Sweep, name: str, lang: Lang) -> str:
    """A figure of the summary in words."""
    kind, _, quota = name.partition(".")
    return FIGURES[kind].in_(lang).format(quota=_quota(found, quota, lang) if quota else "")


def _quota(found: Sweep, quota: str, lang: Lang) -> str:
    problem = found.bound.problem
    return problem.rulebook.indicators[problem.allocation.quotas[quota].indicator].label.in_(lang)


def _number(value: float | None, lang: Lang) -> Entry:
    if value is None:
        return unknown(lang)
    if abs(value) >= 1000 or value == int(value):
        return Entry(value, format_number(round(value), 0, lang))
    return significant(value, lang)


def _percent(value: float | None, lang: Lang) -> Entry:
    if value is None:
        return unknown(lang)
    return Entry(value, format_number(round(value * PERCENT, 1), 1, lang) + "%", 1, percent=True)


def stopped(done: int, count: int, *, kept: bool) -> Message:
    """That a sweep was interrupted, and what is kept."""
    return say("sweep.kept" if kept else "sweep.not_kept", count=done, total=count)
