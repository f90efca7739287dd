import { parse } from 'csv-parse/sync';

/** A count of a COUNTER report. */
export interface Count {
  /** The proprietary identifier of the item; empty in platform reports. */
  readonly item: string;
  readonly dataType: string;
  readonly accessMethod: string;
  readonly metric: string;
  /** `YYYY-MM` */
  readonly month: string;
  readonly count: number;
}

interface Performance51 {
  readonly Data_Type?: string;
  readonly Access_Method?: string;
  readonly Performance: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface Report51 {
  readonly Report_Header: ReportHeader;
  readonly Report_Items: readonly {
    readonly Attribute_Performance?: readonly Performance51[];
    readonly Items?: readonly {
      readonly Item_ID: { readonly Proprietary?: string; readonly URI?: string };
      readonly Attribute_Performance: readonly Performance51[];
    }[];
  }[];
}

export interface Report50 {
  readonly Report_Header: ReportHeader;
  readonly Report_Items: readonly {
    readonly Item_ID?: readonly { readonly Type: string; readonly Value: string }[];
    readonly Data_Type?: string;
    readonly Access_Method?: string;
    readonly Performance: readonly {
      readonly Period: { readonly Begin_Date: string };
      readonly Instance: readonly { readonly Metric_Type: string; readonly Count: number }[];
    }[];
  }[];
}

export interface ReportHeader {
  readonly Report_ID: string;
  readonly Exceptions?: readonly { readonly Code: number; readonly Message: string; readonly Data?: string }[];
}

const MONTH_NAMES = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MONTH_HEADING = /^([A-Z][a-z]{2})-(\d{4})$/;

/** The counts of a report of Release 5.1. */
export function countsOf51({ Report_Items: parents }: Report51): Count[] {
  const read = (item: string, performances: readonly Performance51[] = []): Count[] =>
    performances.flatMap(({ Data_Type: dataType = '', Access_Method: accessMethod = '', Performance }) =>
      Object.entries(Performance).flatMap(([metric, months]) =>
        Object.entries(months).map(([month, count]) => ({ item, dataType, accessMethod, metric, month, count })),
      ),
    );
  return parents.flatMap(({ Attribute_Performance, Items = [] }) => [
    ...read('', Attribute_Performance),
    ...Items.flatMap(({ Item_ID: id, ...item }) => read(id.Proprietary ?? id.URI ?? '', item.Attribute_Performance)),
  ]);
}

/** The counts of a report of Release 5.0. */
export function countsOf50({ Report_Items: items }: Report50): Count[] {
  return items.flatMap(({ Item_ID: ids = [], Data_Type: dataType = '', Access_Method: accessMethod = '', ...rest }) => {
    const item = (ids.find(({ Type }) => Type === 'Proprietary') ?? ids[0])?.Value ?? '';
    return rest.Performance.flatMap(({ Period, Instance }) => {
      const month = Period.Begin_Date.slice(0, 'YYYY-MM'.length);
      return Instance.map(({ Metric_Type: metric, Count: count }) => {
        return { item, dataType, accessMethod, metric, month, count };
      });
    });
  });
}

/** The counts of a report in a TSV file. */
export function countsOfTable(text: string): Count[] {
  const rows: string[][] = parse(text, { bom: true, delimiter: '\t', record_delimiter: '\r\n' });
  const start = rows.findIndex((row) => row.includes('Metric_Type'));
  const headings = rows[start] ?? [];
  return rows.slice(start + 1).flatMap((row) => {
    const cell = (name: string): string => row[headings.indexOf(name)] ?? '';
    const item = cell('Proprietary_ID') || cell('URI');
    const known = { item, dataType: cell('Data_Type'), accessMethod: cell('Access_Method') };
    return headings.flatMap((heading, index) => {
      const [, name = '', year] = MONTH_HEADING.exec(heading) ?? [];
      const count = Number(row[index]);
      if (year === undefined || count === 0) return [];
      const month = `${year}-${String(MONTH_NAMES.indexOf(name) + 1).padStart(2, '0')}`;
      return [{ ...known, metric: cell('Metric_Type'), month, count }];
    });
  });
}
