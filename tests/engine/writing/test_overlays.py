"""Reports and actions under overlays (§12): what is changed, added and taken away, and that it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import RuleError
from engine.followup import follow_up
from engine.link import load_rulebook
from engine.overlay import Overlay, overlay_file, setting
from engine.rulebook import Rulebook
from engine.writing.document import Block, Heading, Items, Paragraph
from engine.writing.write import choose_report, write
from tests.books import write_book

BODY = """\
indicators:
  jobs: {label: {vi: Việc làm, en: Jobs}, measure: person, kind: flow, direction: up}
actions:
  fairs: {label: Phiên, who: Sở, until: 2023-07-20, serves: jobs}
scenarios:
  more:
    title: {vi: Nhiều hơn, en: More}
    set: {reports: {half: {sections: {first: {paragraph: {extra: Thêm.}}}}}}
reports:
  half:
    title: T
    sections:
      first:
        paragraph:
          one: {vi: "Được {jobs.achieved}.", en: "{jobs.achieved} reached."}
          two: Hai.
          three: {text: Ba., when: jobs.achieved > 100}
"""
TARGETS = "jobs,top,2023,reach,900,person,,\n"
OBSERVED = "jobs,top,2023-07-02,actual,123,person,,\n"
SENTENCES = "reports.half.sections.first.paragraph"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_book(tmp_path_factory.mktemp("written"), BODY, targets=TARGETS, observations=OBSERVED)


def under(folder: Path, *settings: str, scenario: str | None = None) -> Rulebook:
    return load_rulebook(str(folder), None, Overlay(scenario, tuple(setting(text) for text in settings)))


def said(rulebook: Rulebook) -> tuple[Block, ...]:
    """The report without its list of changes, which stands at the end under a line of its own."""
    *blocks, over, changes = write(rulebook, choose_report(rulebook, None), "en").document.blocks
    assert over == Paragraph("This report is written over changes to the rulebook:")
    assert isinstance(changes, Items)
    return tuple(blocks)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (f"{SENTENCES}.two=Khác.", "123 reached. Khác. Ba."),
        (f"{SENTENCES}.two=null", "123 reached. Ba."),
        (f"{SENTENCES}.one.en='{{jobs.target}} wanted.'", "900 wanted. Hai. Ba."),
        (f"{SENTENCES}.one.text.en='{{jobs.target}} wanted.'", "900 wanted. Hai. Ba."),
        (f"{SENTENCES}.one.when=jobs.achieved > 123", "Hai. Ba."),
        (f"{SENTENCES}.two.when=jobs.achieved > 123", "123 reached. Ba."),
        (f"{SENTENCES}.three=Bốn.", "123 reached. Hai. Bốn."),
        (f"{SENTENCES}.three.when=jobs.achieved > 123", "123 reached. Hai."),
        (f"{SENTENCES}.last='{{jobs.target - jobs.achieved}} to go.'", "123 reached. Hai. Ba. 777 to go."),
        (f"{SENTENCES}.last={{text: Năm., when: jobs.achieved > 123}}", "123 reached. Hai. Ba."),
        ("data.observations.jobs.top.2023-07-02.actual=90", "90 reached. Hai."),
    ],
)
def test_sentences_are_changed_added_and_taken_away(folder: Path, text: str, sentences: str) -> None:
    assert said(under(folder, text)) == (Paragraph(sentences),)


def test_a_new_section_comes_last(folder: Path) -> None:
    found = under(folder, "reports.half.sections.outlook={heading: Sắp tới, items: {all: Đủ.}}")
    assert said(found) == (Paragraph("123 reached. Hai. Ba."), Heading("Sắp tới"), Items(("Đủ.",)))


def test_a_report_tells_what_lies_over_the_rulebook(folder: Path) -> None:
    rulebook = under(folder, f"{SENTENCES}.two=null", scenario="more")
    *_, over, changes = write(rulebook, choose_report(rulebook, None), "vi").document.blocks
    assert over == Paragraph("Báo cáo này tính trên các thay đổi so với bộ chỉ tiêu:")
    assert changes == Items(
        (
            "Phương án: Nhiều hơn",
            f"{SENTENCES}.extra.text: (không có) → Thêm.",
            f"{SENTENCES}.two: Hai. → (không có)",
        )
    )
    plain = load_rulebook(str(folder))
    assert write(plain, choose_report(plain, None), "vi").document.blocks == (
        Paragraph("Được 123. Hai. Ba."),
    )


def test_actions_are_changed_added_and_taken_away(folder: Path) -> None:
    later = under(folder, "actions.fairs.until=2023-07-01")
    # 123 of 900 by 2 July is behind, so that the one flag is the date's
    assert [item.flags for item in follow_up(later).tracked] == [("overdue",)]
    more = under(folder, "actions.visits={label: Thăm, who: Sở, until: 2023-12-01, serves: jobs}")
    assert [item.action.id for item in follow_up(more).tracked] == ["fairs", "visits"]
    none = under(folder, "actions.fairs=null")
    assert follow_up(none).tracked == ()
    assert [row.indicator for row in follow_up(none).unserved] == ["jobs"]


@pytest.mark.parametrize(
    ("text", "column", "code", "hint"),
    [
        (
            "actions.fair={label: A, who: B, until: 2023-12-01, serves: jobs}",
            9,
            "unknown_path",
            "actions.fairs",
        ),
        ("actions.visits=null", 9, "unknown_path", ""),
        (
            "actions.visits={label: A, who: B, until: 2023-12-01, serves: jbos}",
            62,
            "unknown_indicator",
            "jobs",
        ),
        (f"{SENTENCES}.threee=A", 39, "unknown_path", f"{SENTENCES}.three"),
        (f"{SENTENCES}.one.whn=1 > 0", 43, "unknown_path", f"{SENTENCES}.one.when"),
        (f"{SENTENCES}.last='Có {{jobs.achievd}}'", 49, "unknown_name", "achieved"),
        ("reports.half.sections.frst.heading=A", 23, "unknown_path", "reports.half.sections.first.heading"),
        ("reports.hal.title=A", 9, "unknown_path", "reports.half.title"),
    ],
)
def test_what_is_meant_for_another_is_told(
    folder: Path, text: str, column: int, code: str, hint: str
) -> None:
    with pytest.raises(RuleError) as error:
        under(folder, text)
    (issue,) = error.value.issues
    place = issue.place
    assert place is not None
    assert (issue.code.value, place.file, place.line, place.column) == (code, f"--set {text}", 1, column)
    assert hint in (issue.hint.en if issue.hint else "")


def test_a_file_s_faults_stand_in_the_file(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "more.yaml"
    file.write_text(
        "set:\n  actions:\n    visits: {label: A, who: B, until: 2023-13-01, serves: jobs}\n", "utf-8"
    )
    with pytest.raises(RuleError) as error:
        load_rulebook(str(folder), None, Overlay(layers=(overlay_file(file, "more.yaml"),)))
    (issue,) = error.value.issues
    assert issue.place is not None
    assert (issue.code.value, issue.place.file, issue.place.line, issue.place.column) == (
        "bad_date",
        "more.yaml",
        3,
        39,
    )
