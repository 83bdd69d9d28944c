"""Every public function of the theory: statements proved, and what derivations are built from."""

from rows import Row, held
from sympy import Gt, Integer, Matrix, Rational, Symbol, exp, log, oo, symbols

from stairwise.theory import (
    closed_form,
    compiled,
    decide,
    descent_bounds,
    descent_map,
    diagonal,
    domain,
    elementary,
    law,
    mirror,
    model,
    modified_equation,
    quadratic,
    sharp_fixed_point,
    sharp_terms,
    sharp_weight,
    step_count,
    step_factors,
    threshold,
)
from stairwise.theory import statement as statements
from stairwise.theory.catalogue import statement
from stairwise.theory.symbols import f, r, s, x, y

HALF = Rational(1, 2)
UNIT = (domain.Range(x, 0, 1),)
DEFECT = Matrix(2, 2, symbols("m11 m12 m12 m22", real=True))
#: An identity that is shown by simplification, which draws random numbers.
ZERO = log(exp(x) * (1 + x)) - x - log(1 + x)


def case(id, name):
    return statement(id).case(name)


def cheap():
    return case("toy-flow", "infinite depth")


def polynomial():
    return step_count.density_series(3)[2]


THEORY = [
    Row("catalogue.statement", lambda _: statement("toy-flow").id, lambda _: statement("?")),
    Row("closed_form.learning_integrand", lambda _: closed_form.learning_integrand(Integer(3))),
    Row("closed_form.log_odds_step", lambda _: closed_form.log_odds_step()),
    Row("compiled.compiled",
        lambda _: compiled.compiled((x, r), x**3 + r / 3 + x + 1, "math")(0.1, 0.7)),
    Row("compiled.usual_printing", lambda _: held(compiled.usual_printing())),
    Row("decide.decide_positive", lambda _: decide.decide_positive(1 - x**2, UNIT),
        lambda _: decide.decide_positive("x", UNIT)),
    Row("decide.decide_zero", lambda _: decide.decide_zero(ZERO, UNIT),
        lambda _: decide.decide_zero("x", UNIT)),
    Row("decide.proven_sign", lambda _: decide.proven_sign(1 + x),
        lambda _: decide.proven_sign("x"), AttributeError),
    Row("decide.refute_positive", lambda _: decide.refute_positive(x - HALF, UNIT),
        lambda _: decide.refute_positive("x", UNIT), AttributeError),
    Row("decide.refute_zero", lambda _: decide.refute_zero(x - HALF, UNIT),
        lambda _: decide.refute_zero("x", UNIT), AttributeError),
    Row("descent_bounds.fastest", lambda _: descent_bounds.fastest(x)),
    Row("descent_bounds.forward_step", lambda _: descent_bounds.forward_step(oo)),
    Row("descent_bounds.growth_factor", lambda _: descent_bounds.growth_factor()),
    Row("descent_bounds.largest_slope", lambda _: descent_bounds.largest_slope(Integer(3))),
    Row("descent_bounds.slowest", lambda _: descent_bounds.slowest(x)),
    Row("descent_bounds.step_from", lambda _: descent_bounds.step_from(Integer(3))),
    Row("descent_map.end_slope", lambda _: descent_map.end_slope(f)),
    Row("descent_map.normalised_weight_step", lambda _: descent_map.normalised_weight_step()),
    Row("descent_map.weight_step", lambda _: descent_map.weight_step()),
    Row("diagonal.clock_symbol", lambda _: diagonal.clock_symbol(None)),
    Row("domain.cover", lambda _: domain.cover(UNIT), lambda _: domain.cover(("x",)),
        AttributeError),
    Row("domain.sample_points", lambda _: list(domain.sample_points(UNIT, 5)),
        lambda _: list(domain.sample_points((None,), 5)), AttributeError),
    Row("elementary.excess_weight", lambda _: elementary.excess_weight(s)),
    Row("law.antiderivative", lambda _: law.antiderivative(s, Symbol("B"))),
    Row("mirror.depth_of", lambda _: mirror.depth_of(None)),
    Row("mirror.side_speed", lambda _: mirror.side_speed(Integer(2))),
    Row("mirror.sides_at_clock", lambda _: mirror.sides_at_clock(Integer(2))),
    Row("mirror.weight_speeds", lambda _: mirror.weight_speeds()),
    Row("model.descent_step", lambda _: model.descent_step(oo), lambda _: model.descent_step("3")),
    Row("model.expected_square", lambda _: model.expected_square((x, y))),
    Row("model.flow_rate", lambda _: model.flow_rate(oo), lambda _: model.flow_rate("3")),
    Row("model.gaussian_moment", lambda _: model.gaussian_moment(4)),
    Row("model.log_flow_rate", lambda _: model.log_flow_rate(Integer(3)),
        lambda _: model.log_flow_rate("3")),
    Row("model.loss", lambda _: model.loss((x,), (y,), Integer(2))),
    Row("model.weight_gradient", lambda _: model.weight_gradient()),
    Row("modified_equation.first_order_rate", lambda _: modified_equation.first_order_rate(oo),
        lambda _: modified_equation.first_order_rate("3")),
    Row("modified_equation.first_order_steps", lambda _: modified_equation.first_order_steps()),
    Row("modified_equation.in_jets", lambda _: modified_equation.in_jets(
        modified_equation.iterative_logarithm(2)[1], (x, y))),
    Row("modified_equation.iterative_logarithm",
        lambda _: modified_equation.iterative_logarithm(3)),
    Row("modified_equation.step_density", lambda _: modified_equation.step_density(3)),
    Row("quadratic.best_bias", lambda _: quadratic.best_bias(DEFECT)),
    Row("quadratic.expected_fit", lambda _: quadratic.expected_fit(DEFECT, y)),
    Row("quadratic.gaussian_product", lambda _: quadratic.gaussian_product((0, 0, 1, 1))),
    Row("quadratic.trace_form", lambda _: quadratic.trace_form(DEFECT, y)),
    Row("quadratic.value_flow", lambda _: quadratic.value_flow(2, True)),
    Row("sharp_fixed_point.level", lambda _: sharp_fixed_point.level(y)),
    Row("sharp_fixed_point.named", lambda _: sharp_fixed_point.named(sharp_fixed_point.shift(y))),
    Row("sharp_fixed_point.regular_part", lambda _: sharp_fixed_point.regular_part(s)),
    Row("sharp_fixed_point.shift", lambda _: sharp_fixed_point.shift(y)),
    Row("sharp_terms.in_e", lambda _: sharp_terms.in_e(UNIT)),
    Row("sharp_terms.weight", lambda _: sharp_terms.weight(s)),
    Row("sharp_weight.weight_bound", lambda _: sharp_weight.weight_bound(s, deep=True)),
    Row("statement.Case.twin", lambda _: cheap().twin(cheap().twins[0]).claim),
    Row("statement.Statement.case", lambda _: cheap().name, lambda _: case("toy-flow", "?")),
    Row("statement.decide", lambda _: statements.decide(statements.Step("", x, zero=x - x), UNIT)),
    Row("statement.prove", lambda _: statements.prove(cheap()),
        lambda _: statements.prove(statements.Case("", statements.Kind.IDENTITY, Gt(x, 0), UNIT,
                                                   lambda *_: statements.Step("", "1+1"), ()))),
    Row("statement.refute", lambda _: statements.refute(cheap())),
    Row("statement.worst", lambda _: statements.worst([decide.Verdict.PROVED])),
    Row("step_count.beside_plateau", lambda _: step_count.beside_plateau(polynomial())),
    Row("step_count.density_series", lambda _: step_count.density_series(3)),
    Row("step_count.formal_defect", lambda _: step_count.formal_defect(3, 2)),
    Row("step_count.growth_series", lambda _: sorted(step_count.growth_series(3), key=repr)),
    Row("step_count.homogeneous", lambda _: step_count.homogeneous(polynomial(), 6)),
    Row("step_factors.above_least", lambda _: step_factors.above_least(Integer(3))),
    Row("step_factors.before_bend", lambda _: step_factors.before_bend(Integer(3))),
    Row("step_factors.below_greatest", lambda _: step_factors.below_greatest(Integer(3))),
    Row("step_factors.integer_polynomial",
        lambda _: step_factors.integer_polynomial(x / 2 + 1, x).as_expr()),
    Row("step_factors.peak_value", lambda _: step_factors.peak_value(Integer(3))),
    Row("step_factors.rising_growth", lambda _: step_factors.rising_growth()),
    Row("step_factors.unit_slope", lambda _: step_factors.unit_slope(Integer(3))),
    Row("threshold.excess", lambda _: threshold.excess()),
    Row("threshold.learning_integral", lambda _: threshold.learning_integral(y, s)),
    Row("threshold.power_integral", lambda _: threshold.power_integral(y, s, r)),
]  # fmt: skip

#: Cases whose proofs change mpmath's precision within SymPy, or draw its random numbers.
RESTLESS = [
    ("exact-threshold", "criterion"),
    ("exact-threshold", "negative at s"),
    ("closed-form", "zero target"),
    ("sharp-bounds", "closed form: J from above"),
]
