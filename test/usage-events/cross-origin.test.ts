import { aPageview, COUNTED_USAGE } from '../support/send-usage.js';
import { TestApp } from '../support/test-app.js';

describe('pages of other origins', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ CORS_ORIGINS: 'https://osf.example, http://localhost:*', RATE_LIMIT_PER_MINUTE: '4' });
  });
  afterAll(() => app.stop());

  it.each(['https://osf.example', 'http://localhost:4200', 'http://localhost'])(
    '%s may send usages, with cookies',
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
    '%s may not read what it is answered',
    async (origin) => {
      const headers = { Origin: origin, 'Access-Control-Request-Method': 'POST' };
      const preflight = await app.request(COUNTED_USAGE, { method: 'OPTIONS', headers });
      expect(preflight.headers.get('Access-Control-Allow-Origin')).toBeNull();
    },
  );

  it('may read that they sent too much', async () => {
    const headers = { Origin: 'https://osf.example' };
    const answers = [];
    for (let count = 0; count < 5; count += 1)
      answers.push(await app.request(COUNTED_USAGE, { body: aPageview(), headers }));
    const refused = answers.at(-1);
    expect(refused?.status).toBe(429);
    expect(Number(refused?.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(refused?.headers.get('Access-Control-Allow-Origin')).toBe('https://osf.example');
    expect(await refused?.json()).toMatchObject({ errors: [{ status: '429' }] });
  });
});
