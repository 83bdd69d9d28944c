"""Every symbol of the theory, once, with its assumptions.

SymPy takes symbols of one name with other assumptions for other symbols, so nothing else in
`theory/` creates these.
"""

from sympy import Symbol, symbols

#: Depth N ≥ 1 and the exponent of the flow p = 2 − 2/N, as symbols of their own.
N = Symbol("N", positive=True)
p = Symbol("p", real=True)

#: Time t, initialisation scale σ0, a value σ, its target σ*, and a weight w = σ^{1/N}.
t = Symbol("t", nonnegative=True)
sigma0, sigma, sigma_star, w = symbols("sigma_0 sigma sigma_star w", positive=True)

#: Normalised value x = σ/σ* and its ends a < b; u = x^{1/N}.
x, a, b, u = symbols("x a b u", positive=True)

#: Normalised initialisation y = σ0/σ*_j, its threshold y*, ratio r = σ*_i/σ*_j, fractions s < f.
y, y_star, r, s, f = symbols("y y_star r s f", positive=True)

#: Learning rate η of gradient descent, and c = η σ*.
eta, c = symbols("eta c", positive=True)

#: dσ/dt, and the value after one step of gradient descent.
sigma_dot = Symbol("sigmadot", real=True)
