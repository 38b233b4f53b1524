"""A written report read back by ``verify``: every figure in it is found, and found right."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from api.writing import write_report
from api.written_text import plain
from engine.base import Base
from engine.overlay import Overlay, setting
from engine.report.findings import Finding
from engine.report.verify import verify
from engine.rulebook import Rulebook
from engine.writing.facts import PlannedQuotas
from engine.writing.write import choose_report, write

DISTRICTS = (
    *("phan_thiet", "la_gi", "tuy_phong", "bac_binh", "ham_thuan_bac"),
    *("ham_thuan_nam", "tanh_linh", "duc_linh", "ham_tan", "phu_quy"),
)
PUBLISHED = ["46,31%", "107,81%", "57,71%", "23,11%", "43,39%", "40%", "23,92%", "70%", "73,49%", "75%"]
"""The report of 2023 cuts 23,92% off to 23,9%; the others stand in it as here."""
FIGURES = (
    *("9.262", "20.000", "8.591", "11.542", "2.311", "10.000", "5.326", "4.000"),
    *("1,435 tỷ đồng", "6 tỷ đồng", "4,2 tỷ đồng", "1.469,72 triệu đồng", "1.500 triệu đồng"),
    *("2.000 triệu đồng", "8.458", "6.000", "2.500", "0,52 điểm %", "3,2%", "2,68%", "83 xã"),
)


@cache
def base() -> Base:
    return Base.of("binh_thuan_2023")


def changed(figures: Mapping[str, object]) -> Rulebook:
    """The rulebook with other observations or targets, by their path."""
    return base().under(Overlay(layers=tuple(setting(f"data.{k}={v}") for k, v in figures.items())))


def ratios(findings: list[Finding]) -> list[str]:
    return [finding.quote for finding in findings if finding.kind == "ratio"]


def not_right(findings: list[Finding]) -> list[tuple[str, str, str]]:
    return [(f.quote, f.verdict, f.note.en) for f in findings if f.verdict != "right"]


def percent(part: Decimal, whole: Decimal) -> str:
    """A percentage half up to two decimals without zeros at its end, in the Vietnamese form."""
    text = f"{(part / whole * 100).quantize(Decimal('0.01'), ROUND_HALF_UP):,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.translate(str.maketrans(",.", ".,")) + "%"


def test_the_half_year_report_is_right_to_the_last_figure() -> None:
    rulebook = changed({})
    text = plain(write_report(rulebook).document)
    findings = verify(text, rulebook)
    assert not_right(findings) == []
    assert ratios(findings) == [*PUBLISHED, "0,06 lần"]  # 0,66 of 10,89 a day
    for figure in FIGURES:
        assert figure in text
    # the districts' numbers add up to the totals, in the sentences and in the table
    assert "Tổng cộng                              8.458" in text


@pytest.mark.fuzz
@given(st.data())
def test_other_figures_are_written_right_too(data: st.DataObject) -> None:
    def count(name: str, least: int, most: int) -> Decimal:
        return Decimal(data.draw(st.integers(least, most), label=name))

    # A year's figures add up, so an estimate isn't below the actual; loans are a part of jobs, of the target
    # and of each quota: else the report says what can't be, and verify says so.
    jobs, jobs_before = count("jobs", 100, 40_000), count("jobs a year before", 100, 40_000)
    expected = jobs + count("jobs expected beyond that", 100, 20_000)
    training, training_before = count("training", 100, 4_000), count("training a year before", 100, 20_000)
    jobs_target, training_target = count("jobs target", 2_500, 40_000), count("training target", 100, 20_000)
    fund = count("fund in thousandths of a billion", 1, 4_200) / 1000
    # 109/100 looks like a slip of the pen to verify
    near = [(jobs, jobs_target), (expected, jobs_target), (training, training_target)]
    assume(all(abs(part - whole) >= 100 for part, whole in near))
    rulebook = changed(
        {
            "observations.jobs.binh_thuan.2023-05-15.actual": jobs,
            "observations.jobs.binh_thuan.2022-05-15.actual": jobs_before,
            "observations.jobs.binh_thuan.2023-06-30.estimate": expected,
            "observations.training.binh_thuan.2023-05-15.actual": training,
            "observations.training.binh_thuan.2022-05-15.actual": training_before,
            "observations.gratitude_fund.binh_thuan.2023-05-15.actual": fund,
            "targets.jobs.binh_thuan": jobs_target,
            "targets.training.binh_thuan": training_target,
        }
    )
    quotas = {}
    for unit in DISTRICTS:
        quotas["jobs", unit] = data.draw(st.integers(0, 3_000), label=f"jobs of {unit}")
        quotas["training", unit] = data.draw(st.integers(0, 3_000), label=f"training of {unit}")
        quotas["loans", unit] = data.draw(st.integers(0, quotas["jobs", unit]), label=f"loans of {unit}")
    totals = {
        quota: sum(quotas[quota, unit] for unit in DISTRICTS) for quota in ("jobs", "training", "loans")
    }
    planned = PlannedQuotas("second_half", DISTRICTS, quotas, totals)
    text = plain(write(rulebook, choose_report(rulebook, None), "vi", quotas=planned).document)
    findings = verify(text, rulebook)
    assert not_right(findings) == []
    assert ratios(findings)[:5] == [
        percent(jobs, jobs_target),
        percent(jobs, jobs_before),
        percent(expected, jobs_target),
        percent(training, training_target),
        percent(training, training_before),
    ]
    assert ratios(findings)[6] == percent(fund, Decimal(6))
