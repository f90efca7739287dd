import type { CounterItem } from './counter-items.js';
import { dataTypeOf } from './data-types.js';
import { describeItem, type ItemMetadata } from './item-metadata.js';
import { type ReportContext, writeHeader51 } from './report-header.js';
import type { Performance } from './report-rows.js';

/** The code for an author's original, which a preprint is. */
const AUTHORS_ORIGINAL = 'AO';

/** A platform report in Release 5.1, as JSON text. */
export function writePlatformReport51(context: ReportContext, performances: readonly Performance[]): string {
  const Platform = context.configuration.counterPlatformName;
  const items = performances.length === 0 ? [] : [{ Platform, Attribute_Performance: performances.map(toJson) }];
  return JSON.stringify({ Report_Header: writeHeader51(context), Report_Items: items });
}

/** An item report in Release 5.1, as JSON text in parts. No item has a parent that COUNTER permits. */
export async function* writeItemReport51(
  context: ReportContext,
  items: AsyncIterable<CounterItem>,
): AsyncIterable<string> {
  const header = `{"Report_Header":${JSON.stringify(writeHeader51(context))},"Report_Items":[`;
  if (context.isEmpty) {
    yield `${header}]}`;
    return;
  }
  let separator = `${header}{"Items":[`;
  for await (const item of items) {
    yield separator + JSON.stringify(toItem(item, context));
    separator = ',';
  }
  yield ']}]}';
}

function toItem({ item, performances }: CounterItem, { request, configuration }: ReportContext): object {
  const { shown } = request;
  const metadata = describeItem(item, {
    namespace: configuration.counterPlatformId,
    publisher: configuration.counterPlatformName,
  });
  const authors = shown.includes('Authors') && metadata.authors.length > 0 ? toAuthors(metadata) : undefined;
  return {
    Item: metadata.title,
    Publisher: metadata.publisher,
    Platform: configuration.counterPlatformName,
    Authors: authors,
    Publication_Date: shown.includes('Publication_Date') ? metadata.publicationDate : undefined,
    Article_Version: shown.includes('Article_Version') ? articleVersion51(item) : undefined,
    Item_ID: metadata.ids,
    Attribute_Performance: performances.map(toJson),
  };
}

/** COUNTER's Article_Version in Release 5.1; undefined for anything but preprints. */
export function articleVersion51(item: CounterItem['item']): string | undefined {
  return item.item_type === 'Preprint' && dataTypeOf(item, '5.1') === 'Article' ? AUTHORS_ORIGINAL : undefined;
}

function toAuthors({ authors }: ItemMetadata): object[] {
  return authors.map(({ name, orcid }) => ({ Name: name, ORCID: orcid }));
}

function toJson({ split, counts }: Performance): object {
  const metrics = [...counts].map(([metric, months]) => [metric, Object.fromEntries(months)]);
  return { ...split, Performance: Object.fromEntries(metrics) as object };
}
