"""How LaTeX's mathematics writes the characters and the names in the theory's prose."""

#: Letters and other things that are multiplied, indexed and raised.
ATOMS = {
    "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta", "ε": r"\varepsilon",
    "η": r"\eta", "θ": r"\theta", "κ": r"\kappa", "μ": r"\mu", "ν": r"\nu", "ξ": r"\xi",
    "ρ": r"\rho", "σ": r"\sigma", "τ": r"\tau", "φ": r"\varphi", "χ": r"\chi", "ψ": r"\psi",
    "ω": r"\omega", "Φ": r"\Phi", "Σ": r"\Sigma", "ℓ": r"\ell", "∞": r"\infty", "∂": r"\partial",
    "∇": r"\nabla", "∫": r"\int", "½": r"\tfrac12", "…": r"\ldots", "⋯": r"\cdots", "‖": r"\|",
    "mu": r"\mu", "nu": r"\nu",
}  # fmt: skip
#: Letters that take a digit after them for an index: σ0, ℓ2.
INDEXED = "αβγδεηθκμνξρστφχψωℓ"
OPERATORS = {
    "+": "+", "−": "-", "±": r"\pm", "·": r"\cdot", "×": r"\times", "⋆": r"\star", "/": "/",
}  # fmt: skip
RELATIONS = {
    "<": "<", ">": ">", "=": "=", "~": r"\sim", "≤": r"\le", "≥": r"\ge", "≠": r"\ne",
    "≈": r"\approx", "≪": r"\ll", "∈": r"\in", "→": r"\to", "⇔": r"\iff",
}  # fmt: skip
#: Indices and powers that are one character.
SCRIPTS = {
    "*": "^*", "²": "^2", "³": "^3", "⁺": "^+", "ᵀ": "^T", "′": "^\\prime",
    "₀": "_0", "₁": "_1", "₂": "_2", "ᵢ": "_i",
}  # fmt: skip
FUNCTIONS = {
    "log": r"\log", "log10": r"\log_{10}", "exp": r"\exp", "sinh": r"\sinh", "cosh": r"\cosh",
    "lim": r"\lim", "min": r"\min", "asinh": r"\operatorname{asinh}",
    "tr": r"\operatorname{tr}", "diag": r"\operatorname{diag}", "map": r"\operatorname{map}",
}  # fmt: skip
#: Functions only where their brackets follow at once.
CALLED = ("exp", "min", "diag", "map")
BRACKETS = {"(": ")", "[": "]", "⟨": "⟩"}
BRACKET_NAMES = {"⟨": r"\langle", "⟩": r"\rangle"}
#: What text cannot hold as it is.
TEXT = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "_": r"\_", "^": r"\textasciicircum{}",
    "%": r"\%", "&": r"\&", "#": r"\#", "$": r"\$", "~": r"\textasciitilde{}",
    "`": r"\textasciigrave{}", "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}",
    "—": "---", "–": "--",
}  # fmt: skip
