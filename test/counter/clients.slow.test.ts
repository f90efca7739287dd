import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { TestApp } from '../support/test-app.js';
import { recordSample } from './sample-usage.js';

/** The sums of each metric, by client, release, report and format. */
type Sums = Record<string, Record<string, number>>;

const CLIENTS = {
  'celus.py': process.env['TEST_CELUS_PYTHON'],
  'pycounter_reports.py': process.env['TEST_PYCOUNTER_PYTHON'],
};

const ITEM_SUMS = {
  Total_Item_Investigations: 7,
  Total_Item_Requests: 3,
  Unique_Item_Investigations: 5,
  Unique_Item_Requests: 3,
};
const SUMS: Record<string, object> = { IR: ITEM_SUMS, PR: { ...ITEM_SUMS, Searches_Platform: 2 } };

describe('clients of the COUNTER API', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    await recordSample(app);
  });
  afterAll(async () => await app.stop());

  for (const [script, python] of Object.entries(CLIENTS)) {
    (python === undefined ? it.skip : it)(`${script} reads all reports`, async () => {
      const path = `test/counter/clients/${script}`;
      const { stdout } = await promisify(execFile)(python ?? '', [path, `${app.url}/_/metrics/counter`, app.dataDir]);
      const sums = JSON.parse(stdout) as Sums;
      expect(Object.keys(sums)).not.toEqual([]);
      for (const [name, found] of Object.entries(sums)) {
        expect([name, found]).toEqual([name, SUMS[name.split(' ')[2] ?? '']]);
      }
    });
  }
});
