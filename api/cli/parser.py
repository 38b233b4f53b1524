"""The words of the command line."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable

from api.cli.usage import Parser

DESCRIPTION = "chỉ tiêu: theo dõi và giao chỉ tiêu / track targets and share out what is left"
FORMATS = ("table", "json", "csv")
_OPTION = re.compile(r"--[a-z][a-z-]*")
_NEGATIVE = re.compile(r"-[.,]?[0-9]")


def parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    top: argparse.ArgumentParser = Parser(prog="chitieu", description=DESCRIPTION, allow_abbrev=False)
    top.add_argument("--version", action=_ShowVersion, nargs=0, help="phiên bản / version")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    _tracking(commands)
    _planning(commands)
    _sweep(commands)
    _judging(commands)
    _reporting(commands)
    new = _command(commands, "new", "bộ chỉ tiêu mới từ mẫu / a rulebook from the template")
    new.add_argument("name", metavar="NAME")
    _command(commands, "schema", "JSON Schema của tệp / JSON Schema of rulebook files")
    serve = _command(commands, "serve", "dịch vụ HTTP / the HTTP service", answers=False)
    serve.add_argument("--host", metavar="H", default="127.0.0.1", help="127.0.0.1 only")
    serve.add_argument("--port", metavar="P", default="8000")
    _not_yet(serve, "--db")
    verify = _command(commands, "verify", "kiểm tra số liệu của báo cáo / check a written report")
    verify.add_argument("file", metavar="FILE", help="báo cáo / the report (.txt .docx .xlsx .pdf)")
    verify.add_argument("rulebook", metavar="RULEBOOK", nargs="?", help="so với bộ này / compared with it")
    verify.add_argument("--comments", metavar="OUT.docx", help="bản Word có ghi chú / a commented Word copy")
    return top


def joined(words: Iterable[str]) -> list[str]:
    """The words, a negative figure joined to the option before it: ``--pace=-1%``, no option of its own."""
    found: list[str] = []
    for word in words:
        if found and _OPTION.fullmatch(found[-1]) and _NEGATIVE.match(word):
            found[-1] += f"={word}"
        else:
            found.append(word)
    return found


def _tracking(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    gap = _command(commands, "gap", "bảng tiến độ so chỉ tiêu / the gap table")
    _rulebook(gap)
    _date_and_basis(gap)
    gap.add_argument("--unit", metavar="U", help="một đơn vị / one unit")
    gap.add_argument("--level", metavar="L", help="mọi đơn vị của một cấp / all units of a level")
    gap.add_argument("--indicator", metavar="I", help="một chỉ tiêu / one indicator")
    _allocation(gap)
    _overlays(gap)

    _alternatives(commands)
    _frontier(commands)

    words = "một đơn vị phải đạt bao nhiêu để cấp trên đạt chỉ tiêu / what a unit must reach"
    needed = _command(commands, "needed", words)
    _rulebook(needed)
    needed.add_argument("indicator", metavar="INDICATOR", help="chỉ tiêu / the indicator")
    needed.add_argument("--unit", metavar="U", required=True, help="đơn vị / the unit")
    _date_and_basis(needed)
    _allocation(needed)
    _overlays(needed)


def _planning(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    plan = _command(commands, "plan", "phân bổ chỉ tiêu còn lại / share out what is left")
    _rulebook(plan)
    _allocation(plan)
    plan.add_argument("--periods", action="store_true", help="cả các kỳ / periods too, in the table")
    plan.add_argument("--time-limit", metavar="SECONDS", help="giới hạn thời gian (giây) / seconds at most")
    _template(plan)
    _staying(plan)
    _pacing(plan)
    _overlays(plan)

    diff = _command(commands, "diff", "so sánh các kế hoạch / plans side by side")
    _rulebook(diff)
    diff.add_argument("first", metavar="A", help="base | phương án / a scenario | OVERLAY.yaml | PLAN.json")
    diff.add_argument("others", metavar="B", nargs="+", help="so với A / compared with A")
    _allocation(diff)
    diff.add_argument("--time-limit", metavar="SECONDS", help="cho mỗi kế hoạch / for each plan, at most")
    _chart(diff)
    _overlays(diff)

    limits = _command(commands, "limits", "một con số tăng, giảm được đến đâu / how far a figure can go")
    _rulebook(limits)
    limits.add_argument("path", metavar="PATH", help="training.total | parameters.loan_capital.value")
    limits.add_argument("--down", action="store_true", help="giảm, thay vì tăng / down, not up")
    limits.add_argument("--step", metavar="S", help="bước / the step (the last decimal written)")
    limits.add_argument("--until", metavar="X", help="tìm đến đây thôi / search no further than this")
    limits.add_argument("--time-limit", metavar="SECONDS", help="giới hạn thời gian (giây) / seconds at most")
    _allocation(limits)
    _overlays(limits)


def _judging(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    explain = _command(commands, "explain", "một con số từ đâu ra / where a number comes from")
    _rulebook(explain)
    explain.add_argument("what", metavar="WHAT", help="jobs.percent_of_plan | second_half.jobs")
    explain.add_argument("--unit", metavar="U", help="một đơn vị / one unit")
    _date_and_basis(explain)
    _allocation(explain)
    _pacing(explain)
    _overlays(explain)

    check = _command(commands, "check", "mọi lỗi của bộ chỉ tiêu / all issues of a rulebook")
    _rulebook(check)
    _allocation(check)
    _overlays(check)
    test = _command(commands, "test", "các trường hợp kiểm thử của bộ chỉ tiêu / a rulebook's own cases")
    _rulebook(test)
    _allocation(test)
    _overlays(test)


def _reporting(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    report = _command(commands, "report", "viết báo cáo từ số liệu / a report written from the figures")
    _rulebook(report)
    report.add_argument("report", metavar="REPORT", nargs="?", help="mẫu báo cáo / which report")
    _date_and_basis(report)
    report.add_argument("--time-limit", metavar="SECONDS", help="cho kế hoạch / for its plan, at most")
    _template(report)
    _allocation(report)
    _overlays(report)
    actions = _command(commands, "actions", "nhiệm vụ bên các chỉ tiêu còn thiếu / actions beside the gaps")
    _rulebook(actions)
    _date_and_basis(actions)
    actions.add_argument("--unit", metavar="U", help="một đơn vị / one unit")
    _allocation(actions)
    _overlays(actions)


def _alternatives(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    words = "các phương án gần công bằng như nhau / plans that are nearly as fair"
    others = _command(commands, "alternatives", words)
    _rulebook(others)
    others.add_argument("--count", metavar="N", default="5", help="số phương án / how many plans (5)")
    others.add_argument("--slack", metavar="S", default="2%", help="kém công bằng thêm / less fair by (2%%)")
    others.add_argument("--move", metavar="M", default="5%", help="khác nhau ít nhất / moved at least (5%%)")
    others.add_argument("--time-limit", metavar="SECONDS", default="60", help="(60)")
    _allocation(others)
    _overlays(others)


def _frontier(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    frontier = _command(
        commands, "frontier", "một mục tiêu đổi lấy mục tiêu khác / what one goal costs in another"
    )
    _rulebook(frontier)
    words = "hai trong / two of: fairness | cost | changes | PATH[:more|:less] (fairness,cost)"
    frontier.add_argument("--goals", metavar="A,B", default="fairness,cost", help=words)
    frontier.add_argument("--points", metavar="N", default="5", help="số điểm / how many points (5)")
    frontier.add_argument("--from", metavar="X[,Y]", dest="first", help="PATH từ / from")
    frontier.add_argument("--to", metavar="X[,Y]", dest="last", help="PATH đến / to")
    frontier.add_argument("--more", action="store_true", help="càng lớn càng tốt / the greater the better")
    frontier.add_argument("--time-limit", metavar="SECONDS", default="60", help="(60)")
    words = "kế hoạch đã giao, cho changes / the issued plan, for changes"
    frontier.add_argument("--stay-close-to", metavar="PLAN.json", help=words)
    _chart(frontier)
    _allocation(frontier)
    _overlays(frontier)


def _sweep(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    sweep = _command(commands, "sweep", "nhiều kịch bản cùng lúc / many scenarios at once")
    _rulebook(sweep)
    sweep.add_argument("spec", metavar="SPEC", help="tệp khai báo .yaml / what is varied, a .yaml file")
    sweep.add_argument("--seed", metavar="N", help="thay seed của tệp / in place of the file's own")
    sweep.add_argument("--units", action="store_true", help="cả từng đơn vị / every unit's quota too")
    sweep.add_argument("--workers", metavar="N", help="số tiến trình / processes (one a core)")
    sweep.add_argument("--cluster", metavar="ADDRESS", help="cụm Dask / a Dask scheduler")
    sweep.add_argument("--resume", action="store_true", help="chạy tiếp lượt bị dừng / go on with -o FILE")
    sweep.add_argument("--time-limit", metavar="SECONDS", help="cho mỗi kế hoạch / for each plan, at most")
    _chart(sweep)
    _allocation(sweep)
    _overlays(sweep)


class _ShowVersion(argparse.Action):
    """Prints the installed version, which is looked up only here."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"chitieu {version('chitieu')}")
        parser.exit()


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    words: str,
    *,
    answers: bool = True,
) -> argparse.ArgumentParser:
    """A command with the options of all; ``answers``: it ends with something to show."""
    command = commands.add_parser(name, help=words, description=words, allow_abbrev=False)
    command.register("action", None, _Once)  # what takes one value keeps no second one in silence
    command.set_defaults(given=(), twice=())
    command.add_argument("--rules", metavar="DIR", help="thư mục gốc / the rules root")
    command.add_argument("--lang", choices=("vi", "en"), default="vi", help="(vi)")
    if not answers:
        return command
    command.add_argument("--format", choices=FORMATS, help="(table)")
    command.add_argument("-o", "--output", metavar="FILE", help="ghi ra tệp / write to a file (.xlsx too)")
    return command


def _rulebook(command: argparse.ArgumentParser) -> None:
    command.add_argument("rulebook", metavar="RULEBOOK", help="tên hoặc thư mục / a name or a folder")


def _date_and_basis(command: argparse.ArgumentParser) -> None:
    command.add_argument("--as-of", metavar="D", help="ngày, dạng 2023-05-15 / a date like 2023-05-15")
    command.add_argument("--basis", choices=("actual", "estimate"), help="(actual)")


def _allocation(command: argparse.ArgumentParser) -> None:
    command.add_argument("--allocation", metavar="A", help="phân bổ nào / which allocation")


def _chart(command: argparse.ArgumentParser) -> None:
    command.add_argument("--chart", metavar="FILE", help="vẽ ra .svg, .png / a picture of it too")


def _template(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--template", metavar="T.docx", help="mẫu Word cho -o TỆP.docx / a Word template for -o FILE.docx"
    )


def _overlays(command: argparse.ArgumentParser) -> None:
    """What-if (§12): a scenario of the rulebook, then what is given here, in order."""
    command.add_argument(
        "--scenario", metavar="S", help="phương án của bộ chỉ tiêu / a scenario of the rulebook"
    )
    for option, metavar, words in (
        ("--overlay", "F", "tệp thay đổi / a file of changes"),
        ("--set", "P=V", "một thay đổi, ví dụ training.total=5500 / one change"),
        ("--hold", "U.K=N", "giữ nguyên một chỉ tiêu, ví dụ phu_quy.jobs=150 / hold a quota"),
        ("--leave-out", "U", "không giao cho một đơn vị / leave a unit out"),
        ("--freeze", "D", "giữ nguyên phần đã đạt đến ngày / hold what was reached by a date"),
    ):
        command.add_argument(option, metavar=metavar, action=_Layered, dest="layers", default=(), help=words)


def _staying(command: argparse.ArgumentParser) -> None:
    """What keeps a plan close to an issued one (§12)."""
    for option, metavar, words in (
        ("--stay-close-to", "PLAN.json", "giữ sát kế hoạch đã giao / stay close to an issued plan"),
        ("--stay-weight", "W", "mức giữ, từ 0 đến inf (inf) / how closely, 0 to inf (inf)"),
        ("--stay-within", "X", "không thay đổi quá X, hoặc 5%% / no quota moves by more than X, or 5%%"),
        ("--stay-most", "N", "nhiều nhất N chỉ tiêu thay đổi / at most N quotas move (by more than X)"),
    ):
        command.add_argument(option, metavar=metavar, help=words)


def _pacing(command: argparse.ArgumentParser) -> None:
    """How fast quotas may change from the last period's."""
    for option, metavar, words in (
        ("--pace-from", "PLAN.json", "kế hoạch kỳ trước / the last period's plan"),
        ("--pace", "SHARE", "mức thay đổi tự do, ví dụ 10%% / the change that is free, such as 10%%"),
        ("--taper", "T", "phần vượt được giữ lại, 0 đến 1 (0.5) / of what is beyond, 0 to 1 (0.5)"),
    ):
        command.add_argument(option, metavar=metavar, help=words)


class _Once(argparse.Action):
    """Keeps one value, and the options that were given more than once."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        if option_string is not None and self.dest in namespace.given:
            namespace.twice = (*namespace.twice, option_string)
        namespace.given = (*namespace.given, self.dest)
        setattr(namespace, self.dest, values)


class _Layered(argparse.Action):
    """Keeps several options in the order they are given in: later ones win."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        namespace.layers = (*namespace.layers, (option_string, values))


def _not_yet(command: argparse.ArgumentParser, *options: str) -> None:
    """Options of the contract that aren't built yet: known, so that they are refused in plain words."""
    for option in options:
        command.add_argument(option, action="append", metavar="…", help="chưa hỗ trợ / not supported yet")
    command.set_defaults(not_yet=options)
