import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { TestApp } from '../support/test-app.js';
import { type CounterReport51, getReport, WORLD } from './counter-client.js';
import { recordSample } from './sample-usage.js';

const api = JSON.parse(readFileSync(new URL('counter-api.json', import.meta.url), 'utf8')) as object;
// One of COUNTER's patterns is not valid with the flag u.
const ajv = new Ajv2020({ strict: false, validateFormats: false, unicodeRegExp: false, allErrors: true });
ajv.addSchema(api, 'counter');

function problemsOf(schema: string, document: unknown): unknown {
  const validate = ajv.getSchema(`counter#/components/schemas/${schema}`);
  if (!validate) throw new Error(`no schema ${schema}`);
  return validate(document) === true ? [] : validate.errors;
}

describe('COUNTER reports', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    await recordSample(app);
  });
  afterAll(async () => await app.stop());

  it('PR counts searches, investigations and requests by Data_Type', async () => {
    const report = await getReport(app, 'r51/reports/pr', { attributes_to_show: 'Access_Method' });
    expect(problemsOf('PR', report)).toEqual([]);
    expect(report.Report_Items).toEqual([
      {
        Platform: 'OSF',
        Attribute_Performance: [
          {
            Data_Type: 'Article',
            Access_Method: 'Regular',
            Performance: {
              Total_Item_Investigations: { '2026-10': 2 },
              Total_Item_Requests: { '2026-10': 1 },
              Unique_Item_Investigations: { '2026-10': 1 },
              Unique_Item_Requests: { '2026-10': 1 },
            },
          },
          {
            Data_Type: 'Dataset',
            Access_Method: 'Regular',
            Performance: {
              Total_Item_Investigations: { '2026-10': 1 },
              Total_Item_Requests: { '2026-10': 1 },
              Unique_Item_Investigations: { '2026-10': 1 },
              Unique_Item_Requests: { '2026-10': 1 },
            },
          },
          {
            Data_Type: 'Dataset',
            Access_Method: 'TDM',
            Performance: {
              Total_Item_Investigations: { '2026-10': 1 },
              Total_Item_Requests: { '2026-10': 1 },
              Unique_Item_Investigations: { '2026-10': 1 },
              Unique_Item_Requests: { '2026-10': 1 },
            },
          },
          {
            Data_Type: 'Other',
            Access_Method: 'Regular',
            Performance: {
              Total_Item_Investigations: { '2026-09': 1, '2026-10': 2 },
              Unique_Item_Investigations: { '2026-09': 1, '2026-10': 1 },
            },
          },
          { Data_Type: 'Platform', Access_Method: 'Regular', Performance: { Searches_Platform: { '2026-10': 2 } } },
        ],
      },
    ]);
  });

  it('IR describes each item', async () => {
    const report = await getReport(app, 'r51/reports/ir', {
      attributes_to_show: 'Authors|Publication_Date|Article_Version|YOP|Access_Type|Access_Method',
      item_id: '10.31219/osf.io/prep1',
    });
    expect(problemsOf('IR', report)).toEqual([]);
    expect(report.Report_Items).toEqual([
      {
        Items: [
          {
            Item: '=1+1',
            Publisher: 'SocArXiv',
            Platform: 'OSF',
            Authors: [{ Name: 'Ada Lovelace', ORCID: '0000-0002-1825-0097' }, { Name: 'Hopper; Grace' }],
            Publication_Date: '2026-03-04',
            Article_Version: 'AO',
            Item_ID: { DOI: '10.31219/osf.io/prep1', Proprietary: 'osf:prep1', URI: 'https://osf.io/prep1' },
            Attribute_Performance: [
              {
                Data_Type: 'Article',
                YOP: '2026',
                Access_Type: 'Open',
                Access_Method: 'Regular',
                Performance: {
                  Total_Item_Investigations: { '2026-10': 2 },
                  Total_Item_Requests: { '2026-10': 1 },
                  Unique_Item_Investigations: { '2026-10': 1 },
                  Unique_Item_Requests: { '2026-10': 1 },
                },
              },
            ],
          },
        ],
      },
    ]);
    expect(report.Report_Header).toEqual({
      Release: '5.1',
      Report_ID: 'IR',
      Report_Name: 'Item Report',
      Created: '2026-11-24T12:00:00Z',
      Created_By: 'osf-metrics',
      Institution_ID: { Proprietary: ['osf:0000000000000000'] },
      Institution_Name: 'The World',
      Registry_Record: '',
      Report_Filters: { Item_ID: '10.31219/osf.io/prep1', Begin_Date: '2026-09-01', End_Date: '2026-10-31' },
      Report_Attributes: {
        Attributes_To_Show: ['Authors', 'Publication_Date', 'Article_Version', 'YOP', 'Access_Type', 'Access_Method'],
      },
    });
  });

  it.each(['prep1', 'osf:prep1', 'https://osf.io/prep1', 'doi:10.31219/osf.io/PREP1'])(
    'IR finds the item %s',
    async (item_id) => {
      const { Report_Items: items } = await getReport(app, 'r51/reports/ir', { item_id });
      expect(items[0]?.Items?.map(({ Item_ID }) => Item_ID['Proprietary'])).toEqual(['osf:prep1']);
    },
  );

  it.each(['pr', 'pr_p1', 'ir', 'ir_a1'])("%s is valid by COUNTER's schema", async (id) => {
    const variants: Record<string, string>[] = [
      {},
      { granularity: 'Totals' },
      { data_type: 'Dataset' },
      { begin_date: '2026-10' },
    ];
    for (const parameters of variants) {
      const report = await getReport(app, `r51/reports/${id}`, parameters);
      const warnings = report.Report_Header.Exceptions ?? [];
      expect(warnings.every(({ Code }) => Code === 3050 || Code === 3030)).toBe(true);
      // COUNTER's description of October 2024 says Total; the Code of Practice says Totals.
      const text = JSON.stringify(report).replace('"Granularity":"Totals"', '"Granularity":"Total"');
      expect(problemsOf(id.toUpperCase(), JSON.parse(text))).toEqual([]);
    }
  });

  it('PR is the sum of IR, in each month and for each Data_Type', async () => {
    const sums = new Map<string, number>();
    const add = (report: CounterReport51, sign: number): void => {
      const items = report.Report_Items.flatMap((each) => [each, ...(each.Items ?? [])]);
      for (const { Data_Type, Performance } of items.flatMap((each) => each.Attribute_Performance ?? [])) {
        for (const [metric, months] of Object.entries(Performance)) {
          for (const [month, count] of Object.entries(months)) {
            const key = `${Data_Type} ${metric} ${month}`;
            sums.set(key, (sums.get(key) ?? 0) + sign * count);
          }
        }
      }
    };
    add(await getReport(app, 'r51/reports/ir'), 1);
    add(await getReport(app, 'r51/reports/pr'), -1);
    const different = [...sums].filter(([key, sum]) => sum !== 0 && !key.startsWith('Platform'));
    expect(different).toEqual([]);
  });

  it('IR_A1 shows requests of articles only', async () => {
    const report = await getReport(app, 'r51/reports/ir_a1');
    expect(report.Report_Header.Report_Filters).toEqual({
      Metric_Type: ['Total_Item_Requests', 'Unique_Item_Requests'],
      Data_Type: ['Article'],
      Access_Method: ['Regular'],
      Begin_Date: '2026-09-01',
      End_Date: '2026-10-31',
    });
    expect(report.Report_Items[0]?.Items?.map((item) => item.Attribute_Performance)).toEqual([
      [
        {
          Access_Type: 'Open',
          Performance: { Total_Item_Requests: { '2026-10': 1 }, Unique_Item_Requests: { '2026-10': 1 } },
        },
      ],
    ]);
  });

  it('are compressed, cacheable, and readable from pages of any origin', async () => {
    const response = await app.request(
      `counter/r51/reports/pr?customer_id=${WORLD}&begin_date=2026-10&end_date=2026-10`,
      {
        headers: { 'Accept-Encoding': 'br, gzip', Origin: 'https://library.example' },
      },
    );
    expect(response.headers.get('Content-Encoding')).toBe('gzip');
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=3600');
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(response.headers.get('Access-Control-Allow-Credentials')).toBeNull();
    expect(await response.json()).toMatchObject({ Report_Header: { Report_ID: 'PR' } });
  });

  it('lists the reports, the customer and the status', async () => {
    const query = `?customer_id=${WORLD}`;
    const reports = await app.json<object[]>(`counter/r51/reports${query}&include_month_details=True`);
    expect(reports.map((report) => problemsOf('Report', { ...report, Month_Details: undefined }))).toEqual([
      [],
      [],
      [],
      [],
    ]);
    expect(reports[0]).toEqual({
      Report_Name: 'Platform Report',
      Report_ID: 'PR',
      Release: '5.1',
      Report_Description: expect.any(String) as string,
      Path: '/r51/reports/pr',
      First_Month_Available: '2026-09',
      Last_Month_Available: '2026-10',
      Month_Details: {
        '2026-10': { Last_Change_Date: '2026-11-24T12:00:00Z' },
        '2026-09': { Last_Change_Date: '2026-11-24T12:00:00Z' },
      },
    });
    expect(await app.json(`counter/reports${query}`)).toHaveLength(3);
    const members = await app.json<object[]>(`counter/r51/members${query}`);
    expect(members.map((member) => problemsOf('Member', member))).toEqual([[]]);
    const status = await app.json<object[]>('counter/r51/status');
    expect(status).toEqual([{ Description: 'COUNTER usage reports of OSF', Service_Active: true }]);
    expect(status.map((each) => problemsOf('Status', each))).toEqual([[]]);
  });
});
