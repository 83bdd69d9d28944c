"""What makes two sweeps the same: quantity, options, axes, chunks, and versions that set digits."""

import hashlib
import json
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stairwise.numerics.sweeps.plan import Plan
from stairwise.numerics.sweeps.spec import Spec

#: Of the store's layout.
FORMAT = "1"
#: Another version of these may change last digits.
NUMERIC = ("stairwise", "numpy", "scipy")
#: These are written down, and do not matter.
OTHERS = ("zarr", "numcodecs", "xarray", "dask", "distributed")

Identity = dict[str, str]


def versions(names: tuple[str, ...] = NUMERIC) -> dict[str, str]:
    """Versions of packages; "none" where one is not installed."""
    found = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "none"
    return found


def identity_of(spec: Spec, plan: Plan) -> Identity:
    """Everything that the data depend on, in words that can be compared one by one."""
    parts = {"format": FORMAT, "quantity": spec.quantity.name}
    parts |= {f"option {name}": repr(value) for name, value in spec.options.items()}
    for parameter in spec.quantity.parameters:
        name = parameter.name
        values = spec.axes.get(name, spec.fixed.get(name))
        assert values is not None
        parts[f"axis {name}"] = _described(values)
    sizes = zip(plan.dimensions, plan.chunks, strict=True)
    parts["chunks"] = " × ".join(f"{name} {size}" for name, size in sizes)
    return parts | {f"version of {name}": found for name, found in versions().items()}


def _described(values: NDArray[Any]) -> str:
    if values.ndim == 0:
        return repr(values.item())
    digest = hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()[:12]
    ends = f"{values[0].item()!r} to {values[-1].item()!r}"
    return f"{values.size} values, {ends} (sha256 {digest})"


def digest_of(identity: Mapping[str, str]) -> str:
    """One word for an identity."""
    return hashlib.sha256(json.dumps(dict(identity), sort_keys=True).encode()).hexdigest()[:16]


def differences(stored: Mapping[str, str], wanted: Mapping[str, str]) -> list[str]:
    """What differs, in words."""
    names = [*stored, *(name for name in wanted if name not in stored)]
    return [
        f"{name} is {stored.get(name, 'nothing')} in the store, {wanted.get(name, 'nothing')} here"
        for name in names
        if stored.get(name) != wanted.get(name)
    ]
