import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestOsfApi } from '../support/osf-api.js';
import { describeWithPrometheus, Prometheus, promtool } from '../support/prometheus.js';
import { eventually } from '../support/reporter-runs.js';
import { aPageview } from '../support/send-usage.js';
import { ServiceProcess } from '../support/service-process.js';
import { ADMIN_KEY, API_KEYS, FIREFOX } from '../support/test-app.js';

const FOLDER = 'docs/monitoring';
const DAY_MILLISECONDS = 86_400_000;

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly datasource: unknown;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig: { readonly defaults: { readonly unit: string } };
  readonly targets: readonly { readonly expr: string; readonly legendFormat?: string; readonly datasource: unknown }[];
}

const dashboard = JSON.parse(readFileSync(join(FOLDER, 'grafana-dashboard.json'), 'utf8')) as { panels: Panel[] };
const panels = dashboard.panels.filter(({ type }) => type !== 'row');

/** The expression as Grafana sends it for all instances. */
function toExpression(expr: string): string {
  return expr.replaceAll('$__rate_interval', '1m').replaceAll('$instance', '.*');
}

function metricsIn(expression: string): string[] {
  return expression.match(/\b(osf_metrics|process|nodejs)_\w+/g) ?? [];
}

/** The names of labels in matchers and groupings. */
function labelsIn(expression: string): string[] {
  const matchers = [...expression.matchAll(/[{,]\s*(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label = '']) => label);
  const groupings = [...expression.matchAll(/\b(?:by|without|on) \(([^)]*)\)/g)].map(([, labels = '']) => labels);
  return [...matchers, ...groupings.flatMap((labels) => labels.split(/,\s*/)).filter((label) => label !== '')];
}

describe('the Grafana dashboard', () => {
  it('has panels with a title, a description, a unit and the selected data source', () => {
    const datasource = { type: 'prometheus', uid: '${datasource}' };
    for (const panel of panels) {
      expect(panel).toMatchObject({
        title: expect.stringMatching(/\S/) as string,
        description: expect.stringMatching(/\.$/) as string,
        datasource,
        fieldConfig: { defaults: { unit: expect.stringMatching(/\S/) as string } },
      });
      for (const target of panel.targets) expect(target.datasource).toEqual(datasource);
    }
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  });

  it('has panels that do not overlap', () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });
});

describeWithPrometheus('docs/monitoring', () => {
  let folder: string;
  let osfApi: TestOsfApi;
  let service: ServiceProcess;
  let prometheus: Prometheus;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'osf-metrics-prometheus-'));
    osfApi = await TestOsfApi.start();
    service = await ServiceProcess.start({
      DATA_DIR: folder,
      METRICS_API_KEYS: API_KEYS,
      OSF_API_URL: osfApi.url,
      REPORTERS_ENABLED: 'false',
      LOG_LEVEL: 'warn',
    });
    prometheus = await Prometheus.start(writeConfiguration(), folder);
    await useService();
  });
  afterAll(async () => {
    await prometheus.stop();
    await service.end('SIGTERM');
    await osfApi.stop();
    rmSync(folder, { recursive: true });
  });

  /** The documented files, for the service of the test and with short intervals. */
  function writeConfiguration(): string {
    const configuration = readFileSync(join(FOLDER, 'prometheus.yml'), 'utf8')
      .replace('127.0.0.1:8080', new URL(service.url).host)
      .replace(/_interval: \d+s/g, '_interval: 1s');
    const path = join(folder, 'prometheus.yml');
    writeFileSync(path, configuration);
    writeFileSync(join(folder, 'alerts.yml'), readFileSync(join(FOLDER, 'alerts.yml')));
    return path;
  }

  /** Makes the service expose every metric, and leaves runs of `download_count` overdue. */
  async function useService(): Promise<void> {
    osfApi.addUser('token', 'user1');
    expect(await post('events/counted_usage/', aPageview(), 'token')).toBe(201);
    const cycle = new Date(Date.now() - 10 * DAY_MILLISECONDS).toISOString().slice(0, 10);
    const run = { data: { type: 'runs', attributes: { cycle } } };
    expect(await post('reporters/download_count/runs/', run, ADMIN_KEY)).toBe(202);
  }

  async function post(path: string, body: object, token: string): Promise<number> {
    const headers = {
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/vnd.api+json',
      'User-Agent': FIREFOX,
    };
    const url = `${service.url}/_/metrics/${path}`;
    return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).status;
  }

  /** The names of all metrics of the service, and of the series of its histograms. */
  async function exposedMetrics(): Promise<string[]> {
    const text = await (await fetch(`${service.url}/metrics`)).text();
    return [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].flatMap(([, name = '', type]) =>
      type === 'histogram' ? ['bucket', 'sum', 'count'].map((suffix) => `${name}_${suffix}`) : [name],
    );
  }

  it('passes the checks of promtool, and its tests of the alerts', () => {
    expect(promtool('check', 'config', join(FOLDER, 'prometheus.yml'))).toContain('SUCCESS');
    expect(promtool('check', 'rules', join(FOLDER, 'alerts.yml'))).toContain('SUCCESS');
    expect(promtool('test', 'rules', join(FOLDER, 'alerts.test.yml'))).toContain('SUCCESS');
  });

  it('tests and explains each alert', async () => {
    const alerts = (await prometheus.alertRules()).map(({ name }) => name);
    expect(alerts).not.toEqual([]);
    const cases = readFileSync(join(FOLDER, 'alerts.test.yml'), 'utf8').split('- alertname: ').slice(1);
    const tested = (isFiring: boolean): Set<string | undefined> =>
      new Set(cases.filter((each) => each.includes('exp_alerts') === isFiring).map((each) => each.split('\n')[0]));
    expect([...tested(true)].sort()).toEqual([...alerts].sort());
    expect([...tested(false)].sort()).toEqual([...alerts].sort());
    const headings = readFileSync('docs/monitoring.md', 'utf8').match(/(?<=^### )\w+$/gm);
    expect(headings).toEqual(alerts);
  });

  it('uses only metrics and labels that exist', async () => {
    await eventually(async () =>
      (await prometheus.countResults('osf_metrics_osf_lookups_total')) > 0 ? true : undefined,
    );
    const expressions = [
      ...(await prometheus.alertRules()).map(({ query }) => query),
      ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ];
    expect(await exposedMetrics()).toEqual(expect.arrayContaining(expressions.flatMap(metricsIn)));
    const legends = panels.flatMap(({ targets }) => targets.flatMap((target) => target.legendFormat ?? []));
    const shown = legends.flatMap((legend) => [...legend.matchAll(/{{(\w+)}}/g)].map(([, label]) => label));
    const labels = [...expressions.flatMap(labelsIn), ...shown];
    expect(await prometheus.labelNames()).toEqual(expect.arrayContaining(labels));
  });

  it('has panels that all show data', async () => {
    for (const { expr } of panels.flatMap(({ targets }) => targets)) {
      const expression = toExpression(expr);
      await eventually(async () => ((await prometheus.countResults(expression)) > 0 ? true : undefined));
    }
  });

  it('has alerts that Prometheus can evaluate', async () => {
    for (const { query } of await prometheus.alertRules()) await prometheus.countResults(query);
  });

  it('alerts on runs that were never made', async () => {
    const firing = await eventually(async () => {
      const overdue = (await prometheus.alertRules()).find(({ name }) => name === 'OsfMetricsRunOverdue');
      return overdue?.alerts.find(({ state }) => state === 'firing');
    });
    expect(firing.labels).toMatchObject({ reporter: 'download_count', severity: 'critical' });
  });
});
