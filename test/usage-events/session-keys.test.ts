import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { SessionKeys } from '../../src/usage-events/session-keys.service.js';
import { aPageview, send, sendBatch } from '../support/send-usage.js';
import { describeEmbedded } from '../support/store.js';
import { TestApp } from '../support/test-app.js';

describeEmbedded('session keys', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start();
  });
  afterEach(() => app.stop());

  const days = (): string[] => readdirSync(join(app.dataDir, 'session-keys')).sort();

  it('are created per day, and deleted one day later', async () => {
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

  it('of backfilled days are deleted one day after the day of their creation', async () => {
    const usage = { item_guid: 'abc12', action_labels: ['view'], user_id: 'ada', timestamp: '2025-01-01T00:00:00Z' };
    await sendBatch(app, [usage]);
    app.clock.set('2026-11-25T23:59:59Z');
    await app.nest.get(SessionKeys).deleteExpired();
    // The usage is within 30 seconds of midnight, so the day before has a key too.
    expect(days()).toEqual(['2024-12-31.key', '2025-01-01.key']);
    app.clock.set('2026-11-26T00:00:00Z');
    await app.nest.get(SessionKeys).deleteExpired();
    expect(days()).toEqual([]);
  });

  it('are deleted when they were made while the clock was wrong', async () => {
    app.clock.set('2099-06-01T12:00:00Z');
    await send(app, aPageview());
    await sendBatch(app, [
      { item_guid: 'abc12', action_labels: ['view'], user_id: 'ada', timestamp: '2025-01-01T12:00:00Z' },
    ]);
    app.clock.set('2026-11-24T23:59:50Z');
    await send(app, aPageview());
    expect(days()).toEqual(['2025-01-01.key', '2026-11-24.key', '2026-11-25.key', '2099-06-01.key']);
    await app.nest.get(SessionKeys).deleteExpired();
    expect(days()).toEqual(['2026-11-24.key', '2026-11-25.key']);
  });

  it('are deleted although their folder has other files', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    await send(app, aPageview());
    const stray = ['.nfs0001', '2026-13-01.key', 'README.key', 'folder.deleted', 'copy of 2026-11-24.key'];
    const folder = join(app.dataDir, 'session-keys');
    for (const name of stray) mkdirSync(join(folder, name));
    mkdirSync(join(folder, '2026-11-23.key'));
    app.clock.set('2026-11-26T00:00:00Z');
    for (let time = 0; time < 2; time++) await app.nest.get(SessionKeys).deleteExpired();
    expect(days()).toEqual([...stray, '2026-11-23.key'].sort());
    const warnings = warn.mock.calls.map(([message]) => String(message));
    const count = (name: string): number => warnings.filter((warning) => warning.includes(`/${name} `)).length;
    expect(stray.map(count)).toEqual([0, 1, 1, 1, 1]);
    expect(count('2026-11-23.key')).toBe(1);
    jest.restoreAllMocks();
  });

  it('are deleted at startup if they have expired', async () => {
    await send(app, aPageview());
    await app.stop({ keepData: true });
    app = await TestApp.start({ DATA_DIR: app.dataDir }, '2026-12-24T00:00:00Z');
    expect(days()).toEqual([]);
  });
});
