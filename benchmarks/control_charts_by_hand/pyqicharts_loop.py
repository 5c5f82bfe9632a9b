"""Every series with pyqicharts, at seven points and with screening: its lines and its own labels, no assurance.

python pyqicharts_loop.py SERIES OUT
"""

import sys
import time

import numpy as np
import pandas as pd
from pyqicharts import qic_table

source, out = sys.argv[1:3]
series = np.load(source)
months = pd.date_range("2023-01-01", periods=series.shape[1], freq="MS")
settings = {
    "chart": "i",
    "improvement": "low is good",
    "target": 60,
    "shift_points": 7,
    "trend_points": 7,
    "exclude_mr_outliers": True,
}

began = time.process_time()
charts = [
    qic_table(pd.DataFrame({"month": months, "value": values}), "month", "value", **settings) for values in series
]
spent = time.process_time() - began
np.savez(
    out,
    seconds=spent,
    mean=np.array([chart["centre"] for chart in charts], dtype=float),
    upper=np.array([chart["ucl"] for chart in charts], dtype=float),
)
