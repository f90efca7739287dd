"""Uses the client that openapi-python-client generates: use_client.py URL KEY"""

import json
import sys

from osf_metrics_client import AuthenticatedClient
from osf_metrics_client.api.items import register_item
from osf_metrics_client.api.queries import count_item_usage
from osf_metrics_client.api.usage import record_usages
from osf_metrics_client.models import CountItemUsagePeriod, Item, TrustedUsageRequest, TrustedUsageRequestActionLabelsItem

client = AuthenticatedClient(base_url=sys.argv[1], token=sys.argv[2], raise_on_unexpected_status=True)
item = Item(guid="abc12", public=True, title="A study of studies")
registered = register_item.sync(item.guid, client=client, body=item)
usage = TrustedUsageRequest(
    item_guid=item.guid,
    client_session_id="visitor-1",
    action_labels=[TrustedUsageRequestActionLabelsItem.VIEW],
)
recorded = record_usages.sync(client=client, body=[usage])
counted = count_item_usage.sync(item.guid, client=client, period=CountItemUsagePeriod.TOTAL)
unknown = count_item_usage.sync("nothing", client=client)
print(
    json.dumps(
        {
            "title": registered.data.attributes.title,
            "status": recorded.data[0].status,
            "views": counted.data.attributes.total.view_count,
            "detail": unknown.errors[0].detail,
        }
    )
)
