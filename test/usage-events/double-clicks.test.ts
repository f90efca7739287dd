import { aPageview, register, send, sendBatch, stored } from '../support/send-usage.js';
import { FIREFOX, TestApp } from '../support/test-app.js';

describe('double clicks', () => {
  let app: TestApp;
  afterEach(() => app.stop());

  const times = async (): Promise<string[]> =>
    (await stored(app)).map(({ timestamp }) => String(timestamp).slice(11, 19));

  it('counts concurrent clicks once', async () => {
    app = await TestApp.start();
    const statuses = await Promise.all(Array.from({ length: 50 }, () => send(app, aPageview())));
    expect(new Set(statuses)).toEqual(new Set([201]));
    expect(await times()).toEqual(['12:00:00']);
  });

  it('counts a click streak once, at the time of its last click; and a click after more than 30 seconds again', async () => {
    app = await TestApp.start();
    for (const seconds of [0, 20, 30, 31]) {
      app.clock.advance(seconds);
      await send(app, aPageview());
    }
    expect(await times()).toEqual(['12:00:50', '12:01:21']);
  });

  it('ignores the fragment of a page, unless it is a route', async () => {
    app = await TestApp.start();
    for (const page of ['abc12', 'abc12#results', 'abc12#/files', 'abc12#/wiki']) {
      app.clock.advance(1);
      await send(app, aPageview({ pageview_info: { page_url: `https://osf.io/${page}` } }));
    }
    expect(await times()).toEqual(['12:00:02', '12:00:03', '12:00:04']);
  });

  it('compares equivalent URLs as one', async () => {
    app = await TestApp.start();
    const equivalent = [
      'https://osf.io/a~c12/?x=%2f',
      'HTTPS://OSF.io:443/a%7Ec12/?x=%2F#top',
      'https://osf.io/b/../a%7ec12/?x=%2f',
    ];
    for (const page_url of [...equivalent, 'https://osf.io/a~c12/?x=%2f%2f', 'https://osf.io/a~c12/']) {
      app.clock.advance(1);
      await send(app, aPageview({ pageview_info: { page_url } }));
    }
    expect(await times()).toEqual(['12:00:03', '12:00:04', '12:00:05']);
    expect((await stored(app)).map(({ pageview_info }) => pageview_info?.page_url)).toEqual(
      Array.from({ length: 3 }, () => 'https://osf.io/a~c12/'),
    );
  });

  it('keeps searches for different texts apart, and counts a repeated search once, also after an import', async () => {
    app = await TestApp.start();
    for (const text of ['a', 'b', 'a', 'b']) {
      app.clock.advance(1);
      const page = { page_url: `https://osf.io/search?q=${text}` };
      await send(app, aPageview({ item_guid: null, action_labels: ['search'], pageview_info: page }));
    }
    const exported = await stored(app);
    expect(await times()).toEqual(['12:00:03', '12:00:04']);
    await app.stop();
    app = await TestApp.start();
    for (let repetition = 0; repetition < 2; repetition++) {
      expect(await sendBatch(app, exported)).toEqual([{ status: 'recorded' }, { status: 'recorded' }]);
    }
    expect(await stored(app)).toEqual(exported);
  });

  it('compares a page with a query across midnight', async () => {
    app = await TestApp.start({}, '2026-11-24T23:59:58Z');
    const usage = aPageview({ pageview_info: { page_url: 'https://osf.io/search?q=a' } });
    await send(app, usage);
    app.clock.advance(5);
    await send(app, usage);
    expect(await times()).toEqual(['00:00:03']);
  });

  it('counts a click streak across the hour and midnight once, in the session-hour of its last click', async () => {
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

  it('counts a click streak across a restart once', async () => {
    app = await TestApp.start();
    await send(app, aPageview());
    await app.stop({ keepData: true });
    app = await TestApp.start({ DATA_DIR: app.dataDir }, '2026-11-24T12:00:30Z');
    await send(app, aPageview());
    expect(await times()).toEqual(['12:00:30']);
  });

  it('distinguishes sessions by user, client session, address and user agent', async () => {
    app = await TestApp.start({ TRUSTED_PROXIES: '1' });
    const from = (address: string, userAgent: string): { headers: Record<string, string> } => ({
      headers: { 'X-Forwarded-For': `6.6.6.6, ${address}`, 'User-Agent': `${FIREFOX} ${userAgent}` },
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

  it('ignores X-Forwarded-For without a trusted proxy', async () => {
    app = await TestApp.start();
    for (const address of ['1.1.1.1', '2.2.2.2']) {
      await send(app, aPageview({ client_session_id: null }), { headers: { 'X-Forwarded-For': address } });
    }
    expect(await times()).toHaveLength(1);
  });

  it('counts the clicks of a user as one session from any client session', async () => {
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
