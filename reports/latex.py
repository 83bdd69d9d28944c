"""Prose and tables for LaTeX."""

import re

_LATEX_WORDS = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "_": r"\_", "^": r"\^{}", "%": r"\%",
    "&": r"\&", "#": r"\#", "$": r"\$",
    "σ": r"$\sigma$", "η": r"$\eta$", "α": r"$\alpha$", "ω": r"$\omega$", "ν": r"$\nu$",
    "μ": r"$\mu$", "θ": r"$\theta$", "φ": r"$\varphi$", "τ": r"$\tau$", "β": r"$\beta$",
    "Φ": r"$\Phi$", "Σ": r"$\Sigma$", "∞": r"$\infty$", "∇": r"$\nabla$", "∂": r"$\partial$",
    "ℓ": r"$\ell$", "∫": r"$\int$", "≥": r"$\ge$", "≤": r"$\le$", "→": r"$\to$", "−": r"$-$",
    "·": r"$\cdot$", "±": r"$\pm$", "²": r"$^2$", "³": r"$^3$", "′": r"$'$", "⁺": r"$^+$",
    "⟨": r"$\langle$", "⟩": r"$\rangle$", "‖": r"$\|$", "₂": r"$_2$", "*": r"${}^*$",
    "∈": r"$\in$", "√": r"$\surd$", "⋆": r"$\star$", "ᵀ": r"$^{T}$", "ᵢ": r"$_i$",
    "½": r"$\tfrac12$", "≠": r"$\ne$", "≈": r"$\approx$", "₁": r"$_1$", "⇔": r"$\iff$",
    "κ": r"$\kappa$", "ξ": r"$\xi$", "ρ": r"$\rho$", "γ": r"$\gamma$", "χ": r"$\chi$",
    "ε": r"$\varepsilon$", "⋯": r"$\cdots$", "₀": r"$_0$", "Ĝ": r"$\hat G$", "ŵ": r"$\hat w$",
    "…": r"\ldots{}", "ψ": r"$\psi$", "×": r"$\times$", "≪": r"$\ll$", "δ": r"$\delta$",
}  # fmt: skip


def latex_prose(text: str) -> str:
    """Prose with LaTeX's special characters escaped and the notation's Unicode as mathematics."""
    return "".join(map(_latex_word, re.findall(".\u0302|.", text, flags=re.DOTALL)))


def _latex_word(piece: str) -> str:
    """One character, or a letter with the hat that combines with it."""
    word = _LATEX_WORDS.get(piece[0], piece[0])
    return word if len(piece) == 1 else rf"$\hat{{{word.strip('$')}}}$"


def booktabs(drawn: str) -> str:
    """tabulate's raw LaTeX with booktabs rules: its booktabs format would escape the headers."""
    for rule in (r"\toprule", r"\midrule", r"\bottomrule"):
        drawn = drawn.replace(r"\hline", rule, 1)
    return drawn
