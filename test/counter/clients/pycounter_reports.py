"""Reads COUNTER reports of Release 5.0 with pycounter.

usage: pycounter_reports.py URL

Prints the sums of each metric as JSON, by report. pycounter's own classes know only the reports of titles, so that this
reads the raw reports.
"""

import json
import sys
from collections import Counter
from datetime import date

from pycounter.sushi5 import get_sushi_stats_raw

results = {}
for report_id in ["PR", "IR"]:
    report = get_sushi_stats_raw(
        url=sys.argv[1],
        start_date=date(2026, 9, 1),
        end_date=date(2026, 10, 31),
        customer_reference="0000000000000000",
        report=report_id,
    )
    sums = Counter()
    for item in report["Report_Items"]:
        for performance in item["Performance"]:
            for instance in performance["Instance"]:
                sums[instance["Metric_Type"]] += instance["Count"]
    results[f"pycounter 5 {report_id} json"] = dict(sums)
print(json.dumps(results))
