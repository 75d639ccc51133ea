"""Min-plus steps on several sources at once: one row of a distance array is one wide LLVM vector.

numba leaves such loops scalar; written as vectors they come out as the processor's widest instructions, whichever these
are, and no compiler is needed on the user's machine. Rows must be contiguous and hold LANE_BYTES.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import cgutils, types
from numba.extending import intrinsic as _intrinsic

# What numba makes of the decorated has another signature: the typing context is left out.
intrinsic: Any = _intrinsic

LANE_BYTES = 128
_I32, _I64 = ir.IntType(32), ir.IntType(64)


def lane_count(dtype: type[np.floating[Any]]) -> int:
    """Sources that share a row."""
    return LANE_BYTES // np.dtype(dtype).itemsize


def lane_rows(count: int, dtype: type[np.generic]) -> np.ndarray:
    """An uninitialised array (count, lanes) whose rows start at a multiple of 64 bytes."""
    lanes = LANE_BYTES // np.dtype(dtype).itemsize
    raw = np.empty(count * LANE_BYTES + 64, np.uint8)
    shift = -raw.ctypes.data % 64
    return raw[shift : shift + count * LANE_BYTES].view(dtype).reshape(count, lanes)


class _Rows:
    """Code for whole rows of an array argument."""

    def __init__(self, context: Any, builder: Any, array_type: Any, array: Any, width: int) -> None:
        self.builder = builder
        self.item = context.get_value_type(array_type.dtype)
        self.vector = ir.VectorType(self.item, LANE_BYTES // width)
        # Rows of edges hold as many lanes as those of the distances, whose width is given, in fewer bytes.
        data = context.make_array(array_type)(context, builder, array).data
        self.base = builder.bitcast(data, self.vector.as_pointer())

    def load(self, row: Any) -> Any:
        return self.builder.load(self.builder.gep(self.base, [row]), align=4)

    def store(self, row: Any, value: Any) -> None:
        self.builder.store(value, self.builder.gep(self.base, [row]), align=4)

    def splat(self, value: Any) -> Any:
        undefined = ir.Constant(self.vector, ir.Undefined)
        one = self.builder.insert_element(undefined, value, ir.Constant(_I32, 0))
        zeros = ir.Constant(ir.VectorType(_I32, self.vector.count), [0] * self.vector.count)
        return self.builder.shuffle_vector(one, undefined, zeros)

    def constant(self, value: float) -> Any:
        return ir.Constant(self.vector, [ir.Constant(self.item, value)] * self.vector.count)


def _scalar(context: Any, builder: Any, array_type: Any, array: Any, index: Any) -> Any:
    """One entry of a contiguous one-dimensional array."""
    data = context.make_array(array_type)(context, builder, array).data
    return builder.load(builder.gep(data, [index]))


@intrinsic
def spread(typing: Any, distance: Any, v: Any, u: Any, weight: Any, met: Any) -> Any:
    """distance[u] = min(distance[u] if met else infinity, distance[v] + weight)."""
    signature = types.void(distance, types.int64, types.int64, distance.dtype, types.boolean)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        distance_, v, u, weight, met = arguments
        rows = _Rows(context, builder, distance, distance_, distance.dtype.bitwidth // 8)
        through = builder.fadd(rows.load(v), rows.splat(weight))
        known = builder.select(met, rows.load(u), rows.constant(float("inf")))
        closer = builder.fcmp_ordered("<", through, known)
        rows.store(u, builder.select(closer, through, known))
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def spread_from(
    typing: Any, distance: Any, v: Any, u: Any, weight: Any, met: Any, source: Any, edge: Any
) -> Any:
    """As spread; source[u] takes the edge where that was closer, and -1 at first."""
    signature = types.void(
        distance, types.int64, types.int64, distance.dtype, types.boolean, source, types.int32
    )

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        distance_, v, u, weight, met, source_, edge = arguments
        width = distance.dtype.bitwidth // 8
        rows = _Rows(context, builder, distance, distance_, width)
        edges = _Rows(context, builder, source, source_, width)
        through = builder.fadd(rows.load(v), rows.splat(weight))
        known = builder.select(met, rows.load(u), rows.constant(float("inf")))
        closer = builder.fcmp_ordered("<", through, known)
        rows.store(u, builder.select(closer, through, known))
        before = builder.select(met, edges.load(u), edges.constant(-1))
        edges.store(u, builder.select(closer, edges.splat(edge), before))
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def gather(typing: Any, distance: Any, v: Any, met: Any, first: Any, end: Any, node: Any, weight: Any) -> Any:
    """distance[v] = min(distance[v] if met else infinity, min over edges e of distance[node[e]] + weight[e])."""
    signature = types.void(distance, types.int64, types.boolean, types.int64, types.int64, node, weight)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        distance_, v, met, first, end, node_, weight_ = arguments
        rows = _Rows(context, builder, distance, distance_, distance.dtype.bitwidth // 8)
        best = cgutils.alloca_once(builder, rows.vector)
        builder.store(builder.select(met, rows.load(v), rows.constant(float("inf"))), best)
        with cgutils.for_range_slice(builder, first, end, ir.Constant(_I64, 1), _I64) as (e, _):
            higher = builder.sext(_scalar(context, builder, node, node_, e), _I64)
            cost = rows.splat(_scalar(context, builder, weight, weight_, e))
            through, known = builder.fadd(rows.load(higher), cost), builder.load(best)
            builder.store(builder.select(builder.fcmp_ordered("<", through, known), through, known), best)
        rows.store(v, builder.load(best))
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def gather_from(
    typing: Any, distance: Any, v: Any, met: Any, first: Any, end: Any, node: Any, weight: Any, source: Any
) -> Any:
    """As gather; source[v] takes the edge that was closest, -1 where distance[v] stood."""
    signature = types.void(
        distance, types.int64, types.boolean, types.int64, types.int64, node, weight, source
    )

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        distance_, v, met, first, end, node_, weight_, source_ = arguments
        width = distance.dtype.bitwidth // 8
        rows = _Rows(context, builder, distance, distance_, width)
        edges = _Rows(context, builder, source, source_, width)
        best = cgutils.alloca_once(builder, rows.vector)
        by = cgutils.alloca_once(builder, edges.vector)
        builder.store(builder.select(met, rows.load(v), rows.constant(float("inf"))), best)
        builder.store(edges.constant(-1), by)
        with cgutils.for_range_slice(builder, first, end, ir.Constant(_I64, 1), _I64) as (e, _):
            higher = builder.sext(_scalar(context, builder, node, node_, e), _I64)
            cost = rows.splat(_scalar(context, builder, weight, weight_, e))
            through, known = builder.fadd(rows.load(higher), cost), builder.load(best)
            closer = builder.fcmp_ordered("<", through, known)
            builder.store(builder.select(closer, through, known), best)
            edge = edges.splat(builder.trunc(e, _I32))
            builder.store(builder.select(closer, edge, builder.load(by)), by)
        rows.store(v, builder.load(best))
        edges.store(v, builder.load(by))
        return context.get_dummy_value()

    return signature, generate
