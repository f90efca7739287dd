import { parse } from 'csv-parse/sync';
import { Catalog } from '../../src/items/catalog.js';
import { OsfUnavailableError } from '../../src/osf/osf-unavailable.error.js';
import { MetricsRepository } from '../../src/storage/metrics.repository.js';
import { itemUsage } from '../support/report-samples.js';
import { register } from '../support/send-usage.js';
import { TestApp } from '../support/test-app.js';

/** More than one page of the store and one lookup of titles. */
const REPORT_COUNT = 1_203;

describe('the titles of items in a file of reports', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    await register(app, 'abc12', { title: 'Birds, bees & Größen' });
    await register(app, 'evil1', { title: '=HYPERLINK("https://evil.example")' });
    await register(app, 'priv1', { title: 'A secret', public: false });
    await register(app, 'last9', { title: 'The last' });
    const others = Array.from({ length: REPORT_COUNT - 4 }, (_, index) => itemUsage('2026-10', `u${index}`));
    await app.nest
      .get(MetricsRepository)
      .saveReports([...['abc12', 'evil1', 'priv1', 'last9'].map((guid) => itemUsage('2026-10', guid)), ...others]);
  });
  afterAll(async () => await app.stop());
  afterEach(() => jest.restoreAllMocks());

  const titles = async (path: string, delimiter = ','): Promise<Map<string | undefined, string | undefined>> => {
    const response = await app.request(`reports/public_item_usage/${path}`);
    const rows = parse<Record<string, string>>(await response.text(), { columns: true, delimiter });
    return new Map(rows.map((row) => [row['item_iri'], row['item_title']]));
  };

  it.each([
    ['?format=csv', ','],
    ['?format=tsv', '\t'],
    ['recent/?format=csv', ','],
    ['recent/?format=tsv', '\t'],
  ])('are those of public items, with formulas escaped: %s', async (path, delimiter) => {
    const found = await titles(path, delimiter);
    expect(found.size).toBe(REPORT_COUNT);
    expect(Object.fromEntries([...found].filter(([, title]) => title !== ''))).toEqual({
      'https://osf.io/abc12': 'Birds, bees & Größen',
      'https://osf.io/evil1': '\'=HYPERLINK("https://evil.example")',
      'https://osf.io/last9': 'The last',
    });
  });

  it('follow the IRI of the item, and are not in JSON', async () => {
    const csv = await (await app.request('reports/public_item_usage/?format=csv&page[size]=1')).text();
    expect(csv.split('\r\n')[0]).toBe(
      'report_yearmonth,item_iri,item_title,item_osfids,item_types,platform_iris,database_iris,provider_ids,' +
        'view_count,view_session_count,download_count,download_session_count,cumulative_view_count,' +
        'cumulative_view_session_count,cumulative_download_count,cumulative_download_session_count,timestamp',
    );
    for (const format of ['json', 'json_report']) {
      const json = await app.request(`reports/public_item_usage/?format=${format}`);
      expect(await json.text()).not.toContain('item_title');
    }
  });

  it("are empty while the OSF's database is unavailable", async () => {
    const catalog = app.nest.get<Catalog>(Catalog);
    jest.spyOn(catalog, 'findItems').mockRejectedValue(new OsfUnavailableError('connection refused'));
    const found = await titles('?format=csv&filter[item_iri]=https://osf.io/abc12');
    expect([...found]).toEqual([['https://osf.io/abc12', '']]);
  });
});
