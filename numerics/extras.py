"""What needs an optional package says so in one line, with the command that installs it."""


class MissingExtra(ImportError):
    """An optional package is not installed; the message names the extra that brings it."""

    def __init__(self, what: str, package: str, extra: str) -> None:
        super().__init__(f"{what} needs {package}: pip install 'stairwise[{extra}]'")
