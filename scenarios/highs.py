"""HiGHS behind numpy arrays: the one place that talks to the solver.

Every solver is on one thread and has fixed seeds, so that the same arrays in the same order give the same
answer. A status is reported as HiGHS tells it; whoever needs a proof recomputes it from the answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import highspy
import numpy as np

# highspy.Highs is the same with conveniences, but prints a banner to stdout when it is made.
from highspy._core import _Highs
from scipy import sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray

Status = Literal["optimal", "feasible", "infeasible", "none_found"]

TOLERANCE = 1e-9
ROUNDING = 1e-9
EPSILON = 4 * float(np.finfo(np.float64).eps)
CONFIRMED = 1e-7  # what an answer may be off by where numpy checks it, relative
NONE, NOTHING = np.zeros(0, dtype=np.int32), np.zeros(0)
VERY_LARGE, LARGE = 2.0**30, 2.0**20  # sides beyond the first are counted in units, up to the second


@dataclass(frozen=True, eq=False)
class Linear:
    """min cost·x subject to row_lower ≤ matrix x ≤ row_upper, lower ≤ x ≤ upper.

    Attributes:
        cost: float64 [n], best scaled to about 1.
        lower, upper: float64 [n], finite.
        matrix: scipy.sparse, float64 [m, n].
        row_lower, row_upper: float64 [m], ±inf where open.
        whole: bool [n], true where x must be whole; None for a linear program.
    """

    cost: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    matrix: sparse.csr_array | sparse.csc_array
    row_lower: NDArray[np.float64]
    row_upper: NDArray[np.float64]
    whole: NDArray[np.bool_] | None = None


@dataclass(frozen=True, eq=False)
class Basis:
    """Where a linear program's simplex ended, or may begin: int8 [n] and [m] of HiGHS' own numbers."""

    columns: NDArray[np.int8]
    rows: NDArray[np.int8]


LOWER, BASIC, UPPER = (
    int(getattr(highspy.HighsBasisStatus, name)) for name in ("kLower", "kBasic", "kUpper")
)


@dataclass(frozen=True, eq=False)
class Answer:
    """What HiGHS found.

    Attributes:
        status: `feasible` and `none_found` when it stopped at a limit.
        x: float64 [n], None when there is none.
        prices: float64 [m], row duals of a linear program (≥ 0 at a row's lower side), else None.
        bound: HiGHS' own lower bound on the objective, -inf when there is none.
        ray: float64 [m], multipliers that show an infeasible linear program to be so (Farkas), signs as those
            of prices or all opposite; None if HiGHS gives none. Check it before relying on it.
        basis: of a linear program that was asked for one.
    """

    status: Status
    x: NDArray[np.float64] | None = None
    prices: NDArray[np.float64] | None = None
    bound: float = -np.inf
    ray: NDArray[np.float64] | None = None
    basis: Basis | None = None


def run(
    problem: Linear,
    *,
    start: NDArray[np.float64] | None = None,
    basis: Basis | None = None,
    keep_basis: bool = False,
    absolute_gap: float = 0.0,
    node_limit: int | None = None,
    time_limit: float | None = None,
    units: bool = True,
) -> Answer:
    """Solves a linear program, or a mixed-integer one where `problem.whole` says so.

    Args:
        problem: the arrays.
        start: float64 [n], a plan that a mixed-integer search begins with.
        basis: where a linear program begins; it need not be a true basis.
        keep_basis: whether the answer has its basis.
        absolute_gap: a mixed-integer search stops when its bound is this near.
        node_limit: how many nodes a mixed-integer search may open.
        time_limit: seconds.
        units: whether columns of a linear program may be counted in larger units beside large sides; False
            where only sides that don't matter are large.

    Raises:
        RuntimeError: if HiGHS refuses the arrays or ends in a state that has no meaning here.
    """
    if problem.cost.size == 0:
        return without_columns(problem)
    unit = _unit(problem) if units else 1.0
    if unit > 1:
        problem = _in_units(problem, unit)
    solver = new_solver(absolute_gap, node_limit, time_limit)
    if problem.whole is None:
        # On rows full of like columns it takes far longer than the simplex after it, and it hides the ray.
        solver.setOptionValue("presolve", "off")
    hand_over(solver, problem)
    if start is not None:
        begin = highspy.HighsSolution()
        begin.col_value = start.tolist()
        solver.setSolution(begin)
    if basis is not None:
        _begin(solver, basis)
    solver.run()
    answer = answer_of(solver, problem)
    x = answer.x
    if x is None:
        return answer
    if keep_basis:
        answer = replace(answer, basis=_end(solver, problem, x))
    return replace(answer, x=x * unit, bound=answer.bound * unit) if unit > 1 else answer


def _unit(problem: Linear) -> float:
    """What a linear program's columns are counted in: HiGHS' tolerances are absolute, and beside very large
    sides finer than float64 itself. A power of two, which rounds nothing.
    """
    if problem.whole is not None:
        return 1.0
    sides = np.abs(np.concatenate([problem.row_lower, problem.row_upper]))
    largest = float(sides[np.isfinite(sides)].max(initial=0.0))
    return 1.0 if largest <= VERY_LARGE else 2.0 ** np.ceil(np.log2(largest / LARGE))


def _in_units(problem: Linear, unit: float) -> Linear:
    return replace(
        problem,
        lower=problem.lower / unit,
        upper=problem.upper / unit,
        row_lower=problem.row_lower / unit,
        row_upper=problem.row_upper / unit,
    )


def _begin(solver: _Highs, basis: Basis) -> None:
    given = highspy.HighsBasis()
    given.valid = given.alien = True  # HiGHS makes a true basis of it
    kinds = np.array(_KINDS, dtype=object)
    given.col_status, given.row_status = kinds[basis.columns].tolist(), kinds[basis.rows].tolist()
    solver.setBasis(given)


def _end(solver: _Highs, problem: Linear, x: NDArray[np.float64]) -> Basis:
    """Where the simplex ended; columns by which are basic and where x (float64 [n]) stands, since HiGHS makes
    an object of each that it lists, which takes longer than the program does.
    """
    found = solver.getBasis()
    rows = _numbers(found.row_status)
    if solver.getInfo().simplex_iteration_count <= 0:
        # HiGHS may not have made a basis matrix, and dies when it is asked what is in it.
        return Basis(_numbers(found.col_status), rows)
    # HiGHS' own type information leaves this method out.
    status, basic = solver.getBasicVariables()  # type: ignore[attr-defined]
    if status != highspy.HighsStatus.kOk:
        return Basis(_numbers(found.col_status), rows)
    columns = np.where((x == problem.upper) & (problem.lower < problem.upper), UPPER, LOWER).astype(np.int8)
    columns[basic[basic >= 0]] = BASIC  # a row is below 0
    return Basis(columns, rows)


def _numbers(kinds: Any) -> NDArray[np.int8]:
    return np.fromiter((int(kind) for kind in kinds), dtype=np.int8, count=len(kinds))


_KINDS = tuple(
    getattr(highspy.HighsBasisStatus, name) for name in ("kLower", "kBasic", "kUpper", "kZero", "kNonbasic")
)


def confirmed(problem: Linear, answer: Answer, transposed: Any = None) -> bool:
    """Whether numpy alone shows an answer to a linear program to be right, within rounding.

    An optimum: x keeps bounds and rows, and the prices prove that nothing is better. Infeasibility: the ray
    proves it (Farkas). `transposed`: the matrix', where it is at hand.
    """
    if transposed is None:
        transposed = problem.matrix.T
    if answer.status == "infeasible":
        if answer.ray is None:
            return False
        for ray in (answer.ray, -answer.ray):
            shown = np.concatenate(_proven(problem, transposed, ray, 0.0))
            if shown.sum() > ROUNDING * np.abs(shown).sum():
                return True
        return False
    if answer.x is None or answer.prices is None:
        return False
    activity = problem.matrix @ answer.x
    if not _keeps(answer.x, problem.lower, problem.upper):
        return False
    if not _keeps(activity, problem.row_lower, problem.row_upper):
        return False
    terms = _proven(problem, transposed, answer.prices, problem.cost)
    missed = abs(float(problem.cost @ answer.x - terms[0].sum() - terms[1].sum()))
    return missed <= CONFIRMED or missed <= CONFIRMED * sum(float(np.abs(part).sum()) for part in terms)


def _keeps(values: NDArray[np.float64], lower: NDArray[np.float64], upper: NDArray[np.float64]) -> bool:
    most = max((lower - values).max(initial=0.0), (values - upper).max(initial=0.0))
    if most <= CONFIRMED:
        return True
    room = CONFIRMED * np.maximum(1.0, np.abs(values))
    return bool(((values >= lower - room) & (values <= upper + room)).all())


def _proven(
    problem: Linear, transposed: Any, prices: NDArray[np.float64], cost: NDArray[np.float64] | float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What cost · x is at least, by these row prices and the columns' bounds: terms [m] and [n] of a sum."""
    side = np.where(prices > 0, problem.row_lower, problem.row_upper)
    stands = np.isfinite(side)
    if not stands.all():  # a price on an open side proves nothing
        prices, side = np.where(stands, prices, 0.0), np.where(stands, side, 0.0)
    reduced = cost - transposed @ prices
    return prices * side, reduced * np.where(reduced > 0, problem.lower, problem.upper)


def _ray(solver: _Highs, problem: Linear) -> NDArray[np.float64] | None:
    if problem.whole is not None or problem.row_lower.size == 0:
        return None
    # HiGHS' own type information leaves this method out.
    _, exists, ray = solver.getDualRay()  # type: ignore[attr-defined]
    return np.asarray(ray, dtype=np.float64) if exists else None


def without_columns(problem: Linear) -> Answer:
    """The answer to a program that has no columns."""
    # HiGHS calls such a model empty, whatever its rows say.
    if bool(np.all((problem.row_lower <= TOLERANCE) & (problem.row_upper >= -TOLERANCE))):
        return Answer("optimal", np.zeros(0), np.zeros(problem.row_lower.size), 0.0)
    return Answer("infeasible")


def new_solver(absolute_gap: float, node_limit: int | None, time_limit: float | None) -> _Highs:
    """HiGHS on one thread, silent, with fixed seeds; arguments as in `run`."""
    solver = _Highs()
    options: dict[str, bool | int | float | str] = {
        "output_flag": False,
        # Before the first run of the process: afterwards HiGHS silently gives no answer.
        "threads": 1,
        "random_seed": 0,
        "primal_feasibility_tolerance": TOLERANCE,
        "dual_feasibility_tolerance": TOLERANCE,
        "mip_feasibility_tolerance": TOLERANCE,
        "mip_allow_restart": False,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": absolute_gap,
    }
    if node_limit is not None:
        options["mip_max_nodes"] = node_limit
    if time_limit is not None:
        options["time_limit"] = max(0.01, time_limit)
    for name, value in options.items():
        if solver.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise RuntimeError(f"HiGHS doesn't know the option {name} = {value}")
    return solver


def hand_over(solver: _Highs, problem: Linear) -> None:
    """Hand the arrays over as they are: through a HighsLp each would be copied number by number."""
    matrix = sparse.csc_array(problem.matrix)
    rows, columns = matrix.shape
    whole = np.zeros(columns) if problem.whole is None else problem.whole
    status = solver.passModel(
        columns,
        rows,
        matrix.nnz,
        int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMinimize),
        0.0,
        np.asarray(problem.cost, dtype=np.float64),
        np.asarray(problem.lower, dtype=np.float64),
        np.asarray(problem.upper, dtype=np.float64),
        np.asarray(problem.row_lower, dtype=np.float64),
        np.asarray(problem.row_upper, dtype=np.float64),
        matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32),
        matrix.data.astype(np.float64),
        whole.astype(np.int32),
    )
    if status == highspy.HighsStatus.kError:
        raise RuntimeError("HiGHS refused the arrays")


def answer_of(solver: _Highs, problem: Linear) -> Answer:
    """What the solver came to. Raises RuntimeError where that has no meaning here."""
    ended = solver.getModelStatus()
    kinds = highspy.HighsModelStatus
    optimal = ended == kinds.kOptimal
    if not optimal:
        # Every column is bounded, so "unbounded or infeasible" is infeasible.
        if ended in {kinds.kInfeasible, kinds.kUnboundedOrInfeasible}:
            return Answer("infeasible", ray=_ray(solver, problem))
        stopped = {kinds.kTimeLimit, kinds.kIterationLimit, kinds.kSolutionLimit, kinds.kInterrupt}
        if ended not in stopped and ended != kinds.kUnknown:
            raise RuntimeError(f"HiGHS ended with {solver.modelStatusToString(ended)}")
    if problem.whole is not None:
        info = solver.getInfo()
        bound = float(info.mip_dual_bound)
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return Answer("none_found", bound=bound)
        found = np.asarray(solver.getSolution().col_value, dtype=np.float64)
        return Answer("optimal" if optimal else "feasible", found, bound=bound)
    if not optimal:
        return Answer("none_found")
    solution = solver.getSolution()
    return Answer(
        "optimal",
        np.asarray(solution.col_value, dtype=np.float64),
        np.asarray(solution.row_dual, dtype=np.float64),
        float(solver.getObjectiveValue()),
    )
