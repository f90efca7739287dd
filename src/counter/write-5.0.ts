import { YearMonth } from '../time/year-month.js';
import type { CounterItem } from './counter-items.js';
import { dataTypeOf } from './data-types.js';
import { describeIds, describeItem, type ItemIds, toLine } from './item-metadata.js';
import { firstDay, lastDay, type ReportContext, writeHeader50 } from './report-header.js';
import type { Performance } from './report-rows.js';

/** A platform report in Release 5.0, as JSON text. */
export function writePlatformReport50(context: ReportContext, performances: readonly Performance[]): string {
  const Platform = context.configuration.counterPlatformName;
  const items = performances.map((each) => ({ Platform, ...toJson(each, context) }));
  return JSON.stringify({ Report_Header: writeHeader50(context), Report_Items: items });
}

/** An item report in Release 5.0, as JSON text in parts. */
export async function* writeItemReport50(
  context: ReportContext,
  items: AsyncIterable<CounterItem>,
): AsyncIterable<string> {
  yield `{"Report_Header":${JSON.stringify(writeHeader50(context))},"Report_Items":[`;
  let separator = '';
  for await (const item of items) {
    const metadata = JSON.stringify(toItem(item, context)).slice(1, -1);
    for (const performance of item.performances) {
      yield `${separator}{${metadata},${JSON.stringify(toJson(performance, context)).slice(1)}`;
      separator = ',';
    }
  }
  yield ']}';
}

function toItem({ item }: CounterItem, { request, configuration }: ReportContext): object {
  const { shown, includesParents } = request;
  const namespace = configuration.counterPlatformId;
  const metadata = describeItem(item, { namespace, publisher: configuration.counterPlatformName });
  const { authors, publicationDate } = metadata;
  return {
    Item: metadata.title,
    Publisher: metadata.publisher,
    Platform: configuration.counterPlatformName,
    Item_Contributors:
      shown.includes('Authors') && authors.length > 0
        ? authors.map(({ name, orcid }) => ({ Type: 'Author', Name: name, Identifier: orcid && `ORCID:${orcid}` }))
        : undefined,
    Item_Dates:
      shown.includes('Publication_Date') && publicationDate !== undefined
        ? [{ Type: 'Publication_Date', Value: publicationDate }]
        : undefined,
    Item_ID: toIds(metadata.ids),
    Item_Parent: includesParents ? toParent(item, namespace) : undefined,
  };
}

function toParent({ parent }: CounterItem['item'], namespace: string): object | undefined {
  if (!parent) return undefined;
  return {
    Item_Name: toLine(parent.title ?? ''),
    Data_Type: dataTypeOf(parent, '5'),
    Item_ID: toIds(describeIds(parent, namespace)),
  };
}

function toIds(ids: ItemIds): object[] {
  return Object.entries(ids).map(([Type, Value]) => ({ Type, Value: Value as string }));
}

/** One period for each month, or one for the whole report, with all metrics in it. */
function toJson({ split, counts }: Performance, { request }: ReportContext): object {
  const months = new Set([...counts.values()].flatMap((ofMetric) => [...ofMetric.keys()]));
  const performance = [...months].sort().map((month) => ({
    Period: request.isTotals ? { Begin_Date: firstDay(request), End_Date: lastDay(request) } : toPeriod(month),
    Instance: [...counts].flatMap(([metric, ofMetric]) => {
      const count = ofMetric.get(month);
      return count === undefined ? [] : [{ Metric_Type: metric, Count: count }];
    }),
  }));
  return { ...split, Performance: performance };
}

function toPeriod(name: string): object {
  const month = YearMonth.parse(name);
  const last = month.plusMonths(1).firstDay().plusDays(-1);
  return { Begin_Date: month.firstDay().toString(), End_Date: last.toString() };
}
