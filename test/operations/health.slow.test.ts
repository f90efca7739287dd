import { MetricsRepository, StoreUnavailableError } from '../../src/storage/metrics.repository.js';
import { aPageview, send } from '../support/send-usage.js';
import { TestApp } from '../support/test-app.js';

describe('health checks and metrics', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await app.stop();
  });

  const get = (path: string): Promise<Response> => app.request(`${app.url}${path}`);

  it('reports live and ready', async () => {
    for (const path of ['/health/live', '/health/ready', '/health/ready/']) {
      expect(await (await get(path)).json()).toMatchObject({ status: 'ok', version: expect.any(String) as string });
    }
  });

  it('reports live but not ready while the store is unavailable, and ready afterwards', async () => {
    const unavailable = jest
      .spyOn(app.nest.get(MetricsRepository), 'checkHealth')
      .mockRejectedValue(new StoreUnavailableError('unavailable'));
    expect((await get('/health/live')).status).toBe(200);
    const response = await get('/health/ready');
    expect([response.status, response.headers.get('Retry-After')]).toEqual([503, '5']);
    unavailable.mockRestore();
    expect((await get('/health/ready')).status).toBe(200);
  });

  it('reports not ready when the store does not respond in time', async () => {
    jest.spyOn(app.nest.get(MetricsRepository), 'checkHealth').mockReturnValue(new Promise(() => undefined));
    expect((await get('/health/ready')).status).toBe(503);
  });

  it('exposes counts of recorded, skipped and refused usages, and the duration of requests', async () => {
    await send(app, aPageview());
    await send(app, aPageview(), { headers: { 'User-Agent': 'Googlebot/2.1' } });
    jest
      .spyOn(app.nest.get(MetricsRepository), 'recordUsages')
      .mockRejectedValueOnce(new StoreUnavailableError('unavailable'));
    await send(app, aPageview());
    const metrics = await (await get('/metrics')).text();
    for (const line of [
      'osf_metrics_usages_recorded_total 1',
      'osf_metrics_usages_skipped_total{reason="robot"} 1',
      'osf_metrics_usages_refused_total{reason="store-failed"} 1',
      'osf_metrics_recording_batch_size_count 2',
      'osf_metrics_recording_queue_depth 0',
      'osf_metrics_http_request_duration_seconds_count{method="POST",route="/_/metrics/events/counted_usage",status="201"} 1',
    ]) {
      expect(metrics.split('\n')).toContain(line);
    }
    expect(metrics).toContain('process_resident_memory_bytes');
  });

  it('exposes reasons that have not occurred yet, so that Prometheus notices their first occurrence', async () => {
    const lines = (await (await get('/metrics')).text()).split('\n');
    for (const reason of ['robot', 'contributor', 'prefetch', 'foreign-page'])
      expect(lines).toContain(`osf_metrics_usages_skipped_total{reason="${reason}"} 0`);
    for (const reason of ['queue-full', 'store-failed', 'store-slow'])
      expect(lines).toContain(`osf_metrics_usages_refused_total{reason="${reason}"} 0`);
  });

  it('exposes its version', async () => {
    const { version } = (await (await get('/health/live')).json()) as { version: string };
    expect(await (await get('/metrics')).text()).toContain(
      `osf_metrics_build_info{version="${version}",node_version="${process.version}"} 1`,
    );
  });

  it('exposes the size of the store and its free space, and the other metrics while the store is unavailable', async () => {
    const available = await (await get('/metrics')).text();
    expect(available).toMatch(/^osf_metrics_store_size_bytes [1-9]/m);
    expect(available).toMatch(/^osf_metrics_store_free_bytes [1-9]/m);
    jest
      .spyOn(app.nest.get(MetricsRepository), 'measureSpace')
      .mockRejectedValue(new StoreUnavailableError('unavailable'));
    const response = await get('/metrics');
    const unavailable = await response.text();
    expect(response.status).toBe(200);
    expect(unavailable).not.toMatch(/^osf_metrics_store_(size|free)_bytes /m);
    expect(unavailable).toContain('osf_metrics_usages_recorded_total 0');
  });

  it('sends the request id with every response', async () => {
    const ids = await Promise.all(
      [get('/health/live'), get('/nothing')].map(async (response) => (await response).headers.get('X-Request-Id')),
    );
    for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(ids).size).toBe(2);
  });
});
