"""What the theory's prose writes beside words: code in backticks, indices and powers."""

#: `code`; the group is what stands in the backticks.
CODE = r"`([^`]+)`"
#: An index or a power: in braces, a number, a star, or one letter that no name goes on from.
#: Groups: the mark, what is in the braces, what stands without.
SCRIPT = r"([_^])(?:\{([^{}]*)\}|(\d+|\*|[^\W\d_](?![a-z0-9]|_[a-z]{2})))"
