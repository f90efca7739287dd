import { CUSTOMER } from '../../counter/customer.js';
import type { YearMonth } from '../../time/year-month.js';
import type { ServiceClient } from '../service-client.js';
import { type Count, countsOf50, countsOf51, countsOfTable, type Report50, type Report51 } from './counts.js';
import { checkCounts, describeExamples, differences, sumBy } from './rules.js';

/** A report of the running service, and what it must agree with. */
interface CheckedReport {
  readonly name: string;
  readonly counts: readonly Count[];
}

const NO_USAGE = 3030;
const DETAILS = { '5': 'Data_Type|Access_Method', '5.1': 'Access_Method' } as const;

/**
 * Requests every report of a month and checks it against the rules that COUNTER's validators check (Code of Practice 5.1,
 * section 3.3.9). Holds the reports in memory.
 *
 * @returns a line for each rule that fails
 */
export async function checkReports(client: ServiceClient, month: YearMonth): Promise<string[]> {
  const failures: string[] = [];
  const fail = (report: string, rule: string, examples: readonly string[]): void => {
    if (examples.length > 0) failures.push(`${report}: ${rule}: ${describeExamples(examples)}`);
  };
  const url = (path: string, parameters: Record<string, string>): string => {
    const period = { begin_date: month.toString(), end_date: month.toString() };
    return `counter/${path}?${new URLSearchParams({ customer_id: CUSTOMER.id, ...period, ...parameters }).toString()}`;
  };
  const check = (name: string, report: Report50 | Report51 | undefined, counts: readonly Count[]): CheckedReport => {
    const exceptions = report?.Report_Header.Exceptions ?? [];
    const isEmpty = exceptions.some(({ Code }) => Code === NO_USAGE);
    const others = exceptions.filter(({ Code }) => Code !== NO_USAGE);
    if (report && others.length === 0 && isEmpty !== (counts.length === 0)) {
      fail(name, 'has exception 3030 if it is empty', [month.toString()]);
    }
    fail(
      name,
      'has no exceptions',
      others.map(({ Code, Message, Data }) => `${Code} ${Message}${Data === undefined ? '' : ` (${Data})`}`),
    );
    for (const [rule, examples] of checkCounts(counts, (each) => each === month.toString())) fail(name, rule, examples);
    return { name, counts };
  };
  const read51 = async (id: string, parameters: Record<string, string> = {}): Promise<CheckedReport> => {
    const report = await client.get<Report51>(url(`r51/reports/${id}`, parameters));
    return check(`${report.Report_Header.Report_ID} 5.1`, report, countsOf51(report));
  };
  const read50 = async (id: string, parameters: Record<string, string> = {}): Promise<CheckedReport> => {
    const report = await client.get<Report50>(url(`reports/${id}`, parameters));
    return check(`${report.Report_Header.Report_ID} 5.0`, report, countsOf50(report));
  };
  const readTable = async (path: string, name: string, parameters: Record<string, string>): Promise<CheckedReport> => {
    const text = await client.getText(url(path, { ...parameters, format: 'tsv' }));
    return check(`${name} TSV`, undefined, countsOfTable(text));
  };
  const agree = (one: CheckedReport, other: CheckedReport, fields: Parameters<typeof sumBy>[1], rule: string): void =>
    fail(one.name, rule, differences(sumBy(one.counts, fields), sumBy(other.counts, fields)));

  const details51 = { attributes_to_show: DETAILS['5.1'] };
  const details50 = { attributes_to_show: DETAILS['5'] };
  const [pr, ir] = [await read51('pr', details51), await read51('ir', details51)];
  const [prOld, irOld] = [await read50('pr', details50), await read50('ir', details50)];
  const whole = ['item', 'dataType', 'accessMethod', 'metric', 'month'] as const;
  const withoutType = ['item', 'accessMethod', 'metric', 'month'] as const;

  const items = { name: pr.name, counts: pr.counts.filter(({ metric }) => metric !== 'Searches_Platform') };
  agree(items, ir, ['dataType', 'accessMethod', 'metric', 'month'], 'is the sum of IR');
  const oldItems = { name: prOld.name, counts: prOld.counts.filter(({ metric }) => metric !== 'Searches_Platform') };
  agree(oldItems, irOld, ['dataType', 'accessMethod', 'metric', 'month'], 'is the sum of IR');
  agree(prOld, pr, withoutType, 'has the counts of Release 5.1');
  agree(irOld, ir, withoutType, 'has the counts of Release 5.1');

  const regular = ({ accessMethod }: Count): boolean => accessMethod === 'Regular';
  const isRequest = ({ metric }: Count): boolean => metric.endsWith('_Requests');
  const usage = pr.counts.filter((count) => regular(count) && (isRequest(count) || count.dataType === 'Platform'));
  agree(await read51('pr_p1'), { name: pr.name, counts: usage }, ['dataType', 'metric', 'month'], 'is a part of PR');
  agree(await read50('pr_p1'), { name: pr.name, counts: usage }, ['metric', 'month'], 'is a part of PR');
  const articles = ir.counts.filter((count) => regular(count) && isRequest(count) && count.dataType === 'Article');
  agree(await read51('ir_a1'), { name: ir.name, counts: articles }, ['item', 'metric', 'month'], 'is a part of IR');

  agree(await readTable('r51/reports/pr', pr.name, details51), pr, whole, 'has the counts of the JSON');
  agree(await readTable('r51/reports/ir', ir.name, details51), ir, whole, 'has the counts of the JSON');
  agree(await readTable('reports/pr', prOld.name, details50), prOld, whole, 'has the counts of the JSON');
  agree(await readTable('reports/ir', irOld.name, details50), irOld, whole, 'has the counts of the JSON');
  return failures;
}
