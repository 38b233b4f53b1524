"""The wheel as a stranger gets it, and the promises that the repository's own files make."""

import ast
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("engine", "rules", "scenarios", "api")
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as a user would: no Python settings of this process leak into it."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_"))}
    env["PYTHONIOENCODING"] = "utf-8"
    return subprocess.run(
        command, cwd=cwd, env=env, capture_output=True, text=True, encoding="utf-8", check=False
    )


def succeed(*command: str | Path, cwd: Path) -> str:
    done = run(*command, cwd=cwd)
    assert done.returncode == 0, f"{done.args} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def tracked() -> list[Path]:
    """Files under version control; git is needed to work on the project anyway."""
    names = succeed("git", "ls-files", "-z", cwd=ROOT).split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def shipped() -> set[str]:
    """What the wheel must hold: every module, and every file of a rulebook."""
    return {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.suffix == ".py" or (path.is_relative_to(ROOT / "rules") and path.suffix in {".yaml", ".csv"})
    }


# ------------------------------------------------------------------------------------------ the wheel


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source archive of the working tree."""
    folder = tmp_path_factory.mktemp("dist")
    succeed(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-t", "sdist", "-d", folder, cwd=ROOT)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (path,) = built.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def sdist(built: Path) -> Path:
    (path,) = built.glob("*.tar.gz")
    return path


def members(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_every_module_and_every_rulebook(wheel: Path) -> None:
    names = members(wheel)
    assert shipped() - names == set()
    assert any(name.endswith(".yaml") for name in names)
    assert any(name.endswith(".csv") for name in names)


def test_the_wheel_brings_nothing_beside_the_four_packages(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in members(wheel)}
    version = PROJECT["project"]["version"]
    assert tops == {*PACKAGES, f"chitieu-{version}.dist-info"}


def test_the_source_archive_builds_the_same_wheel(sdist: Path, wheel: Path, tmp_path: Path) -> None:
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (unpacked,) = tmp_path.iterdir()
    succeed(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path, cwd=unpacked)
    assert members(tmp_path / wheel.name) == members(wheel)


# ------------------------------------------------------------------------------- the wheel, installed


@dataclass(frozen=True)
class Installed:
    """A new environment with the wheel in it, and a folder of someone else's to call it from."""

    home: Path
    elsewhere: Path

    @property
    def scripts(self) -> Path:
        return self.home / ("Scripts" if os.name == "nt" else "bin")

    def python(self, code: str) -> str:
        # -I: the folder that it is called from is not on the path, as for the console script.
        return succeed(self.scripts / "python", "-I", "-c", code, cwd=self.elsewhere)

    def chitieu(self, *arguments: str) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(succeed(self.scripts / "chitieu", *arguments, cwd=self.elsewhere))
        return answer


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, symlinks=os.name != "nt")
    paths = sysconfig.get_paths("venv", vars={"base": str(home), "platbase": str(home)})
    # Dependencies are seen in this environment. A line in a .pth file adds a folder without reading
    # the .pth files in it, so that the working tree's editable install stays out of sight.
    dependencies = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    seen = Path(paths["purelib"]) / "dependencies.pth"
    seen.write_text("\n".join(sorted(dependencies)), encoding="utf-8")

    elsewhere = tmp_path_factory.mktemp("elsewhere")
    for package in PACKAGES:
        module = elsewhere / package / "__init__.py"
        module.parent.mkdir()
        module.write_text("raise RuntimeError('a stranger')\n", encoding="utf-8")
    stranger = elsewhere / "rules" / "binh_thuan_2023"
    stranger.mkdir()
    (stranger / "rulebook.yaml").write_text("not: [a, rulebook\n", encoding="utf-8")

    one = Installed(home, elsewhere)
    succeed(
        *(sys.executable, "-m", "pip", "--python", one.scripts / "python", "--isolated", "install"),
        *("--quiet", "--disable-pip-version-check", "--no-index", "--no-deps", wheel),
        cwd=elsewhere,
    )
    return one


@pytest.mark.parametrize("package", PACKAGES)
def test_the_code_comes_from_the_wheel(installed: Installed, package: str) -> None:
    place = Path(installed.python(f"import {package}; print({package}.__file__)").strip())
    assert place.is_relative_to(installed.home)


def test_gap_from_a_folder_with_other_peoples_packages(installed: Installed) -> None:
    answer = installed.chitieu("gap", "binh_thuan_2023", "--format", "json")
    assert answer["rulebook"] == "binh_thuan_2023"
    assert len({row["indicator"] for row in answer["rows"]}) == 7


def test_plan_from_a_folder_with_other_peoples_packages(installed: Installed) -> None:
    answer = installed.chitieu("plan", "binh_thuan_2023", "--format", "json")
    totals = {"jobs": 8458, "training": 6000, "loans": 2500}
    assert answer["status"] in {"optimal", "feasible"}
    assert answer["totals"] == totals
    for quota, total in totals.items():
        assert sum(unit["value"] for unit in answer["by_unit"] if unit["quota"] == quota) == total


# --------------------------------------------------------------------------------------- dependencies


@dataclass(frozen=True)
class Pin:
    """One entry of a requirements file."""

    requirement: Requirement
    hashes: tuple[str, ...]

    @property
    def version(self) -> Version:
        (specifier,) = self.requirement.specifier
        assert specifier.operator == "=="
        return Version(specifier.version)


def pins(name: str) -> dict[str, Pin]:
    """The entries of requirements/NAME.txt by canonical package name."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    lines = re.sub(r"\s*\\\n\s*", " ", re.sub(r"(?m)^\s*#.*\n", "", text)).splitlines()
    found: dict[str, Pin] = {}
    for line in lines:
        head, *hashes = line.split(" --hash=")
        requirement = Requirement(head)
        found[canonicalize_name(requirement.name)] = Pin(requirement, tuple(hashes))
    return found


def asked(group: str) -> Iterator[Requirement]:
    """The direct requirements of a dependency group, those of the groups it includes among them."""
    for entry in PROJECT["dependency-groups"][group]:
        if isinstance(entry, str):
            yield Requirement(entry)
        else:
            yield from asked(entry["include-group"])


def runtime() -> list[Requirement]:
    return [Requirement(entry) for entry in PROJECT["project"]["dependencies"]]


@pytest.mark.parametrize(
    ("name", "direct"),
    [
        ("runtime", runtime()),
        ("dev", [*runtime(), *asked("dev")]),
        ("build", [Requirement(entry) for entry in PROJECT["build-system"]["requires"]]),
        ("bench", list(asked("bench"))),
    ],
    ids=["runtime", "dev", "build", "bench"],
)
def test_every_direct_dependency_is_pinned_within_its_bounds(name: str, direct: list[Requirement]) -> None:
    pinned = pins(name)
    for requirement in direct:
        pin = pinned[canonicalize_name(requirement.name)]
        assert pin.requirement.marker is None
        assert requirement.specifier.contains(pin.version), f"{requirement} is pinned to {pin.version}"


@pytest.mark.parametrize("name", ["runtime", "dev", "build", "bench"])
def test_every_pin_has_its_hashes(name: str) -> None:
    for pin in pins(name).values():
        assert pin.hashes, pin.requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", digest) for digest in pin.hashes), pin.requirement


@pytest.mark.parametrize("name", ["runtime", "build"])
def test_dev_holds_the_other_sets_as_they_are(name: str) -> None:
    everything = pins("dev")
    assert {package: pin for package, pin in pins(name).items() if everything.get(package) != pin} == {}


def test_bench_adds_to_dev_and_changes_nothing_of_it() -> None:
    both = pins("dev").keys() & pins("bench").keys()
    assert "numpy" in both
    assert {name for name in both if pins("dev")[name].version != pins("bench")[name].version} == set()


def imported(path: Path) -> set[str]:
    """The top-level names that a module imports, at its head or inside a function."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None and node.level == 0:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("package", PACKAGES)
def test_what_the_code_imports_is_a_declared_dependency(package: str) -> None:
    """Else it works only where the development tools, or another package's needs, happen to be."""
    extras = PROJECT["project"]["optional-dependencies"].values()
    asked_for = [*runtime(), *(Requirement(entry) for extra in extras for entry in extra)]
    declared = {canonicalize_name(requirement.name) for requirement in asked_for}
    owners = importlib.metadata.packages_distributions()
    strangers = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / package).rglob("*.py")
        for name in imported(path) - sys.stdlib_module_names - set(PACKAGES)
        if declared.isdisjoint(canonicalize_name(owner) for owner in owners.get(name, []))
    }
    assert strangers == set()


def test_rules_needs_nothing_but_python() -> None:
    for path in (ROOT / "rules").rglob("*.py"):
        assert imported(path) <= sys.stdlib_module_names


# -------------------------------------------------------------------------------------- what is written


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        (
            "a package index",
            r"https?://[^ ]*(?:pypi|pythonhosted)|--(?:extra-)?index-url|--find-links|--trusted-host",
        ),
        ("a path of one machine", r"(?<![\w.}])/(?:home|root|work|Users)/|\b[A-Z]:\\Users\\"),
    ],
    ids=["index", "path"],
)
def test_no_file_names(what: str, pattern: str) -> None:
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or a workbook
        if not re.search(pattern, text):
            continue  # nor is it in any line
        found += [
            f"{path.relative_to(ROOT)}:{number}: {what}: {line.strip()}"
            for number, line in enumerate(text.splitlines(), start=1)
            if path != Path(__file__).resolve() and re.search(pattern, line)
        ]
    assert found == []
