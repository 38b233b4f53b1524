"""Convex quadratic programs with a separable objective, by an interior point and a polish (§14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import nnls
from scipy.sparse.linalg import splu

Floats = NDArray[np.float64]
FAR = 1e3  # the interior point counts in no less than this part of the farthest row
NEVER = 1e-30
TOLERANCES = (1e-14, 1e-11)  # of the interior point: distances of 1e-6 show in the objective's 12th digit
ROUGH = 1e-8  # of a last attempt, which only counts where the polish proves it
SMOOTHING = 1e-9  # keeps the polish's system regular; its rounds of refinement take it out again
ROUNDS = 20
TRIES = 10
NEAR = 1e-4  # room of rows that may bind, in the interior point's unit
MOST_DENSE = 250_000  # coefficients, zeros too, of programs that are worth a look for independent rows
EXACT = 1e-14  # of the figures that make up a row or a slope: what the polish may leave
BELOW_ZERO = 1e-9  # of the largest multiplier


@dataclass(frozen=True, eq=False)
class Program:
    """Least ½ Σ quadratic x² + linear · x, the first ``equal`` rows = ``right`` and the others ≤ it.

    ``centre``: float64 [n], a point near the optimum that need not be allowed; ``columns``: float64 [n], > 0,
    by how much each x may move, of those without a quadratic term.
    """

    quadratic: Floats
    linear: Floats
    matrix: Any
    right: Floats
    equal: int
    centre: Floats
    columns: Floats


@dataclass(frozen=True, eq=False)
class _Scaled:
    """As `Program`, of z where x = centre + columns × unit × z, its rows divided by ``rows``.

    ``rounding``: float64 [m], the size of what the right sides were worked out from.
    """

    quadratic: Floats
    linear: Floats
    matrix: Any
    right: Floats
    equal: int
    columns: Floats
    rows: Floats
    unit: float
    rounding: Floats


def least(program: Program) -> tuple[Floats, Floats]:
    """The least point x, float64 [n], of a program that has one, and the multipliers of its rows [m], ≥ 0 (of
    equations: either way). Raises ArithmeticError where none is found.
    """
    scaled = _scaled(program)
    found, status = None, ""
    for tolerance in (*TOLERANCES, ROUGH):
        z, multipliers, status = _interior_point(scaled, tolerance)
        if "Solved" in status and tolerance < ROUGH:
            found = _polished(scaled, z, multipliers) or (z, multipliers)
        elif np.isfinite(z).all() and np.isfinite(multipliers).all():
            found = _polished(scaled, z, multipliers)
        if found is not None:
            z, multipliers = found
            x = program.centre + scaled.columns * scaled.unit * z
            return x, multipliers * scaled.unit / scaled.rows
    raise ArithmeticError(f"no continuous optimum: {status}")


def _scaled(program: Program) -> _Scaled:
    """The program counted from its centre, every figure near 1.

    A column's own unit makes its quadratic term ½ z², a row's makes its coefficients' norm 1, and the common
    unit is the farthest that a row is passed at the centre. Without this a total of a million looks
    infeasible to an interior point, whose tolerances are absolute.
    """
    curved = program.quadratic > 0
    columns = np.where(curved, 1 / np.sqrt(np.where(curved, program.quadratic, 1.0)), program.columns)
    matrix = sparse.csr_array(program.matrix @ sparse.diags_array(columns))
    rows = np.sqrt(matrix.multiply(matrix).sum(axis=1))
    left = (program.right - program.matrix @ program.centre) / rows
    passed = np.maximum(-left, 0.0)
    passed[: program.equal] = np.abs(left[: program.equal])
    unit = max(float(passed.max(initial=0.0)), float(np.abs(left).max(initial=0.0)) / FAR) or 1.0
    slope = (program.quadratic * program.centre + program.linear) * columns / unit
    size = (abs(program.matrix) @ np.abs(program.centre) + np.abs(program.right)) / rows / unit
    matrix = sparse.csr_array(sparse.diags_array(1 / rows) @ matrix)
    return _Scaled(
        curved.astype(np.float64), slope, matrix, left / unit, program.equal, columns, rows, unit, size
    )


def _interior_point(scaled: _Scaled, tolerance: float) -> tuple[Floats, Floats, str]:
    """z, multipliers and status."""
    import clarabel

    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = tolerance
    settings.max_threads = 1
    # A whole-number plan exists: what looks like a proof that there is none is rounding.
    settings.tol_infeas_abs = settings.tol_infeas_rel = NEVER
    settings.reduced_tol_infeas_abs = settings.reduced_tol_infeas_rel = NEVER
    if tolerance < TOLERANCES[-1]:
        # Where rounding ends it before, at least what is asked for next.
        below = TOLERANCES[-1]
        settings.reduced_tol_gap_abs = settings.reduced_tol_gap_rel = settings.reduced_tol_feas = below
    cones = [
        clarabel.ZeroConeT(scaled.equal),
        clarabel.NonnegativeConeT(len(scaled.right) - scaled.equal),
    ]
    hessian = sparse.csc_matrix(sparse.diags_array(scaled.quadratic))
    rows = sparse.csc_matrix(scaled.matrix)
    found = clarabel.DefaultSolver(hessian, scaled.linear, rows, scaled.right, cones, settings).solve()
    return np.asarray(found.x, dtype=np.float64), np.asarray(found.z, dtype=np.float64), str(found.status)


def _polished(scaled: _Scaled, z: Floats, multipliers: Floats) -> tuple[Floats, Floats] | None:
    """The optimum to the last digits, from rows that bind near it; None where it isn't found.

    Rows with less room than their multiplier are taken as equations, whose optimum a linear system gives. It
    is the program's own where it keeps the other rows and no multiplier pulls the wrong way; else the rows
    that say otherwise are changed, and it is tried again. Last, where rows that bind say the same in several
    ways, such of them as do without each other.
    """
    binds = scaled.right - scaled.matrix @ z < multipliers
    found = _tried(scaled, z, multipliers, binds)
    if found is None and scaled.matrix.shape[0] * len(z) <= MOST_DENSE:
        pull = _independent(scaled, z)
        found = None if pull is None else _tried(scaled, z, pull, pull != 0)
    return found


def _independent(scaled: _Scaled, z: Floats) -> Floats | None:
    """Multipliers that come nearest to holding z in place, 0 but on rows near z that are independent; None
    where they weren't found.
    """
    near = scaled.right - scaled.matrix @ z <= NEAR
    near[: scaled.equal] = True
    kept = np.flatnonzero(near)
    rows = scaled.matrix[kept].toarray()
    equations = rows[: scaled.equal]  # pulling either way
    try:
        found, _ = nnls(np.concatenate([rows, -equations]).T, -(scaled.quadratic * z + scaled.linear))
    except RuntimeError:  # too many rounds
        return None
    pull = np.zeros(len(scaled.right))
    pull[kept] = found[: len(kept)]
    pull[: scaled.equal] -= found[len(kept) :]
    return pull


def _tried(
    scaled: _Scaled, z: Floats, multipliers: Floats, binds: NDArray[np.bool_]
) -> tuple[Floats, Floats] | None:
    """The optimum and its multipliers from a first guess of the rows that bind, bool [m]."""
    matrix, right, equal = scaled.matrix, scaled.right, scaled.equal
    binds[:equal] = True
    for _ in range(TRIES):
        found = _with_equations(scaled, np.flatnonzero(binds), z, multipliers)
        if found is None:
            return None
        at, pull = found
        over = matrix @ at - right
        over[:equal] = np.abs(over[:equal])
        passed = over > EXACT * (scaled.rounding + abs(matrix) @ np.abs(at) + np.abs(right))
        wrong = pull < -BELOW_ZERO * float(np.abs(pull).max(initial=0.0))
        wrong[:equal] = False
        if passed[binds].any():
            return None
        if not passed.any() and not wrong.any():
            pull[equal:] = np.maximum(pull[equal:], 0.0)
            return at, pull
        binds = (binds & ~wrong) | passed
    return None


def _with_equations(
    scaled: _Scaled, kept: NDArray[np.intp], z: Floats, multipliers: Floats
) -> tuple[Floats, Floats] | None:
    """The least point on the rows ``kept`` alone and the multipliers of all rows, 0 of the others, from z and
    multipliers near them; None where the system has no solution.
    """
    rows, right = scaled.matrix[kept], scaled.right[kept]
    n, m = len(z), len(kept)
    smooth = sparse.diags_array(np.concatenate([scaled.quadratic + SMOOTHING, np.full(m, -SMOOTHING)]))
    corner = sparse.coo_array((n, n)), sparse.coo_array((m, m))
    system = sparse.block_array([[corner[0], rows.T], [rows, corner[1]]]) + smooth
    try:
        solver = splu(sparse.csc_matrix(system))
    except RuntimeError:  # exactly singular
        return None
    pull = multipliers[kept]
    for _ in range(ROUNDS):
        left = np.concatenate([-(scaled.quadratic * z + scaled.linear + rows.T @ pull), right - rows @ z])
        step = solver.solve(left)
        z, pull = z + step[:n], pull + step[n:]
    slope = np.abs(scaled.quadratic * z + scaled.linear + rows.T @ pull)
    steep = scaled.quadratic * np.abs(z) + np.abs(scaled.linear) + abs(rows).T @ np.abs(pull)
    if not (slope <= EXACT * (steep + 1 / scaled.unit)).all():
        return None
    found = np.zeros(len(multipliers))
    found[kept] = pull
    return z, found
