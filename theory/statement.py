"""What a statement is: claims as data, derived step by step, with verdicts that only proofs pass.

A `Statement` gathers the `Case`s of one result (one per depth regime or per side of a bound).
A case's derivation is a function of its claim and domain: it starts from the model's definition,
and its obligations compare what it derives with the claim. So a perturbed claim, put in the
case's place, fails; each case carries such perturbed `Twin`s, and they must come back refuted.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import Enum

from sympy import Basic, Expr, S, oo
from sympy.core.relational import Relational

from stairwise.theory._alone import alone
from stairwise.theory._expressions import expression
from stairwise.theory.decide import (
    SAMPLES,
    Decision,
    Verdict,
    decide_positive,
    decide_zero,
    refute_positive,
    refute_zero,
)
from stairwise.theory.domain import Domain


class Kind(Enum):
    """What a claim asserts."""

    IDENTITY = "identity"
    LOWER_BOUND = "lower bound"
    UPPER_BOUND = "upper bound"
    LAW = "law"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Step:
    """One step of a derivation: an expression, why it holds, and what SymPy must decide for it.

    `zero` must reduce to zero and `positive` must be proved positive on the step's domain, which
    is the case's unless `domain` gives another. A step with neither is a definition. ValueError
    for what is not SymPy's: text is never evaluated.
    """

    reason: str
    expression: Basic
    zero: Expr | None = None
    positive: Expr | None = None
    domain: Domain | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.expression, Basic):
            raise ValueError(f"expression must be a SymPy object; got {self.expression!r}")
        for name, value in (("zero", self.zero), ("positive", self.positive)):
            if value is not None:
                expression(name, value)

    @property
    def is_definition(self) -> bool:
        """Whether the step asserts nothing."""
        return self.zero is None and self.positive is None


Derivation = Callable[[Relational, Domain], Iterable[Step]]


@dataclass(frozen=True)
class Twin:
    """A false neighbour of a case: another claim or another domain, which must be refuted."""

    label: str
    claim: Relational | None = None
    domain: Domain | None = None


@dataclass(frozen=True)
class Case:
    """One claim with its domain (the assumptions), derivation and false twins."""

    name: str
    kind: Kind
    claim: Relational
    domain: Domain
    derive: Derivation
    twins: tuple[Twin, ...]

    @property
    def assumptions(self) -> tuple[Relational, ...]:
        """The domain as relations."""
        return tuple(relation for item in self.domain for relation in item.relations)

    @property
    @alone()
    def derivation(self) -> tuple[Step, ...]:
        """The steps, from the model's definition to the claim."""
        return tuple(self.derive(self.claim, self.domain))

    def twin(self, twin: Twin) -> "Case":
        """The same case with the twin's claim or domain in place."""
        return replace(
            self,
            claim=self.claim if twin.claim is None else twin.claim,
            domain=self.domain if twin.domain is None else twin.domain,
            twins=(),
        )


@dataclass(frozen=True)
class Statement:
    """A result: stable id, title, setting, source and the cases that make it up.

    `source` is the paper's number or "new", with departures said; `depends` are ids of
    statements that the derivations use.
    """

    id: str
    title: str
    setting: str
    source: str
    depends: tuple[str, ...]
    cases: tuple[Case, ...]

    @property
    def claims(self) -> tuple[Relational, ...]:
        """The claim of every case."""
        return tuple(case.claim for case in self.cases)

    def case(self, name: str) -> Case:
        """The case of that name; ValueError if there is none."""
        for case in self.cases:
            if case.name == name:
                return case
        names = ", ".join(case.name for case in self.cases)
        raise ValueError(f"case of {self.id} must be one of {names}; got {name!r}")


@dataclass(frozen=True)
class Proof:
    """Verdict on a case, with the decision on each step and on each twin."""

    case: Case
    verdict: Verdict
    steps: tuple[tuple[Step, Decision | None], ...]
    twins: tuple[tuple[Twin, Verdict], ...]
    note: str = ""


def prove(case: Case) -> Proof:
    """Decide every step of a case, and that each of its twins is refuted.

    Proved only if every obligation is proved, there is at least one, the assumptions are not
    empty and hold somewhere, and every twin is refuted.
    """
    vacuous = _vacuous(case.domain)
    if vacuous:
        return Proof(case, Verdict.UNDECIDED, (), (), vacuous)
    steps = tuple((step, decide(step, case.domain)) for step in case.derivation)
    decisions = [decision for _, decision in steps if decision is not None]
    verdict = worst([decision.verdict for decision in decisions])
    note = next((d.note for d in decisions if d.verdict is verdict and d.note), "")
    twins = tuple((twin, refute(case.twin(twin))) for twin in case.twins)
    survivors = [twin.label for twin, outcome in twins if outcome is not Verdict.REFUTED]
    if verdict is Verdict.PROVED and survivors:
        return Proof(case, Verdict.UNDECIDED, steps, twins, f"twin not refuted: {survivors[0]}")
    return Proof(case, verdict, steps, twins, note)


def refute(case: Case) -> Verdict:
    """Refuted if a sample refutes a step of the case; undecided otherwise. Proves nothing.

    Two samples of every step come before all of any, and the last step first: derivations end in
    the claim, which is where most twins fail.
    """
    steps = case.derivation
    for samples in (2, SAMPLES):
        for step in reversed(steps):
            domain = case.domain if step.domain is None else step.domain
            found = None
            if step.zero is not None and step.zero != 0:
                found = refute_zero(step.zero, domain, samples)
            elif step.positive is not None:
                found = refute_positive(step.positive, domain, samples)
            if found is not None and found.verdict is Verdict.REFUTED:
                return Verdict.REFUTED
    return Verdict.UNDECIDED


def decide(step: Step, domain: Domain) -> Decision | None:
    """Decide one step's obligation; None for a definition.

    Undecided where a domain of its own may be empty: anything holds there.
    """
    if step.is_definition:
        return None
    if step.domain is not None:
        domain = step.domain
        vacuous = _vacuous(domain)
        if vacuous:
            return Decision(Verdict.UNDECIDED, note=vacuous)
    if step.zero is not None:
        return decide_zero(step.zero, domain)
    assert step.positive is not None
    return decide_positive(step.positive, domain)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Refuted before undecided before proved; no verdict at all is undecided."""
    found = set(verdicts)
    for verdict in (Verdict.REFUTED, Verdict.UNDECIDED, Verdict.PROVED):
        if verdict in found:
            return verdict
    return Verdict.UNDECIDED


def _vacuous(domain: Domain) -> str:
    """Why the domain may be empty, or nothing."""
    if not domain:
        return "the assumptions are empty"
    for index, item in enumerate(domain):
        if item.upper is oo:
            continue
        width = S(item.upper) - S(item.lower)
        if decide_positive(width, domain[:index]).verdict is not Verdict.PROVED:
            return f"the range of {item.symbol} may be empty"
    return ""
