import type { Readable } from 'node:stream';
import { type Cell, DELIMITERS, writeSeparatedValues } from '../http/responses/separated-values.js';
import type { YearMonth } from '../time/year-month.js';
import type { CounterItem } from './counter-items.js';
import type { TableFormat } from './counter-request.js';
import { CUSTOMER } from './customer.js';
import { dataTypeOf } from './data-types.js';
import { EXCEPTIONS } from './exceptions.js';
import { describeIds, describeItem, toLine } from './item-metadata.js';
import { firstDay, lastDay, listFilters, listFlags, type ReportContext, toTimestamp } from './report-header.js';
import { type Performance, SPLITTING_ATTRIBUTES } from './report-rows.js';
import { articleVersion51 } from './write-5.1.js';

type Columns = Readonly<Record<string, Cell>>;

const MONTH_NAMES = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Writes a platform report as a table (Code of Practice 5.1, section 3.2). */
export function writePlatformTable(
  context: ReportContext,
  performances: readonly Performance[],
  format: TableFormat,
): Readable {
  const item = { columns: { Platform: context.configuration.counterPlatformName }, performances };
  return write(context, ['Platform'], toAsync(performances.length > 0 ? [item] : []), format);
}

/** Writes an item report as a table. */
export function writeItemTable(
  context: ReportContext,
  items: AsyncIterable<CounterItem>,
  format: TableFormat,
): Readable {
  return write(context, itemColumns(context), describeItems(context, items), format);
}

/** @param names of the columns before those that split the counts */
function write(
  context: ReportContext,
  names: readonly string[],
  items: AsyncIterable<{ columns: Columns; performances: readonly Performance[] }>,
  format: TableFormat,
): Readable {
  const { request } = context;
  const splits = SPLITTING_ATTRIBUTES.filter((name) => request.shown.includes(name));
  const months = request.excludesMonths ? [] : monthsOf(context);
  const headings = [...names, ...splits, 'Metric_Type', 'Reporting_Period_Total', ...months.map(toHeading)];
  const pad = (cells: readonly Cell[]): Cell[] => [...cells, ...headings.slice(cells.length).map(() => '')];
  async function* rows(): AsyncIterable<readonly Cell[]> {
    for (const row of headerRows(context).slice(1)) yield pad(row);
    yield pad([]);
    yield headings;
    for await (const { columns, performances } of items) {
      for (const { split, counts } of performances) {
        const start = [...names.map((name) => columns[name] ?? ''), ...splits.map((name) => split[name] ?? '')];
        for (const [metric, ofMonth] of counts) {
          const total = [...ofMonth.values()].reduce((sum, count) => sum + count, 0);
          yield [...start, metric, total, ...months.map((month) => ofMonth.get(month.toString()) ?? 0)];
        }
      }
    }
  }
  const columns = pad(headerRows(context)[0] ?? []).map(String);
  return writeSeparatedValues({ columns, rows: rows() }, DELIMITERS[format], { byteOrderMark: true });
}

function headerRows(context: ReportContext): [string, string][] {
  const { request, configuration, exceptions } = context;
  const { report, filters, requested } = request;
  const attributes = [
    ...(requested.length > 0 ? [['Attributes_To_Show', requested.join('|')] as const] : []),
    ...listFlags(request),
  ];
  const listed = listFilters(request).filter(([name]) => name !== 'Metric_Type');
  return [
    ['Report_Name', report.name],
    ['Report_ID', report.id],
    ['Release', report.release],
    ['Institution_Name', CUSTOMER.name],
    ['Institution_ID', CUSTOMER.proprietaryId(configuration)],
    ['Metric_Types', (filters.Metric_Type ?? []).join('; ')],
    ['Report_Filters', listed.map(([name, values]) => `${name}=${values.join('|')}`).join('; ')],
    ['Report_Attributes', attributes.map(([name, value]) => `${name}=${value}`).join('; ')],
    [
      'Exceptions',
      exceptions
        .map(({ code, data }) => `${code}: ${EXCEPTIONS[code].message}${data === undefined ? '' : ` (${data})`}`)
        .join('; '),
    ],
    ['Reporting_Period', `Begin_Date=${firstDay(request)}; End_Date=${lastDay(request)}`],
    ['Created', toTimestamp(context.created)],
    ['Created_By', configuration.counterCreatedBy],
    ...(report.release === '5.1' ? [['Registry_Record', configuration.counterRegistryRecord] as [string, string]] : []),
  ];
}

const IDENTIFIERS = ['DOI', 'Proprietary_ID', 'ISBN', 'Print_ISSN', 'Online_ISSN', 'URI'];
const PARENT_COLUMNS = ['Title', 'Authors', 'Publication_Date', 'Article_Version', 'Data_Type', ...IDENTIFIERS];
const ARTICLE_PARENT_COLUMNS = [
  'Title',
  'Authors',
  'Article_Version',
  'DOI',
  'Proprietary_ID',
  'Print_ISSN',
  'Online_ISSN',
  'URI',
];

function itemColumns({ request }: ReportContext): string[] {
  const { report, shown, includesParents } = request;
  const isArticleView = report.id === 'IR_A1';
  const described = ['Authors', 'Publication_Date', 'Article_Version'].filter((name) =>
    (shown as readonly string[]).includes(name),
  );
  const parents = isArticleView ? ARTICLE_PARENT_COLUMNS : includesParents ? PARENT_COLUMNS : [];
  return [
    'Item',
    'Publisher',
    'Publisher_ID',
    'Platform',
    ...described,
    ...IDENTIFIERS.filter((name) => !(isArticleView && name === 'ISBN')),
    ...parents.map((name) => `Parent_${name}`),
  ];
}

async function* describeItems(
  context: ReportContext,
  items: AsyncIterable<CounterItem>,
): AsyncIterable<{ columns: Columns; performances: readonly Performance[] }> {
  const { counterPlatformId: namespace, counterPlatformName: platform } = context.configuration;
  const isRelease51 = context.request.report.release === '5.1';
  for await (const { item, performances } of items) {
    const { title, publisher, ids, authors, publicationDate } = describeItem(item, { namespace, publisher: platform });
    const columns: Columns = {
      Item: title,
      Publisher: publisher,
      Platform: platform,
      Authors: authors
        .map(({ name, orcid }) => name.replaceAll(';', ',') + (orcid === undefined ? '' : ` (ORCID:${orcid})`))
        .join('; '),
      Publication_Date: publicationDate ?? '',
      Article_Version: (isRelease51 && articleVersion51(item)) || '',
      DOI: ids.DOI ?? '',
      Proprietary_ID: ids.Proprietary ?? '',
      URI: ids.URI,
      ...(isRelease51 ? {} : describeParent(item, namespace)),
    };
    yield { columns, performances };
  }
}

/** Only Release 5.0 permits the parents that items have. */
function describeParent({ parent }: CounterItem['item'], namespace: string): Columns {
  if (!parent) return {};
  const ids = describeIds(parent, namespace);
  return {
    Parent_Title: toLine(parent.title ?? ''),
    Parent_Data_Type: dataTypeOf(parent, '5'),
    Parent_DOI: ids.DOI ?? '',
    Parent_Proprietary_ID: ids.Proprietary ?? '',
    Parent_URI: ids.URI,
  };
}

function monthsOf({ request: { begin, end } }: ReportContext): YearMonth[] {
  return Array.from({ length: end.compare(begin) + 1 }, (_, index) => begin.plusMonths(index));
}

/** `Aug-2026` */
function toHeading(month: YearMonth): string {
  const [year, number] = month.toString().split('-');
  return `${MONTH_NAMES[Number(number) - 1]}-${year}`;
}

// eslint-disable-next-line @typescript-eslint/require-await -- The rows of a table are streamed.
async function* toAsync<T>(values: readonly T[]): AsyncIterable<T> {
  yield* values;
}
