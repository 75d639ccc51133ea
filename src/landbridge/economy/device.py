"""The same rounds under JAX: a chunk of scenarios at once, in float64, on JAX's default device."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from landbridge.economy.equations import BY_SHOCK, Coefficients, one_round
from landbridge.errors import InputError, Problem

_MEMORY = 12
_MOST_ROUNDS = 400
_WORSE = 1e3


def points_of(
    many: list[Coefficients], goal: float, *, width: int, has_tariff: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Points (b, n + 2 n s) of b scenarios of one model, and the rounds (b,) each took; not certified here.

    goal: largest relative gap at which a scenario stops. One that does not get there is left where its gap was least.
    width: scenarios that the device works on; fewer are filled up, so that one compilation serves every chunk.
    has_tariff: whether any scenario of the batch has tariffs; where there are none the same formula adds zero.

    Raises InputError where JAX is not installed.
    """
    try:
        import jax
    except ImportError as error:
        raise InputError(Problem("backend", "'jax' needs JAX", "pip install 'landbridge[gpu]'")) from error
    filled = many + [many[-1]] * (width - len(many))
    fields = {
        name: np.stack([getattr(c, name) for c in filled]) if name in BY_SHOCK else getattr(many[0], name)
        for name in Coefficients._fields
    }
    with _float64(jax):
        points, rounds = _solver(has_tariff)(Coefficients(**fields), goal)
        return np.asarray(points)[: len(many)], np.asarray(rounds)[: len(many)]


def _float64(jax: Any) -> Any:
    """JAX's double precision for the time of a call, without changing the caller's settings."""
    if hasattr(jax, "enable_x64"):
        return jax.enable_x64(True)
    from jax.experimental import enable_x64

    return enable_x64()


@cache
def _solver(has_tariff: bool) -> Any:
    """The compiled solver of a chunk; JAX compiles it again for every new shape."""
    import jax

    axes = Coefficients(*(0 if name in BY_SHOCK else None for name in Coefficients._fields))
    return jax.jit(jax.vmap(lambda c, goal: _one(c, goal, has_tariff), in_axes=(axes, None)))


def _one(c: Coefficients, goal: Any, has_tariff: bool) -> tuple[Any, Any]:
    """Anderson's acceleration as in `anderson.Anderson`, as a loop that JAX can compile."""
    import jax
    import jax.numpy as jnp

    n, s = c.bought.shape
    size = n + 2 * n * s
    zeros = jnp.zeros((_MEMORY, size))
    point = jnp.zeros(size)
    gap, step = one_round(jnp, c, point, has_tariff)

    def going(state: dict[str, Any]) -> Any:
        return (state["gap"] > goal) & (state["round"] < _MOST_ROUNDS) & (state["damping"] > 1e-3)

    def body(state: dict[str, Any]) -> dict[str, Any]:
        point, step = state["point"], state["damping"] * state["step"]
        count = state["count"]
        # Rows not yet held stay zero and get no weight.
        row = (count - 1) % _MEMORY
        points = jnp.where(count > 0, state["points"].at[row].set(point - state["last_point"]), zeros)
        steps = jnp.where(count > 0, state["steps"].at[row].set(step - state["last_step"]), zeros)
        gram = steps @ steps.T
        scale = 1.0 / jnp.sqrt(jnp.maximum(jnp.diag(gram), 1e-300))
        system = gram * scale[:, None] * scale[None, :] + 1e-12 * jnp.eye(_MEMORY)
        weights = scale * jnp.linalg.solve(system, scale * (steps @ step))
        following = point + step - weights @ (points + steps)
        gap, next_step = one_round(jnp, c, following, has_tariff)
        bad = ~(jnp.isfinite(gap) & jnp.isfinite(next_step).all()) | (gap > _WORSE * state["best_gap"])
        better = ~bad & (gap < state["best_gap"])
        best = jnp.where(better, following, state["best"])
        best_step = jnp.where(better, next_step, state["best_step"])
        best_gap = jnp.where(better, gap, state["best_gap"])
        return {
            "point": jnp.where(bad, best, following),
            "step": jnp.where(bad, best_step, next_step),
            "gap": jnp.where(bad, best_gap, gap),
            "last_point": point,
            "last_step": step,
            "points": points,
            "steps": steps,
            "count": jnp.where(bad, 0, count + 1),
            "best": best,
            "best_step": best_step,
            "best_gap": best_gap,
            "damping": jnp.where(bad, 0.5 * state["damping"], jnp.minimum(1.0, 1.1 * state["damping"])),
            "round": state["round"] + 1,
        }

    end = jax.lax.while_loop(
        going,
        body,
        {
            "point": point,
            "step": step,
            "gap": gap,
            "last_point": point,
            "last_step": step,
            "points": zeros,
            "steps": zeros,
            "count": 0,
            "best": point,
            "best_step": step,
            "best_gap": gap,
            "damping": 1.0,
            "round": 1,
        },
    )
    return end["best"], end["round"]
