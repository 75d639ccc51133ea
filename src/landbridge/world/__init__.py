"""The shipped data and its provenance: places, network tables, the economy base."""
