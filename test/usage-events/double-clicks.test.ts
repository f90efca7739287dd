import { aPageview, register, send, sendBatch, stored } from '../support/send-usage.js';
import { TestApp } from '../support/test-app.js';

describe('double clicks', () => {
  let app: TestApp;
  afterEach(() => app.stop());

  const times = async (): Promise<string[]> =>
    (await stored(app)).map(({ timestamp }) => String(timestamp).slice(11, 19));

  it('count once when many come at the same moment', async () => {
    app = await TestApp.start();
    const statuses = await Promise.all(Array.from({ length: 50 }, () => send(app, aPageview())));
    expect(new Set(statuses)).toEqual(new Set([201]));
    expect(await times()).toEqual(['12:00:00']);
  });

  it('count at the time of the last, and again after more than 30 seconds', async () => {
    app = await TestApp.start();
    for (const seconds of [0, 20, 30, 31]) {
      app.clock.advance(seconds);
      await send(app, aPageview());
    }
    expect(await times()).toEqual(['12:00:50', '12:01:21']);
  });

  it('are on the same page at whatever place in it, but not on another one behind the same path', async () => {
    app = await TestApp.start();
    for (const page of ['abc12', 'abc12#results', 'abc12#/files', 'abc12#/wiki']) {
      app.clock.advance(1);
      await send(app, aPageview({ pageview_info: { page_url: `https://osf.io/${page}` } }));
    }
    expect(await times()).toEqual(['12:00:02', '12:00:03', '12:00:04']);
  });

  it('count once across the full hour and across midnight, in the session-hour of the last', async () => {
    app = await TestApp.start({}, '2026-11-24T23:59:58Z');
    await send(app, aPageview());
    const [before] = await stored(app);
    app.clock.advance(5);
    await send(app, aPageview());
    const [after, ...others] = await stored(app);
    expect(others).toEqual([]);
    expect(String(after?.timestamp)).toBe('2026-11-25T00:00:03.000Z');
    expect(after?.sessionhour_id).not.toBe(before?.sessionhour_id);
  });

  it('count once over a restart', async () => {
    app = await TestApp.start();
    await send(app, aPageview());
    await app.stop({ keepData: true });
    app = await TestApp.start({ DATA_DIR: app.dataDir }, '2026-11-24T12:00:30Z');
    await send(app, aPageview());
    expect(await times()).toEqual(['12:00:30']);
  });

  it('are told by session: user, client session, address and user agent', async () => {
    app = await TestApp.start({ TRUSTED_PROXIES: '1' });
    const from = (address: string, userAgent: string): { headers: Record<string, string> } => ({
      headers: { 'X-Forwarded-For': `6.6.6.6, ${address}`, 'User-Agent': `Mozilla/5.0 ${userAgent}` },
    });
    const anonymous = aPageview({ client_session_id: null });
    for (const source of [from('1.1.1.1', 'A'), from('1.1.1.1', 'A'), from('1.1.1.1', 'B'), from('2.2.2.2', 'A')]) {
      await send(app, anonymous, source);
    }
    await send(app, aPageview({ client_session_id: 'one' }), from('1.1.1.1', 'A'));
    await send(app, aPageview({ client_session_id: 'one' }), from('9.9.9.9', 'Z'));
    expect(await times()).toHaveLength(4);
    expect(new Set((await stored(app)).map(({ sessionhour_id }) => sessionhour_id)).size).toBe(4);
  });

  it('are not told by X-Forwarded-For when there is no proxy', async () => {
    app = await TestApp.start();
    for (const address of ['1.1.1.1', '2.2.2.2']) {
      await send(app, aPageview({ client_session_id: null }), { headers: { 'X-Forwarded-For': address } });
    }
    expect(await times()).toHaveLength(1);
  });

  it('of a user are one session wherever they come from', async () => {
    app = await TestApp.start();
    await register(app, 'abc12');
    const usage = { item_guid: 'abc12', action_labels: ['view'], timestamp: '2026-11-01T10:00:00Z' };
    await sendBatch(app, [
      { ...usage, user_id: 'ada', client_session_id: 'one' },
      { ...usage, user_id: 'ada', client_session_id: 'two' },
      { ...usage, user_id: 'bob' },
      { ...usage, client_session_id: 'ada' },
    ]);
    expect(await times()).toHaveLength(3);
  });
});
