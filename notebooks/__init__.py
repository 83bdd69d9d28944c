"""The notebooks, shipped with the package; `stairwise notebook` opens them."""
