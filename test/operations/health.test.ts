import { jest } from '@jest/globals';
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

  it('sends the request id with every response', async () => {
    const ids = await Promise.all(
      [get('/health/live'), get('/nothing')].map(async (response) => (await response).headers.get('X-Request-Id')),
    );
    for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(ids).size).toBe(2);
  });
});
