"""HiGHS behind numpy arrays: the one place that talks to the solver.

Every call makes its own solver, on one thread and with fixed seeds, so that the same arrays give the same
answer. A status is reported as HiGHS tells it; whoever needs a proof recomputes it from the answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import highspy
import numpy as np

# highspy.Highs is the same with conveniences, but prints a banner to stdout when it is made.
from highspy._core import _Highs
from scipy import sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray

Status = Literal["optimal", "feasible", "infeasible", "none_found"]

TOLERANCE = 1e-9


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
class Answer:
    """What HiGHS found.

    Attributes:
        status: `feasible` and `none_found` when it stopped at a limit.
        x: float64 [n], None when there is none.
        prices: float64 [m], row duals of a linear program (≥ 0 at a row's lower side), else None.
        bound: HiGHS' own lower bound on the objective, -inf when there is none.
        ray: float64 [m], multipliers that show an infeasible linear program to be so (Farkas), signs as those
            of prices or all opposite; None if HiGHS gives none. Check it before relying on it.
    """

    status: Status
    x: NDArray[np.float64] | None = None
    prices: NDArray[np.float64] | None = None
    bound: float = -np.inf
    ray: NDArray[np.float64] | None = None


def run(
    problem: Linear,
    *,
    start: NDArray[np.float64] | None = None,
    absolute_gap: float = 0.0,
    node_limit: int | None = None,
    time_limit: float | None = None,
) -> Answer:
    """Solves a linear program, or a mixed-integer one where `problem.whole` says so.

    Args:
        problem: the arrays.
        start: float64 [n], a plan that a mixed-integer search begins with.
        absolute_gap: a mixed-integer search stops when its bound is this near.
        node_limit: how many nodes a mixed-integer search may open.
        time_limit: seconds.

    Raises:
        RuntimeError: if HiGHS refuses the arrays or ends in a state that has no meaning here.
    """
    if problem.cost.size == 0:
        return _without_columns(problem)
    solver = _solver(absolute_gap, node_limit, time_limit)
    if problem.whole is None:
        # On rows full of like columns it takes far longer than the simplex after it, and it hides the ray.
        solver.setOptionValue("presolve", "off")
    if solver.passModel(_model(problem)) == highspy.HighsStatus.kError:
        raise RuntimeError("HiGHS refused the arrays")
    if start is not None:
        begin = highspy.HighsSolution()
        begin.col_value = start.tolist()
        solver.setSolution(begin)
    solver.run()
    return _answer(solver, problem)


class Repeated:
    """A linear program that is solved again with other column bounds, each time from its last basis."""

    def __init__(self, problem: Linear) -> None:
        self._problem = replace(problem, whole=None)
        self._solver = _solver(0.0, None, None)
        self._solver.setOptionValue("presolve", "off")
        self._columns = np.arange(problem.cost.size, dtype=np.int32)
        if problem.cost.size:
            self._solver.passModel(_model(self._problem))

    def run(self, lower: NDArray[np.float64], upper: NDArray[np.float64]) -> Answer:
        """Solves it with these column bounds, float64 [n]."""
        if self._columns.size == 0:
            return _without_columns(self._problem)
        self._solver.changeColsBounds(self._columns.size, self._columns, lower, upper)
        self._solver.run()
        return _answer(self._solver, self._problem)


def _ray(solver: _Highs, problem: Linear) -> NDArray[np.float64] | None:
    if problem.whole is not None or problem.row_lower.size == 0:
        return None
    # HiGHS' own type information leaves this method out.
    _, exists, ray = solver.getDualRay()  # type: ignore[attr-defined]
    return np.asarray(ray, dtype=np.float64) if exists else None


def _without_columns(problem: Linear) -> Answer:
    # HiGHS calls such a model empty, whatever its rows say.
    if bool(np.all((problem.row_lower <= TOLERANCE) & (problem.row_upper >= -TOLERANCE))):
        return Answer("optimal", np.zeros(0), np.zeros(problem.row_lower.size), 0.0)
    return Answer("infeasible")


def _solver(absolute_gap: float, node_limit: int | None, time_limit: float | None) -> _Highs:
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


def _model(problem: Linear) -> highspy.HighsLp:
    model = highspy.HighsLp()
    matrix = sparse.csc_array(problem.matrix)
    model.num_row_, model.num_col_ = matrix.shape
    model.col_cost_, model.col_lower_, model.col_upper_ = problem.cost, problem.lower, problem.upper
    model.row_lower_, model.row_upper_ = problem.row_lower, problem.row_upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
    model.a_matrix_.value_ = matrix.data
    if problem.whole is not None:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        model.integrality_ = [kinds[whole] for whole in problem.whole.tolist()]
    return model


def _answer(solver: _Highs, problem: Linear) -> Answer:
    ended = solver.getModelStatus()
    info = solver.getInfo()
    kinds = highspy.HighsModelStatus
    # Every column is bounded, so "unbounded or infeasible" is infeasible.
    if ended in {kinds.kInfeasible, kinds.kUnboundedOrInfeasible}:
        return Answer("infeasible", ray=_ray(solver, problem))
    stopped = {kinds.kTimeLimit, kinds.kIterationLimit, kinds.kSolutionLimit, kinds.kInterrupt}
    if ended != kinds.kOptimal and ended not in stopped and ended != kinds.kUnknown:
        raise RuntimeError(f"HiGHS ended with {solver.modelStatusToString(ended)}")
    optimal = ended == kinds.kOptimal
    if problem.whole is not None:
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
        float(info.objective_function_value),
    )
