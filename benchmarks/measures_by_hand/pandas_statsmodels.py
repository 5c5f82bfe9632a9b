"""Seventeen record measures with pandas, their intervals with statsmodels and SciPy, as an analyst would write them.

python pandas_statsmodels.py WORKSPACE OUT

OUT is a Parquet file of rows. Medians come without limits: neither library gives any.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import chi2, norm, t
from statsmodels.stats.proportion import proportion_confint

workspace, out = sys.argv[1:3]
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


def share(rows, measure, part, met, among=None, *, by=BY):
    """A share of the rows among which it is taken; what is not known stands apart."""
    met, among = met.astype("boolean"), rows["one"] if among is None else among.astype("boolean")
    yes, known = (among & met).fillna(False), (among & met.notna()).fillna(False)
    unknown = among.isna() | (among.fillna(False) & met.isna())
    found = rows[by].assign(numerator=yes, denominator=known, unknown=unknown).groupby(by).sum().astype(float)
    return told(limits_of_share(found), measure, part)


def count(rows, measure, part, met):
    met = met.astype("boolean")
    found = rows[BY].assign(numerator=met.fillna(False), unknown=met.isna()).groupby(BY).sum().astype(float)
    return told(found, measure, part)


def rate(rows, measure, part, met, per):
    met = met.astype("boolean")
    found = (
        rows[BY].assign(numerator=met.fillna(False), unknown=met.isna()).groupby(BY).sum().astype(float).reset_index()
    )
    found["denominator"] = [
        people.get((area, month.year), np.nan) for area, month in zip(found["area"], found["month"], strict=True)
    ]
    return told(limits_of_rate(found.set_index(BY), per), measure, part)


def middle(rows, measure, part, values, among=None, *, at=0.5):
    among = rows["one"] if among is None else among.fillna(False)
    found = rows[BY].assign(x=values)[among.astype(bool)].groupby(BY)["x"].agg(["count", lambda x: x.quantile(at)])
    found.columns = ["denominator", "value"]
    return told(found.astype(float), measure, part)


def minutes(start, end):
    found = (end - start).dt.total_seconds() / 60
    return found.where(found >= 0)


def hours(start, end):
    found = minutes(start, end) / 60
    local = end.dt.tz_localize("UTC").dt.tz_convert("Europe/London")
    return found.where((found <= 36) & ~(local == local.dt.normalize()))


def placed(rows, day):
    rows = rows[rows[day].notna()].copy()
    rows["month"] = pd.to_datetime(rows[day]).dt.to_period("M").dt.to_timestamp()
    rows["area"] = rows["area"].fillna("not recorded")
    rows["one"] = pd.array(np.ones(len(rows), bool), dtype="boolean")
    return rows


people = table("population", ["area", "year", "people"]).set_index(["area", "year"])["people"]
columns = ["incident_ref", "created", "created_date", "area", "closure_kind", "mh_at_opening", "mh_at_closure"]
columns += ["grade_initial", "grade_final", "first_dispatch", "first_arrival", "closed", "place_key", "crime_ref"]
incidents = placed(table("incidents", columns), "created_date")
incidents = incidents[incidents["closure_kind"] == "counted"].copy()
mh = incidents["mh_at_closure"] = incidents["mh_at_closure"].astype("boolean")
opening = incidents["mh_at_opening"].astype("boolean")
tables = [
    count(incidents, "D01", "count", mh), share(incidents, "D01", "share", mh),
    rate(incidents, "D02", "rate", mh, 1000),
    share(incidents, "D06", "opened_as_other", ~opening, mh),
    share(incidents, "D20", "incident_flag", mh.notna()),
    share(incidents, "D20", "incident_area", incidents["area"] != "not recorded"),
    share(incidents, "D20", "incident_times", incidents["first_arrival"].notna() & incidents["closed"].notna(),
          incidents["first_dispatch"].notna()),
]  # fmt: skip

# D06: the first mental health code of the event history.
events = table("incident_events", ["incident_ref", "happened", "event_type", "about_mh"])
events = events[events["about_mh"].fillna(False).astype(bool)]
first = events[events["event_type"].isin(["code_set", "qualifier_added"])].groupby("incident_ref")["happened"].min()
flagged = minutes(incidents["created"], incidents["incident_ref"].map(first))
tables.append(middle(incidents, "D06", "minutes_to_flag", flagged, mh))

# D07: crimes, and how soon they were recorded.
crimes = table(
    "crimes", ["crime_ref", "recorded", "recorded_date", "area", "mh_factor", "outcome_type", "outcome_date"]
)
soon = minutes(incidents["created"], incidents["crime_ref"].map(crimes.set_index("crime_ref")["recorded"]))
linked = mh & incidents["crime_ref"].notna()
tables.append(share(incidents, "D07", "recorded_in_time", (soon <= 1440).astype("boolean").mask(soon.isna()), linked))
recorded = placed(crimes, "recorded_date")
factor = recorded["mh_factor"]
tables.append(share(recorded, "D07", "answered", factor.notna() & (factor != "unknown")))
known = (factor != "none").astype("boolean").mask(factor.isna() | (factor == "unknown"))
tables.append(share(recorded, "D07", "factor", known))

# D11: response in time, by grade and kind.
grades = table(
    "grade_config", ["grade", "label", "target_minutes", "attended", "clock_start", "valid_from", "valid_to"]
)
graded = incidents.merge(grades, left_on="grade_initial", right_on="grade", how="left")
day, until = (
    pd.to_datetime(graded["created_date"]),
    pd.to_datetime(graded["valid_to"]).fillna(pd.Timestamp("2200-01-01")),
)
valid = (day >= pd.to_datetime(graded["valid_from"])) & (day <= until)
graded = graded[valid | graded["label"].isna()].copy()
started = graded["created"].where(graded["clock_start"] != "first_dispatch", graded["first_dispatch"])
took = minutes(started, graded["first_arrival"])
graded["kind"] = np.select(
    [graded["mh_at_closure"].fillna(False), graded["mh_at_closure"].isna()],
    ["mental-health-related", "not known whether mental-health-related"], "other incidents",
)  # fmt: skip
graded["group"] = graded["label"].fillna("not known") + ", " + graded["kind"]
in_time = (took <= graded["target_minutes"]).astype("boolean").mask(took.isna())
tables.append(share(graded, "D11", "in_time", in_time, graded["attended"], by=[*BY, "group"]))
moved = (graded["grade_final"] != graded["grade_initial"]).astype("boolean").mask(graded["grade_final"].isna())
graded["group"] = graded["kind"]
tables.append(share(graded, "D11", "regraded", moved, graded["attended"], by=[*BY, "group"]))

# D12: officer hours of every incident, added up from its deployments.
names = ["incident_ref", "officers", "assigned", "arrived", "cleared", "stood_down"]
deployments = table("deployments", names)
stood_down = deployments["stood_down"].fillna(False).astype(bool)
deployments["t2"] = (hours(deployments["arrived"], deployments["cleared"]) * deployments["officers"]).mask(
    stood_down, 0
)
deployments["t3"] = hours(deployments["assigned"], deployments["cleared"]) * deployments["officers"]
deployments["sent"] = ~stood_down
for way in ("t2", "t3"):
    deployments[f"{way}_unknown"] = deployments[way].isna()
each = deployments.groupby("incident_ref").agg(
    t2=("t2", "sum"), t3=("t3", "sum"), t2_unknown=("t2_unknown", "sum"), t3_unknown=("t3_unknown", "sum"),
    sent=("sent", "any"),
)  # fmt: skip
jobs = incidents.merge(each, left_on="incident_ref", right_index=True, how="left")
jobs[["t2", "t3", "t2_unknown", "t3_unknown"]] = jobs[["t2", "t3", "t2_unknown", "t3_unknown"]].fillna(0)
jobs["t1"] = hours(jobs["first_arrival"], jobs["closed"]).mask(~jobs["sent"].fillna(False).astype(bool), 0)
jobs["t1_unknown"] = jobs["t1"].isna().astype(int)
jobs["t1"] = jobs["t1"].fillna(0)
told_apart = jobs[jobs["mh_at_closure"].notna()]
of_mh = told_apart[told_apart["mh_at_closure"].astype(bool)]
for way in ("t1", "t2", "t3"):
    tables.append(told(of_mh.groupby(BY).agg(numerator=(way, "sum")), "D12", f"{way}_hours"))
    mean = of_mh[of_mh[f"{way}_unknown"] == 0].groupby(BY)[way].agg(["sum", "count", "std"])
    reach = t.ppf(0.975, mean["count"] - 1) * mean["std"] / np.sqrt(mean["count"])
    made = pd.DataFrame({"numerator": mean["sum"], "denominator": mean["count"].astype(float)})
    made["value"] = mean["sum"] / mean["count"]
    made["lower"], made["upper"] = made["value"] - reach, made["value"] + reach
    tables.append(told(made, "D12", f"{way}_hours_per_incident"))
    sums = told_apart[BY].assign(
        x=told_apart[way], y=told_apart[way].where(told_apart["mh_at_closure"].astype(bool), 0)
    )
    sums = sums.assign(xx=sums["x"] ** 2, yy=sums["y"] ** 2, some=sums["x"] > 0).groupby(BY).sum()
    ratio = sums["y"] / sums["x"]
    left = sums["yy"] * (1 - 2 * ratio) + ratio**2 * sums["xx"]
    reach = norm.ppf(0.975) * np.sqrt(left * sums["some"] / (sums["some"] - 1)) / sums["x"]
    made = pd.DataFrame({"numerator": sums["y"], "denominator": sums["x"], "value": ratio})
    made["lower"], made["upper"] = (ratio - reach).clip(0, 1), (ratio + reach).clip(0, 1)
    tables.append(told(made, "D12", f"{way}_share"))

# P19: how often the same place or person came before.
of_mh = incidents[mh.fillna(False).astype(bool)]
before = incidents[["incident_ref", "created", "place_key"]].merge(
    of_mh[["created", "place_key"]].dropna().rename(columns={"created": "earlier"}), on="place_key"
)
gap = before["created"] - before["earlier"]
again = before[(gap > pd.Timedelta(0)) & (gap <= pd.Timedelta(days=365))]["incident_ref"].unique()
at_place = incidents["incident_ref"].isin(again).astype("boolean").mask(incidents["place_key"].isna())
tables.append(share(incidents, "P19", "same_place", at_place, mh))
links = table("person_links", ["incident_ref", "person_key", "role"])
links = links[links["role"].isin(["caller", "subject", "missing_person"])]
links = links.merge(incidents[["incident_ref", "created", "mh_at_closure"]], on="incident_ref")
earlier = links[links["mh_at_closure"].fillna(False).astype(bool)][["person_key", "incident_ref", "created"]]
pairs = links[["incident_ref", "person_key", "created"]].merge(earlier, on="person_key", suffixes=("", "_before"))
gap = pairs["created"] - pairs["created_before"]
pairs = pairs[(gap > pd.Timedelta(0)) & (gap <= pd.Timedelta(days=90))]
times = pairs.groupby("incident_ref")["incident_ref_before"].nunique()
third = (incidents["incident_ref"].map(times).fillna(0) >= 2).astype("boolean")
third = third.mask(~incidents["incident_ref"].isin(links["incident_ref"]))
tables.append(share(incidents, "P19", "third_in_90_days", third, mh))

# Detentions, custody, victims, outcomes.
s136 = placed(table("s136", ["detained", "detained_date", "area", "pos_arrived", "police_released", "accepted",
                             "ambulance_requested", "consulted", "not_consulted_reason"]), "detained_date")  # fmt: skip
span = minutes(s136["detained"], s136["police_released"]) / 60
wait = minutes(s136["pos_arrived"], s136["accepted"].fillna(s136["police_released"]))
practicable = s136["not_consulted_reason"] != "not_practicable"
tables += [
    middle(s136, "D13", "hours", span.where(span <= 36)),
    middle(s136, "D13", "long_hours", span.where(span <= 36), at=0.9),
    rate(s136, "P12", "rate", s136["one"], 100_000),
    share(s136, "P13", "ambulance_requested", s136["ambulance_requested"]),
    share(s136, "P14", "consulted", s136["consulted"]),
    share(s136, "P14", "consulted_where_practicable", s136["consulted"], practicable),
    share(s136, "P15", "within_60", (wait <= 60).astype("boolean").mask(wait.isna())),
    middle(s136, "P15", "wait", wait),
]
custody = placed(table("custody", ["arrived_date", "area", "authorised", "age_band", "aa_needed", "aa_called",
                                   "aa_arrived", "mh_condition", "in_ld_hours"]), "arrived_date")  # fmt: skip
held, needed = custody["authorised"].notna(), custody["aa_needed"].astype("boolean")
ages = custody["age_band"]
adult = (ages != "under_18").astype("boolean").mask(ages.isna() | (ages == "not_known"))
tables += [
    share(custody, "J04", "on_duty", custody["in_ld_hours"], held),
    share(custody, "J06", "custody", needed, adult & held),
    share(custody, "J07", "known_condition", needed, custody["mh_condition"]),
    middle(custody, "J07", "minutes", minutes(custody["aa_called"], custody["aa_arrived"]),
           needed.fillna(False) & custody["aa_called"].notna()),
]  # fmt: skip
settled = placed(crimes, "outcome_date")
factor, outcome = settled["mh_factor"], settled["outcome_type"]
some = factor.isin(["victim", "suspect", "both"]).astype("boolean").mask(factor.isna())
among = some & (outcome != "0").astype("boolean").mask(outcome.isna())
for part, codes in (("watched", ["10", "12"]), ("instead", ["14", "15", "16", "20", "21", "22"])):
    met = outcome.isin(codes).astype("boolean").mask(outcome.isna() | outcome.isin(["0", "ambiguous"]))
    tables.append(share(settled, "J17", part, met, among))

pd.concat(tables).to_parquet(out)
