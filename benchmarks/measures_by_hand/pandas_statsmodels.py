"""All incident measures with pandas, and their intervals with statsmodels and SciPy, as an analyst would write them.

python pandas_statsmodels.py WORKSPACE OUT [hours]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import chi2, norm, t
from statsmodels.stats.proportion import proportion_confint

workspace, out = sys.argv[1:3]
with_hours = sys.argv[3:] == ["hours"]
BY = ["month", "area"]


def table(name, columns):
    file = next(Path(workspace).glob(f"timing/batches/{name}/*/rows.parquet"))
    return pd.read_parquet(file, columns=columns)


def limits_of_share(found):
    some = found["denominator"] > 0
    lower, upper = proportion_confint(found["numerator"][some], found["denominator"][some], method="wilson")
    found.loc[some, "value"] = found["numerator"] / found["denominator"]
    found.loc[some, "lower"], found.loc[some, "upper"] = lower, upper
    return found


def limits_of_rate(found, per=1000):
    o, n = found["numerator"].to_numpy(float), found["denominator"].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        exact_low, exact_high = chi2.ppf(0.025, 2 * o) / 2, chi2.ppf(0.975, 2 * o + 2) / 2
        z, more = norm.ppf(0.975), o + 1
        byar_low = o * (1 - 1 / (9 * o) - z / (3 * np.sqrt(o))) ** 3
        byar_high = more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3
    found["value"] = o / n * per
    found["lower"] = np.where(o < 10, np.nan_to_num(exact_low), byar_low) / n * per
    found["upper"] = np.where(o < 10, exact_high, byar_high) / n * per
    return found


def told(found, measure, part):
    return found.reset_index().assign(measure=measure, part=part)


columns = ["created", "created_date", "area", "closure_kind", "mh_at_closure", "grade_initial", "grade_final"]
columns += ["first_dispatch", "first_arrival"] + (["incident_ref", "closed"] if with_hours else [])
incidents = table("incidents", columns)
incidents = incidents[incidents["closure_kind"] == "counted"]
incidents["month"] = pd.to_datetime(incidents["created_date"]).dt.to_period("M").dt.to_timestamp()
incidents["area"] = incidents["area"].fillna("not recorded")
flag = incidents["mh_at_closure"].astype("boolean")
incidents["mhri"], incidents["known"], incidents["unknown"] = flag.fillna(False), flag.notna(), flag.isna()

groups = incidents.groupby(BY)
count = groups.agg(numerator=("mhri", "sum"), known=("known", "sum"), unknown=("unknown", "sum")).astype(float)
tables = [told(count[["numerator", "unknown"]].copy(), "D01", "count")]
tables.append(told(limits_of_share(count.rename(columns={"known": "denominator"})), "D01", "share"))

people = table("population", ["area", "year", "people"]).set_index(["area", "year"])["people"]
rate = count[["numerator", "unknown"]].reset_index()
rate["denominator"] = [
    people.get((area, month.year), np.nan) for area, month in zip(rate["area"], rate["month"], strict=True)
]
tables.append(told(limits_of_rate(rate.set_index(BY)), "D02", "rate"))

grades = table("grade_config", ["grade", "label", "target_minutes", "attended", "clock_start"])
graded = incidents.merge(grades, left_on="grade_initial", right_on="grade", how="left")
graded = graded[graded["attended"].fillna(False).astype(bool)]
started = graded["created"].where(graded["clock_start"] != "first_dispatch", graded["first_dispatch"])
minutes = (graded["first_arrival"] - started).dt.total_seconds() / 60
graded["timed"] = minutes.notna() & (minutes >= 0)
graded["in_time"] = graded["timed"] & (minutes <= graded["target_minutes"])
graded["untimed"] = ~graded["timed"]
graded["regraded"] = graded["grade_final"] != graded["grade_initial"]
flag = graded["mh_at_closure"].astype("boolean")
graded["kind"] = np.select(
    [flag.fillna(False), flag.isna()], ["mental-health-related", "not known whether mental-health-related"],
    "other incidents",
)  # fmt: skip
graded["group"] = graded["label"] + ", " + graded["kind"]
in_time = graded.groupby([*BY, "group"]).agg(
    numerator=("in_time", "sum"), denominator=("timed", "sum"), unknown=("untimed", "sum")
)
tables.append(told(limits_of_share(in_time.astype(float)), "D11", "in_time"))
regraded = graded.groupby([*BY, "kind"]).agg(numerator=("regraded", "sum"), denominator=("regraded", "size"))
regraded.index.names = [*BY, "group"]
tables.append(told(limits_of_share(regraded.astype(float).assign(unknown=0.0)), "D11", "regraded"))

if with_hours:
    names = ["incident_ref", "officers", "assigned", "arrived", "cleared", "stood_down"]
    deployments = table("deployments", names)
    for way, start in (("t2", "arrived"), ("t3", "assigned")):
        hours = (deployments["cleared"] - deployments[start]).dt.total_seconds() / 3600
        deployments[way] = (hours * deployments["officers"]).where((hours >= 0) & (hours <= 36))
    stood_down = deployments["stood_down"].fillna(False).astype(bool)
    deployments.loc[stood_down, "t2"] = 0
    deployments["sent"] = ~stood_down
    for way in ("t2", "t3"):
        deployments[f"{way}_unknown"] = deployments[way].isna()
    each = deployments.groupby("incident_ref").agg(
        t2=("t2", "sum"), t3=("t3", "sum"), t2_unknown=("t2_unknown", "sum"), t3_unknown=("t3_unknown", "sum"),
        sent=("sent", "any"),
    )  # fmt: skip
    jobs = incidents.merge(each, left_on="incident_ref", right_index=True, how="left")
    jobs[["t2", "t3", "t2_unknown", "t3_unknown"]] = jobs[["t2", "t3", "t2_unknown", "t3_unknown"]].fillna(0)
    span = (jobs["closed"] - jobs["first_arrival"]).dt.total_seconds() / 3600
    jobs["t1"] = span.where((span >= 0) & (span <= 36)).mask(~jobs["sent"].fillna(False).astype(bool), 0)
    jobs["t1_unknown"] = jobs["t1"].isna().astype(int)
    jobs["t1"] = jobs["t1"].fillna(0)
    told_apart = jobs[jobs["known"]]
    flagged = told_apart[told_apart["mhri"]]
    for way in ("t1", "t2", "t3"):
        total = flagged.groupby(BY).agg(numerator=(way, "sum"))
        tables.append(told(total, "D12", f"{way}_hours"))
        mean = flagged[flagged[f"{way}_unknown"] == 0].groupby(BY)[way].agg(["sum", "count", "std"])
        reach = t.ppf(0.975, mean["count"] - 1) * mean["std"] / np.sqrt(mean["count"])
        made = pd.DataFrame({"numerator": mean["sum"], "denominator": mean["count"]})
        made["value"] = mean["sum"] / mean["count"]
        made["lower"], made["upper"] = made["value"] - reach, made["value"] + reach
        tables.append(told(made, "D12", f"{way}_hours_per_incident"))
        told_apart = told_apart.assign(x=told_apart[way], y=told_apart[way].where(told_apart["mhri"], 0))
        told_apart = told_apart.assign(xx=told_apart["x"] ** 2, yy=told_apart["y"] ** 2, some=told_apart["x"] > 0)
        sums = told_apart.groupby(BY)[["x", "y", "xx", "yy", "some"]].sum()
        ratio = sums["y"] / sums["x"]
        left = sums["yy"] * (1 - 2 * ratio) + ratio**2 * sums["xx"]
        reach = norm.ppf(0.975) * np.sqrt(left * sums["some"] / (sums["some"] - 1)) / sums["x"]
        made = pd.DataFrame({"numerator": sums["y"], "denominator": sums["x"], "value": ratio})
        made["lower"], made["upper"] = (ratio - reach).clip(0, 1), (ratio + reach).clip(0, 1)
        tables.append(told(made, "D12", f"{way}_share"))

pd.concat(tables).to_parquet(out)
