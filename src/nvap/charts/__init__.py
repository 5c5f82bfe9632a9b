"""A table in, an SVG out; nothing is computed here.

A measure's chart, from its readings to the page:

    readings = every_period(readings, "month")                          # nvap.charts.series
    judged = xmr(values_for_limits(readings), improvement="decrease")   # nvap.statistics.control_chart
    table = control_chart_table(readings, judged, grain="month", ...)
    options = ChartOptions(id="D02", unit="per 1,000 people")           # nvap.charts.options
    said = chart_sentence(table, options)                               # nvap.charts.words
    svg = draw(table, options)                                          # nvap.charts.control_chart
"""
