import { describeUnknownSettings } from './unknown-settings.js';

describe('describeUnknownSettings', () => {
  it('names a similar setting', () => {
    expect(describeUnknownSettings({ CORS_ORIGIN: 'https://osf.io', TRUSTED_PROXYS: '1' }, {})).toEqual([
      'CORS_ORIGIN is not a setting and has no effect: did you mean CORS_ORIGINS?',
      'TRUSTED_PROXYS is not a setting and has no effect: did you mean TRUSTED_PROXIES?',
    ]);
  });

  it('names every unknown variable of the file', () => {
    expect(describeUnknownSettings({}, { PORT: '80', SECRET: 'x' })).toEqual([
      'SECRET in .env is not a setting and has no effect: docs/settings.md lists the settings',
    ]);
  });

  it('ignores settings and the variables of other programs', () => {
    expect(
      describeUnknownSettings({ PORT: '80', HOSTNAME: 'here', HOME: '/', PATH: '/bin', NODE_ENV: 'test' }, {}),
    ).toEqual([]);
  });

  it('ignores variables of the file that libraries, Docker Compose and commands read', () => {
    const file = ['PGPASSWORD', 'PGSSLMODE', 'NODE_OPTIONS', 'UV_THREADPOOL_SIZE', 'https_proxy', 'NO_PROXY', 'TZ'];
    const commands = ['COMPOSE_PROJECT_NAME', 'OSF_METRICS_URL', 'OSF_METRICS_KEY', 'OSF8_PASSWORD'];
    expect(describeUnknownSettings({}, Object.fromEntries([...file, ...commands].map((name) => [name, 'x'])))).toEqual(
      [],
    );
  });
});
