"""A polynomial of the inputs fitted to draws, and the Sobol indices that follow from its coefficients.

Terms are products of polynomials that are orthonormal under each input's own distribution, so that the variance of the
result is the sum of the squared coefficients, term by term (Sudret 2008, Reliability Engineering and System Safety
93(7):964-979). Terms are chosen one by one, the next being that which explains most of what is left (orthogonal
matching pursuit), as many as give the least error on draws left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_GRID = 4096
_FOLDS = 5
# Inputs of the largest own effect: products of theirs with all others are looked for.
_PAIRED = 10
_MOST_TERMS = 60


@dataclass(frozen=True)
class Indices:
    """Sobol indices by group (g,), each with its error, and the share of the variance that the polynomial explains.

    explained: on draws that it was not fitted to, at most one. terms: how many it has.
    """

    first: np.ndarray
    first_error: np.ndarray
    total: np.ndarray
    total_error: np.ndarray
    explained: float
    terms: int


@dataclass(frozen=True)
class Basis:
    """Polynomials of each input. own: input -> (k, degree) at the draws. inputs: how many there are."""

    own: tuple[np.ndarray, ...]

    @property
    def inputs(self) -> int:
        """The number of inputs."""
        return len(self.own)

    def only(self, moving: Sequence[bool]) -> Basis:
        """The same without polynomials of the inputs (d,) that move nothing."""
        return Basis(tuple(one if keep else one[:, :0] for one, keep in zip(self.own, moving, strict=True)))


def basis_of(drawn: np.ndarray, distribution: np.ndarray, degree: int = 3) -> Basis:
    """Orthonormal polynomials of the inputs at the draws (k, d).

    distribution: (m, d) evenly spaced quantiles of each input, under which the polynomials are orthonormal; an input of
    two values has one polynomial, one of a single value none.
    """
    own = []
    for column in range(drawn.shape[1]):
        grid, points = distribution[:, column], drawn[:, column]
        centre, spread = grid.mean(), grid.std()
        degrees = min(degree, len(np.unique(grid)) - 1)
        if not spread > 0 or degrees < 1:
            own.append(np.zeros((len(points), 0)))
            continue
        powers = np.arange(degrees + 1)
        on_grid = ((grid - centre) / spread)[:, None] ** powers
        _, root = np.linalg.qr(on_grid / np.sqrt(len(grid)))
        root = root * np.sign(np.diag(root))[:, None]
        at_draws = ((points - centre) / spread)[:, None] ** powers
        own.append(np.linalg.solve(root.T, at_draws.T).T[:, 1:])
    return Basis(tuple(own))


def quantile_grid() -> np.ndarray:
    """Probabilities (m,) in the middle of even steps, at which a distribution is looked at."""
    return (np.arange(_GRID) + 0.5) / _GRID


def sobol_indices(basis: Basis, groups: Sequence[int], result: np.ndarray) -> Indices:
    """The indices of a result (k,) by group of inputs. groups: (d,) number of each input's group.

    First-order: what a group explains alone. Total: with all its interactions. The errors join how much the indices
    move when a fifth of the draws is left out, by the jackknife, and the variance that stays unexplained and could be
    anyone's. A result without variance has indices of zero.
    """
    count = max(groups) + 1
    spread = float(result.std())
    zero = np.zeros(count)
    if spread <= 1e-14 * max(1.0, float(np.abs(result).max())):
        return Indices(zero, zero, zero, zero, 1.0, 0)
    scaled = (result - result.mean()) / spread
    member = np.asarray(groups)
    terms, columns = _candidates(basis, scaled)
    fold = np.arange(len(scaled)) % _FOLDS
    most = min(_MOST_TERMS, len(scaled) // 4)
    paths, missed = [], np.zeros(most + 1)
    for number in range(_FOLDS):
        kept = fold != number
        path = _pursue(columns[kept], scaled[kept], columns[~kept], scaled[~kept], most)
        paths.append((kept, path.chosen))
        missed += path.missed
    best = int(np.argmin(missed))
    rows = [
        _split(terms, chosen[:best], columns[kept], scaled[kept], member, count) for kept, chosen in paths
    ]
    chosen = _pursue(columns, scaled, columns[:0], scaled[:0], best).chosen
    first, total = _split(terms, chosen, columns, scaled, member, count)
    explained = 1.0 - float(missed[best]) / len(scaled)
    unknown = min(max(1.0 - explained, 0.0), 1.0)
    error = np.sqrt((_FOLDS - 1) * np.var(np.array(rows), axis=0) + unknown**2)
    return Indices(first, error[0], total, error[1], explained, len(chosen))


def _candidates(basis: Basis, result: np.ndarray) -> tuple[list[tuple[int, ...]], np.ndarray]:
    """The terms to choose from: the inputs of each, and their values (k, t)."""
    terms: list[tuple[int, ...]] = []
    columns: list[np.ndarray] = []
    strength = np.zeros(basis.inputs)
    for number, own in enumerate(basis.own):
        for degree in range(own.shape[1]):
            terms.append((number,))
            columns.append(own[:, degree])
            strength[number] += float(own[:, degree] @ result) ** 2
    strongest = [int(k) for k in np.argsort(-strength, kind="stable")[:_PAIRED] if strength[k] > 0]
    for place, a in enumerate(strongest):
        for b in range(basis.inputs):
            if b in strongest[: place + 1]:
                continue
            for k, m in ((0, 0), (0, 1), (1, 0)) if b in strongest else ((0, 0),):
                if k < basis.own[a].shape[1] and m < basis.own[b].shape[1]:
                    terms.append((a, b))
                    columns.append(basis.own[a][:, k] * basis.own[b][:, m])
    return terms, np.stack(columns, axis=1)


@dataclass(frozen=True)
class _Path:
    """Terms in the order in which they were chosen, and the squared error (1 + most,) on points left out after each."""

    chosen: list[int]
    missed: np.ndarray


def _pursue(
    columns: np.ndarray, result: np.ndarray, away: np.ndarray, away_result: np.ndarray, most: int
) -> _Path:
    """Chooses terms among the columns (k, t) for a result (k,); away: the same at points left out."""
    mean = columns.mean(0)
    free, away_free = columns - mean, away - mean
    left, away_left = result - result.mean(), away_result - result.mean()
    size = np.einsum("kt,kt->t", free, free)
    start = np.maximum(size, 1e-300)
    usable = size > 1e-12 * len(result)
    chosen: list[int] = []
    missed = [float(away_left @ away_left)]
    for _ in range(most):
        along = left @ free
        gain = np.where(usable, along**2 / np.maximum(size, 1e-300), 0.0)
        pick = int(np.argmax(gain))
        if gain[pick] <= 1e-24 * len(result):
            break
        direction, away_direction = free[:, pick].copy(), away_free[:, pick].copy()
        weight = float(along[pick] / size[pick])
        left, away_left = left - weight * direction, away_left - weight * away_direction
        # What is left of the other terms once this one is accounted for.
        shared = (direction @ free) / size[pick]
        free -= np.outer(direction, shared)
        away_free -= np.outer(away_direction, shared)
        size = np.maximum(size - shared**2 * size[pick], 0.0)
        usable &= size > 1e-6 * start
        usable[pick] = False
        chosen.append(pick)
        missed.append(float(away_left @ away_left))
    missed += [missed[-1]] * (most + 1 - len(missed))
    return _Path(chosen, np.array(missed))


def _split(
    terms: list[tuple[int, ...]],
    chosen: list[int],
    columns: np.ndarray,
    result: np.ndarray,
    member: np.ndarray,
    count: int,
) -> tuple[np.ndarray, np.ndarray]:
    """First-order and total indices by group from the chosen terms, fitted together."""
    design = np.column_stack([np.ones(len(result)), columns[:, chosen]])
    weight, *_ = np.linalg.lstsq(design, result, rcond=None)
    first, total = np.zeros(count), np.zeros(count)
    variance = float(result.var())
    for term, one in zip(chosen, weight[1:], strict=True):
        groups = {int(member[number]) for number in terms[term]}
        share = float(one**2) / variance
        for group in groups:
            total[group] += share
        if len(groups) == 1:
            first[groups.pop()] += share
    return first, total
