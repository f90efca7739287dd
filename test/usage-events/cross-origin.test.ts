import { aPageview, COUNTED_USAGE } from '../support/send-usage.js';
import { TestApp } from '../support/test-app.js';

describe('cross-origin requests', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ CORS_ORIGINS: 'https://osf.example, http://localhost:*', RATE_LIMIT_PER_MINUTE: '4' });
  });
  afterAll(() => app.stop());

  it.each(['https://osf.example', 'http://localhost:4200', 'http://localhost'])(
    'allows %s to send usages with cookies',
    async (origin) => {
      const preflight = await app.request(COUNTED_USAGE, {
        method: 'OPTIONS',
        headers: {
          Origin: origin,
          'Access-Control-Request-Method': 'POST',
          'Access-Control-Request-Headers': 'content-type',
        },
      });
      expect(preflight.status).toBe(204);
      expect(preflight.headers.get('Access-Control-Allow-Origin')).toBe(origin);
      expect(preflight.headers.get('Access-Control-Allow-Credentials')).toBe('true');
      expect(preflight.headers.get('Access-Control-Allow-Methods')).toContain('POST');
      expect(preflight.headers.get('Access-Control-Allow-Headers')).toBe('content-type');
      const response = await app.request(COUNTED_USAGE, { body: aPageview(), headers: { Origin: origin } });
      expect(response.status).toBe(201);
      expect(response.headers.get('Access-Control-Allow-Origin')).toBe(origin);
    },
  );

  it.each(['https://evil.example', 'https://osf.example.evil.example', 'http://localhost.evil.example:80', 'null'])(
    'does not allow %s',
    async (origin) => {
      const headers = { Origin: origin, 'Access-Control-Request-Method': 'POST' };
      const preflight = await app.request(COUNTED_USAGE, { method: 'OPTIONS', headers });
      expect(preflight.headers.get('Access-Control-Allow-Origin')).toBeNull();
    },
  );

  it('lets an allowed origin read the response above the rate limit', async () => {
    const headers = { Origin: 'https://osf.example' };
    const responses = [];
    for (let count = 0; count < 5; count += 1)
      responses.push(await app.request(COUNTED_USAGE, { body: aPageview(), headers }));
    const limited = responses.at(-1);
    expect(limited?.status).toBe(429);
    expect(Number(limited?.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(limited?.headers.get('Access-Control-Allow-Origin')).toBe('https://osf.example');
    expect(await limited?.json()).toMatchObject({ errors: [{ status: '429' }] });
  });
});
