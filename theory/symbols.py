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

#: dσ/dt, and σ and x after one step of gradient descent.
sigma_dot = Symbol("sigmadot", real=True)
sigma_next, x_next = symbols("sigma_next x_next", positive=True)

#: Two-sided models: sides μ = u^N and ν = v^N, their speeds, a value σ of either sign, κ = 1 − 2/N,
#: the slope ∂L of the loss, the clock θ = ∫ ∂L dt, φ = κ σ0^κ θ, and the potential Q.
mu, nu, kappa = symbols("mu nu kappa", positive=True)
mu_dot, nu_dot = symbols("mudot nudot", real=True)
sigma_signed, slope, theta, phi, Q = symbols("sigma_pm g theta phi Q", real=True)

#: Classification: a feature ξ of the sample, the margin's clock τ, a margin M, a law's constant C.
xi, tau, margin, constant = symbols("xi tau M C", positive=True)

#: Convolution: a d-th root of unity ω, amplitude ρ and phase ψ of a coefficient with their speeds,
#: amplitude γ and phase χ of the gradient's coefficient, and a coefficient of the filter.
omega, rho, gamma = symbols("omega rho gamma", positive=True)
psi, chi, rho_dot, psi_dot, beta_hat = symbols("psi chi rhodot psidot betahat", real=True)
