import { parse } from 'csv-parse/sync';
import { MetricsRepository } from '../../src/storage/metrics.repository.js';
import { YearMonth } from '../../src/time/year-month.js';
import { TestApp } from '../support/test-app.js';
import { getReport, processMonth, requestReport, WORLD } from './counter-client.js';
import { recordSample } from './sample-usage.js';

describe('COUNTER reports', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    await recordSample(app);
  });
  afterAll(async () => await app.stop());

  it('Release 5.0 has the same counts', async () => {
    const report = await getReport<{ Report_Header: object; Report_Items: object[] }>(app, 'reports/IR', {
      attributes_to_show: 'Authors|Data_Type|YOP',
      include_parent_details: 'True',
      item_id: 'data1',
    });
    expect(report.Report_Items).toEqual([
      {
        Item: 'data.csv',
        Publisher: 'OSF',
        Platform: 'OSF',
        Item_ID: [
          { Type: 'Proprietary', Value: 'osf:data1' },
          { Type: 'URI', Value: 'https://osf.io/data1' },
        ],
        Item_Parent: {
          Item_Name: 'A study of studies',
          Data_Type: 'Repository_Item',
          Item_ID: [
            { Type: 'Proprietary', Value: 'osf:proj1' },
            { Type: 'URI', Value: 'https://osf.io/proj1' },
          ],
        },
        Data_Type: 'Dataset',
        YOP: '2025',
        Performance: [
          {
            Period: { Begin_Date: '2026-10-01', End_Date: '2026-10-31' },
            Instance: [
              { Metric_Type: 'Total_Item_Investigations', Count: 2 },
              { Metric_Type: 'Total_Item_Requests', Count: 2 },
              { Metric_Type: 'Unique_Item_Investigations', Count: 2 },
              { Metric_Type: 'Unique_Item_Requests', Count: 2 },
            ],
          },
        ],
      },
    ]);
    expect(report.Report_Header).toMatchObject({
      Report_Name: 'Item Master Report',
      Release: '5',
      Customer_ID: WORLD,
      Report_Filters: [
        { Name: 'Item_ID', Value: 'data1' },
        { Name: 'Begin_Date', Value: '2026-09-01' },
        { Name: 'End_Date', Value: '2026-10-31' },
      ],
      Report_Attributes: [
        { Name: 'Attributes_To_Show', Value: 'Authors|Data_Type|YOP' },
        { Name: 'Include_Parent_Details', Value: 'True' },
      ],
    });
  });

  it('a file has the header, a heading and a row for each metric', async () => {
    const response = await requestReport(app, 'r51/reports/ir', {
      format: 'tsv',
      attributes_to_show: 'Authors|Access_Method',
      item_id: 'prep1',
      metric_type: 'Total_Item_Requests|Unique_Item_Requests',
    });
    expect(response.headers.get('Content-Type')).toBe('text/tab-separated-values; charset=utf-8');
    expect(response.headers.get('Content-Disposition')).toBe('attachment; filename="OSF_IR_2026-09_2026-10.tsv"');
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from('\uFEFF'));
    const rows: string[][] = parse(bytes, { bom: true, delimiter: '\t', record_delimiter: '\r\n' });
    expect(rows.slice(0, 13).map(([name, value]) => [name, value])).toEqual([
      ['Report_Name', 'Item Report'],
      ['Report_ID', 'IR'],
      ['Release', '5.1'],
      ['Institution_Name', 'The World'],
      ['Institution_ID', 'osf:0000000000000000'],
      ['Metric_Types', 'Total_Item_Requests; Unique_Item_Requests'],
      ['Report_Filters', 'Item_ID=prep1'],
      ['Report_Attributes', 'Attributes_To_Show=Authors|Access_Method'],
      ['Exceptions', ''],
      ['Reporting_Period', 'Begin_Date=2026-09-01; End_Date=2026-10-31'],
      ['Created', '2026-11-24T12:00:00Z'],
      ['Created_By', 'osf-metrics'],
      ['Registry_Record', ''],
    ]);
    expect(rows.slice(14)).toEqual([
      [
        ...['Item', 'Publisher', 'Publisher_ID', 'Platform', 'Authors', 'DOI', 'Proprietary_ID', 'ISBN', 'Print_ISSN'],
        ...['Online_ISSN', 'URI', 'Data_Type', 'Access_Method', 'Metric_Type', 'Reporting_Period_Total'],
        ...['Sep-2026', 'Oct-2026'],
      ],
      ...['Total_Item_Requests', 'Unique_Item_Requests'].map((metric) => [
        ...["'=1+1", 'SocArXiv', '', 'OSF', 'Ada Lovelace (ORCID:0000-0002-1825-0097); Hopper, Grace'],
        ...['10.31219/osf.io/prep1', 'osf:prep1', '', '', '', 'https://osf.io/prep1', 'Article', 'Regular'],
        ...[metric, '1', '0', '1'],
      ]),
    ]);
  });

  it.each([
    ['text/csv', 'text/csv; charset=utf-8'],
    ['text/csv;q=0.5, application/json', 'application/json; charset=utf-8'],
    ['text/html, */*;q=0.8', 'application/json; charset=utf-8'],
    ['image/png', 'application/json; charset=utf-8'],
  ])('sends the format that Accept: %s prefers', async (accept, type) => {
    const query = `customer_id=${WORLD}&begin_date=2026-10&end_date=2026-10`;
    const response = await app.request(`counter/r51/reports/pr?${query}`, { headers: { Accept: accept } });
    expect([response.status, response.headers.get('Content-Type')]).toEqual([200, type]);
  });

  it('keep their counts when a month is reported again after its usages were removed', async () => {
    const before = await getReport(app, 'r51/reports/pr');
    await app.nest.get(MetricsRepository).removeUsages(YearMonth.parse('2026-09'));
    await app.nest.get(MetricsRepository).removeUsages(YearMonth.parse('2026-10'));
    for (const month of ['2026-09', '2026-10']) await processMonth(app, month);
    expect((await getReport(app, 'r51/reports/pr')).Report_Items).toEqual(before.Report_Items);
  });
});
