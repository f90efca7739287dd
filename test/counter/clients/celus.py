"""Reads COUNTER reports with celus-nigiri (JSON) and celus-nibbler (JSON and TSV).

usage: celus.py URL FOLDER

Prints the sums of each metric as JSON, by client, release, report and format. Writes files to FOLDER.
"""

import json
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from urllib.request import urlopen

from celus_nibbler import eat
from celus_nigiri.client import Sushi5Client, Sushi51Client

url, folder = sys.argv[1], Path(sys.argv[2])
period = "customer_id=0000000000000000&begin_date=2026-09&end_date=2026-10"
attributes = {"PR": "Access_Method", "IR": "Authors|Publication_Date|YOP|Access_Type|Access_Method"}


def sum_metrics(records):
    sums = Counter()
    for record in records:
        sums[record.metric] += record.value
    return dict(sums)


results = {}
for release, client_class, path in [("5", Sushi5Client, ""), ("5.1", Sushi51Client, "r51/")]:
    # The client itself adds the path of the release.
    client = client_class(url=url, customer_id="0000000000000000")
    for report_id in ["PR", "IR"]:
        json_file = folder / f"{release}-{report_id}.json"
        with json_file.open("w+b") as file:
            parameters = {"attributes_to_show": attributes[report_id]}
            report = client.get_report_data(
                report_id.lower(), date(2026, 9, 1), date(2026, 10, 31), output_content=file, params=parameters
            )
        if report.errors:
            sys.exit(f"{report_id} {release}: {report.errors}")
        results[f"nigiri {release} {report_id} json"] = sum_metrics(report.file_to_records(str(json_file)))
        tsv_file = folder / f"{release}-{report_id}.tsv"
        shown = attributes[report_id].replace("|", "%7C")
        with urlopen(f"{url}/{path}reports/{report_id.lower()}?{period}&format=tsv&attributes_to_show={shown}") as response:
            tsv_file.write_bytes(response.read())
        for file in [json_file, tsv_file]:
            records = [record for poop in eat(file, platform="OSF") for record in poop.records()]
            results[f"nibbler {release} {report_id} {file.suffix[1:]}"] = sum_metrics(records)
print(json.dumps(results))
