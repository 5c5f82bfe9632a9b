"""All series with nvap: each measure's areas in one call, or (`alone`) every series in a call of its own.

python nvap_charts.py SERIES OUT each|alone
"""

import sys
import time

import numpy as np

from nvap.statistics.control_chart import xmr, xmr_of_each

source, out, way = sys.argv[1:4]
series = np.load(source)
SETTINGS = {"improvement": "decrease", "target": 60}

began = time.process_time()
if way == "each":
    # As the product has them: forty areas of one measure at a time.
    charts = [
        chart for start in range(0, len(series), 40) for chart in xmr_of_each(series[start : start + 40], **SETTINGS)
    ]
else:
    charts = [xmr(values, **SETTINGS) for values in series]
spent = time.process_time() - began

np.savez(
    out,
    seconds=spent,
    mean=np.array([chart.points.mean for chart in charts]),
    upper=np.array([chart.points.upper for chart in charts]),
    signal=np.array([chart.points.signal for chart in charts]),
    variation=np.array([chart.variation for chart in charts]),
    assurance=np.array([chart.assurance for chart in charts]),
)
