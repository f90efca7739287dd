import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SessionKeys } from '../../src/usage-events/session-keys.service.js';
import { aPageview, send, sendBatch } from '../support/send-usage.js';
import { describeEmbedded } from '../support/store.js';
import { TestApp } from '../support/test-app.js';

describeEmbedded('the secrets of the session-hours', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start();
  });
  afterEach(() => app.stop());

  const days = (): string[] => readdirSync(join(app.dataDir, 'session-keys')).sort();

  it('are made for each day, and deleted a day after it', async () => {
    await send(app, aPageview());
    expect(days()).toEqual(['2026-11-24.key']);
    app.clock.set('2026-11-25T09:00:00Z');
    await send(app, aPageview());
    await app.nest.get(SessionKeys).deleteExpired();
    expect(days()).toEqual(['2026-11-24.key', '2026-11-25.key']);
    app.clock.set('2026-11-26T00:00:00Z');
    await app.nest.get(SessionKeys).deleteExpired();
    expect(days()).toEqual(['2026-11-25.key']);
  });

  it('of days long ago are deleted a day after they were needed', async () => {
    const usage = { item_guid: 'abc12', action_labels: ['view'], user_id: 'ada', timestamp: '2025-01-01T00:00:00Z' };
    await sendBatch(app, [usage]);
    app.clock.set('2026-11-25T11:59:59Z');
    await app.nest.get(SessionKeys).deleteExpired();
    // The usage was within 30 seconds of midnight: the day before had a secret too.
    expect(days()).toEqual(['2024-12-31.key', '2025-01-01.key']);
    app.clock.set('2026-11-25T12:00:00Z');
    await app.nest.get(SessionKeys).deleteExpired();
    expect(days()).toEqual([]);
  });

  it('are deleted at start too', async () => {
    await send(app, aPageview());
    await app.stop({ keepData: true });
    app = await TestApp.start({ DATA_DIR: app.dataDir }, '2026-12-24T00:00:00Z');
    expect(days()).toEqual([]);
  });
});
