"""Joint draws of trade elasticities from their standard errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from landbridge.economy.arrays import numbers
from landbridge.economy.audit import LARGE_THETA
from landbridge.errors import InputError, Problem


@dataclass(frozen=True)
class ElasticityDraws:
    """Draws of elasticities: every one drawn, and which can be used.

    theta: (count, s) all draws. admissible: (count,) whether all elasticities lie inside the bounds. outside: (s,)
    share of draws in which a sector's elasticity left them.
    """

    theta: np.ndarray
    admissible: np.ndarray
    outside: np.ndarray

    @property
    def usable(self) -> np.ndarray:
        """(k, s) the admissible draws: the joint distribution, given that no elasticity leaves its bounds."""
        return self.theta[self.admissible]


def draw_elasticities(
    theta: np.ndarray,
    standard_error: np.ndarray,
    count: int,
    *,
    seed: int = 0,
    groups: Sequence[str] | None = None,
    correlation: np.ndarray | None = None,
    least: float = 0.0,
    most: float = LARGE_THETA,
) -> ElasticityDraws:
    """Normal draws, from scrambled Sobol points, of all elasticities together.

    theta, standard_error: (s,). groups: (s,) labels; sectors of one label share one estimate and so one error, scaled
    by each sector's own. correlation: (g, g) between the labels in order of first appearance, else none. A draw is
    admissible when all its elasticities are above `least` and at most `most`; those that are not stay in the result.

    Raises InputError for shapes that do not fit, no draws at all, negative errors, or a correlation that is none.
    """
    from scipy.special import ndtri
    from scipy.stats import qmc

    theta, standard_error = numbers("theta", theta), numbers("standard error", standard_error)
    s = theta.size
    labels = [str(k) for k in range(s)] if groups is None else [str(label) for label in groups]
    names = list(dict.fromkeys(labels))
    problems = [] if count >= 1 else [Problem("count", f"is {count}", "1 or more")]
    if theta.ndim != 1 or standard_error.shape != theta.shape or len(labels) != s:
        problems.append(
            Problem("elasticities", "have arrays of different lengths", "one number for each sector")
        )
    elif not (np.isfinite(standard_error) & (standard_error >= 0)).all():
        problems.append(Problem("standard errors", "have negative or non-finite cells", "0 or more"))
    if not np.isfinite(theta).all():
        problems.append(Problem("theta", "has cells that are not finite", "an estimate for each sector"))
    root = np.eye(len(names))
    if correlation is not None:
        correlation = numbers("correlation", correlation)
        if correlation.shape != root.shape:
            problems.append(Problem("correlation", f"has shape {correlation.shape}", f"{root.shape}"))
        elif not _is_correlation(correlation):
            problems.append(
                Problem("correlation", "is not one", "symmetric, ones on the diagonal, no negative root")
            )
        else:
            values, vectors = np.linalg.eigh(correlation)
            root = vectors * np.sqrt(np.maximum(values, 0.0))
    if problems:
        raise InputError(problems)
    sampler = qmc.Sobol(len(names), scramble=True, rng=np.random.default_rng(seed))
    # Whole powers of two keep the points balanced.
    uniform = sampler.random_base2(int(np.ceil(np.log2(count))))[:count]
    normal = ndtri(np.clip(uniform, 1e-12, 1.0 - 1e-12)) @ root.T
    member = [names.index(label) for label in labels]
    drawn = theta + standard_error * normal[:, member]
    inside = (drawn > least) & (drawn <= most)
    return ElasticityDraws(drawn, np.all(inside, axis=1), np.mean(~inside, axis=0))


def _is_correlation(matrix: np.ndarray) -> bool:
    if not (
        np.isfinite(matrix).all() and np.allclose(matrix, matrix.T) and np.allclose(np.diag(matrix), 1.0)
    ):
        return False
    return bool(np.linalg.eigvalsh(matrix).min() >= -1e-9)
