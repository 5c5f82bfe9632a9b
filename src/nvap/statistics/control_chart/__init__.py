"""Control charts: one file a family of charts, all reachable from here.

xmr, xmr_of_each    individuals with the NHS Making Data Count rules
run                 a median with Anhøj's rules
p, u, c             shares, rates and counts by chance alone
p_prime, u_prime    the same with the spread that the periods show themselves (Laney), for big denominators
g, t                rare events: how many, or how long, between one and the next
i, mr               individuals and moving ranges with three plain sigma
choose              which of them fits, and why, in words
sustained_medians   where a median may have moved: advice, never done by itself
"""

from nvap.statistics.control_chart.anhoej import Runs
from nvap.statistics.control_chart.attributes import c, p, p_prime, u, u_prime
from nvap.statistics.control_chart.choice import Choice, choose
from nvap.statistics.control_chart.individuals import (
    FEWEST_FOR_LIMITS,
    FEWEST_IN_BASELINE,
    LIMIT_FACTOR,
    NOT_ENOUGH,
    SCREEN_FACTOR,
    ControlChart,
    Point,
    Points,
    xmr,
    xmr_of_each,
)
from nvap.statistics.control_chart.measured import i, mr, run
from nvap.statistics.control_chart.process import ProcessChart, ProcessPoint, ProcessPoints
from nvap.statistics.control_chart.rare import g, t
from nvap.statistics.control_chart.sustained import SustainedMedian, sustained_medians

__all__ = [
    "FEWEST_FOR_LIMITS",
    "FEWEST_IN_BASELINE",
    "LIMIT_FACTOR",
    "NOT_ENOUGH",
    "SCREEN_FACTOR",
    "Choice",
    "ControlChart",
    "Point",
    "Points",
    "ProcessChart",
    "ProcessPoint",
    "ProcessPoints",
    "Runs",
    "SustainedMedian",
    "c",
    "choose",
    "g",
    "i",
    "mr",
    "p",
    "p_prime",
    "run",
    "sustained_medians",
    "t",
    "u",
    "u_prime",
    "xmr",
    "xmr_of_each",
]
