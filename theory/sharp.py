"""Statement `sharp-bounds`: bounds on the threshold with the right exponent at every ratio.

Two equivalent forms of G(y) = 0 carry it. With B(x) = ∫_0^x t^{1−p}/(1 − t) dt,

    y^{1−p} = k (C + (p−1) D(y)),   k = r/(r−1),   C = s^{1−p} − r^{−p} f^{1−p},
    D(y) = r^{−p} [B(f) − B(y/r)] − [B(s) − B(y)],   increasing in y;

and, with K = r^{−p} T_p(s/r, f) and w(x) = (r−1)/((1−x)(r−x)), increasing in x,

    ∫_y^s x^{−p} w(x) dx = K,   concave in τ = ∫_y^s x^{−p} dx.

Order 0 bounds D by its ends, or w by its ends; every further order puts bounds in for y.

The proof is read in this order: `sharp_terms` (what is shared), `sharp_fixed_point`,
`sharp_weight`, `sharp_depth_2`, `sharp_inside_paper`, `elementary`.
"""

from stairwise.theory.elementary import ELEMENTARY_CASES
from stairwise.theory.sharp_depth_2 import DEPTH_2_CASES
from stairwise.theory.sharp_fixed_point import FIXED_POINT_CASES
from stairwise.theory.sharp_inside_paper import INSIDE_PAPER_CASES
from stairwise.theory.sharp_weight import WEIGHT_CASES
from stairwise.theory.statement import Statement

SHARP_BOUNDS = Statement(
    id="sharp-bounds",
    title="Sharp bounds on the threshold",
    setting=(
        "The threshold y* of a pair at every ratio r > 1: order 0 from the ends of D or of w, order"
        " k by putting bounds in for y, and closed forms without special functions. The upper bound"
        " from D(0) needs C + (p−1) D(0) > 0; the one from w(s) holds always"
    ),
    source=(
        "new. At depth 2, r and r − s exchanged would give bounds that are true but not sharp; the"
        " fixed-point form's iteration converges only under the condition of `no 2-cycle`"
    ),
    depends=("toy-flow", "exact-threshold", "separation-bounds"),
    cases=(
        *FIXED_POINT_CASES,
        *WEIGHT_CASES,
        *DEPTH_2_CASES,
        *INSIDE_PAPER_CASES,
        *ELEMENTARY_CASES,
    ),
)
