"""The larger models of the paper: one module per experiment, one shared shape."""
