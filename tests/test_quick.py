"""The quick response: exact where it was fitted, near elsewhere, and honest about how near."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from landbridge.appraisal.quick import Response, amounts_of, fitting, from_bytes, steps, to_bytes
from landbridge.errors import InputError
from landbridge.measures import Case, Setting, settings_of
from landbridge.measures.schema import Value
from small_world import measure

PARTS = 7
RATE = Value(low=10.0, mid=5.0, high=0.0, unit="percent ad valorem")


def response_to(case: Case, observe) -> Response:
    *_, (_, _, response) = fitting(case.measures, observe)
    assert response is not None
    return response


def sum_of(case: Case, settings, pair: float) -> np.ndarray:
    """A made-up world of two figures: each measure gives something, and what two give together counts with `pair`."""
    amounts = np.nan_to_num(amounts_of(case.measures, settings))
    share = amounts / np.array([one.value.mid * one.probability for one in case.measures])
    gain = share * (1.0 + np.arange(len(share)))
    together = (gain.sum() ** 2 - (gain**2).sum()) / 2.0
    return np.array([gain.sum() + pair * together, -2.0 * gain.sum()])


@pytest.fixture(scope="module")
def part(case: Case) -> Case:
    from dataclasses import replace

    return replace(case, measures=case.measures[:PARTS])


def test_exact_where_measures_only_add_up(part: Case) -> None:
    response = response_to(part, lambda settings: sum_of(part, settings, 0.0))
    assert response.largest_gap == pytest.approx(0.0, abs=1e-9)
    beyond = {one.id: Setting(1.7, one.probability) for one in part.measures[2:5]}
    assert response.figures(amounts_of(part.measures, beyond)) == pytest.approx(
        sum_of(part, beyond, 0.0), rel=1e-9
    )


def test_exact_at_nothing_single_measures_and_all(part: Case) -> None:
    response = response_to(part, lambda settings: sum_of(part, settings, 0.02))
    assert response.figures(amounts_of(part.measures, {})) == pytest.approx([0.0, 0.0])
    for settings in [*steps(part.measures)[: 3 * PARTS + 1]]:
        assert response.figures(amounts_of(part.measures, settings)) == pytest.approx(
            sum_of(part, settings, 0.02), rel=1e-9
        )


def test_the_gap_tells_what_is_missed(part: Case) -> None:
    observe = lambda settings: sum_of(part, settings, 0.02)  # noqa: E731
    response = response_to(part, observe)
    assert response.largest_gap[0] > 1e-4
    rng = np.random.default_rng(5)
    for _ in range(40):
        taken = [one for one in part.measures if rng.random() < 0.5]
        settings = {one.id: Setting(float(rng.uniform(-1, 1)), one.probability) for one in taken}
        gap = response.figures(amounts_of(part.measures, settings)) - observe(settings)
        assert abs(gap[0]) < 3.0 * response.largest_gap[0]
        assert abs(gap[1]) < 1e-9


def test_what_is_kept_is_what_was_fitted(part: Case) -> None:
    response = response_to(part, lambda settings: sum_of(part, settings, 0.02))
    again = from_bytes(to_bytes(response))
    amounts = amounts_of(part.measures, settings_of(part.measures, "high"))
    assert np.array_equal(again.figures(amounts), response.figures(amounts))


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut"])
def test_what_is_no_response_is_refused(content: bytes) -> None:
    with pytest.raises(InputError, match="response"):
        from_bytes(content)


def test_pickled_objects_are_refused() -> None:
    import io

    stream = io.BytesIO()
    np.savez(stream, amount=np.array([{"a": 1}], dtype=object))
    with pytest.raises(InputError, match="response"):
        from_bytes(stream.getvalue())


def test_a_new_tariff_of_zero_does_most_and_not_nothing() -> None:
    goods = {"exporters": ["KAZ"], "importers": ["CHN"], "sectors": ["C20"]}
    measures = [
        measure("tariff", 5.0, RATE.unit, "M01", **goods).model_copy(update={"value": RATE}),
        measure("productivity", 1.0, "percent", "M02", country="KAZ", sectors=["C20"]),
    ]

    def observe(settings: Mapping[str, Setting]) -> np.ndarray:
        cut = 15.0 - settings["M01"].between(10.0, 5.0, 0.0) if "M01" in settings else 0.0
        return np.array([cut + (settings["M02"].of(0.5, 1.0, 2.0) if "M02" in settings else 0.0)])

    *_, (_, _, response) = fitting(measures, observe)
    assert response is not None
    for position, cut in ((-1.0, 5.0), (0.0, 10.0), (0.5, 12.5), (1.0, 15.0)):
        found = response.figures(amounts_of(measures, {"M01": Setting(position)}))
        assert found == pytest.approx([cut])
    assert response.largest_gap == pytest.approx(0.0, abs=1e-9)
