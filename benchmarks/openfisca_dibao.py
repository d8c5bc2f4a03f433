# ruff: noqa: N801, N805 — OpenFisca names a class after its variable and the first argument after its entity.
"""Dibao as an OpenFisca model: the peer the rules are timed against. Never shipped, imported by the benchmark only.

Written the way OpenFisca models are: one variable a notion, dated parameters, vectors of the whole population. Money is
yuan in its float (32 bits), since its int is 32 bits too and cannot hold a yearly sum in fen.
"""

from __future__ import annotations

import time

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import ETERNITY, MONTH
from openfisca_core.simulations import Simulation, SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from eligibility.rules.columns import Facts
from eligibility.rules.figures import Figures

PERIOD = "2024-06"

Household = build_entity(
    key="household", plural="households", label="", roles=[{"key": "member", "plural": "members", "label": ""}]
)
Person = build_entity(key="person", plural="persons", label="", is_person=True)


def _input(name: str, entity: object, kind: type) -> type[Variable]:
    return type(name, (Variable,), {"value_type": kind, "entity": entity, "definition_period": ETERNITY, "label": name})


INPUTS = [
    *[_input(name, Person, int) for name in ("birth", "relation", "student", "absence")],
    *[_input(name, Person, bool) for name in ("lives_here", "income_unknown")],
    *[_input(name, Person, float) for name in ("income", "deductions")],
    *[_input(name, Household, int) for name in ("as_of", "area", "assets")],
]


class age(Variable):
    value_type = int
    entity = Person
    definition_period = MONTH

    def formula(person, period):
        return (person.household("as_of", period) - person("birth", period)) // 10_000


class is_counted(Variable):
    value_type = bool
    entity = Person
    definition_period = MONTH

    def formula(person, period):
        absence, student = person("absence", period), person("student", period)
        alone = person.household.nb_persons() == 1
        studies = (student >= 1) & (student <= 5)
        adult_child = (person("relation", period) == 2) & (person("age", period) >= 18)
        left = adult_child & ~person("lives_here", period) & ~studies
        return ((absence == 0) & ~left) | (alone & (absence == 5))


class number_counted(Variable):
    value_type = int
    entity = Household
    definition_period = MONTH

    def formula(household, period):
        return household.sum(household.members("is_counted", period))


class own_income(Variable):
    value_type = float
    entity = Person
    definition_period = MONTH

    def formula(person, period):
        own = np.maximum(person("income", period) - person("deductions", period), 0)
        return own * person("is_counted", period)


class countable_income(Variable):
    value_type = float
    entity = Household
    definition_period = MONTH

    def formula(household, period):
        return household.sum(household.members("own_income", period))


class dibao_line(Variable):
    value_type = float
    entity = Household
    definition_period = MONTH

    def formula(household, period, parameters):
        standard = parameters(period).standard
        each = np.where(household("area", period) == 0, standard.urban, standard.rural)
        return each * 12 * household("number_counted", period)


class dibao_outcome(Variable):
    value_type = int
    entity = Household
    definition_period = MONTH

    def formula(household, period):
        members = household.members
        unknown = household.any(members("income_unknown", period) & members("is_counted", period))
        reaches = household("countable_income", period) >= household("dibao_line", period)
        assets, nobody = household("assets", period), household("number_counted", period) == 0
        refused = reaches | (assets == 0) | nobody
        return np.where(refused, 0, np.where(unknown | (assets == -1), -1, 1))


class dibao_amount(Variable):
    value_type = float
    entity = Household
    definition_period = MONTH

    def formula(household, period):
        shortfall = household("dibao_line", period) - household("countable_income", period)
        return np.where(household("dibao_outcome", period) == 1, np.ceil(shortfall / 12), 0)


FORMULAS = [age, is_counted, number_counted, own_income, countable_income, dibao_line, dibao_outcome, dibao_amount]


def _system(figures: Figures) -> TaxBenefitSystem:
    system = TaxBenefitSystem([Household, Person])
    values = {
        area: {"values": {"2024-01-01": {"value": figures.sets[index].standard / 100}}}
        for index, area in enumerate(("urban", "rural"))
    }
    system.parameters = ParameterNode("", data={"standard": values})
    for variable in [*INPUTS, *FORMULAS]:
        system.add_variable(variable)
    return system


def _simulation(facts: Facts, figures: Figures) -> Simulation:
    """A new simulation, given the population's arrays as inputs."""
    system, builder, people = _system(figures), SimulationBuilder(), facts.people
    builder.create_entities(system)
    builder.declare_person_entity("person", np.arange(len(people.home)))
    households = builder.declare_entity("household", np.arange(facts.households))
    builder.join_with_persons(households, people.home, np.zeros(len(people.home), np.int64))
    simulation = builder.build(system)
    for name in ("birth", "relation", "student", "absence", "lives_here", "income_unknown"):
        simulation.set_input(name, PERIOD, getattr(people, name))
    simulation.set_input("income", PERIOD, people.income / 100)
    simulation.set_input("deductions", PERIOD, people.deductions / 100)
    for name in ("as_of", "area", "assets"):
        simulation.set_input(name, PERIOD, getattr(facts, name))
    return simulation


def calculate(facts: Facts, figures: Figures) -> tuple[np.ndarray, np.ndarray]:
    """Outcome (1, 0, -1) and amount in yuan (0 unless eligible) of every household."""
    simulation = _simulation(facts, figures)
    return simulation.calculate("dibao_outcome", PERIOD), simulation.calculate("dibao_amount", PERIOD)


def seconds(facts: Facts, figures: Figures) -> tuple[float, float]:
    """Seconds to give the arrays to a new simulation, and to calculate both answers; no trace."""
    start = time.perf_counter()
    simulation = _simulation(facts, figures)
    loaded = time.perf_counter()
    simulation.calculate("dibao_outcome", PERIOD)
    simulation.calculate("dibao_amount", PERIOD)
    return loaded - start, time.perf_counter() - loaded
