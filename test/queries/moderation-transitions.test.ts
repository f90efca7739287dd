import { STEP } from '../support/builders.js';
import { ADMIN_KEY, TestApp, TRUSTED_KEY } from '../support/test-app.js';

const TRANSITIONS = 'registries_moderation/transitions/';

describe('moderation transitions', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start();
  });

  afterEach(async () => await app.stop());

  async function recordStep(
    provider: string,
    trigger: string,
    state: string,
    comment: string | null = null,
  ): Promise<void> {
    const response = await app.request('events/registries_moderation/', {
      key: TRUSTED_KEY,
      body: {
        data: {
          type: 'registries-moderation',
          attributes: {
            registration_id: 'reg12',
            provider_id: provider,
            trigger,
            from_state: 'pending',
            to_state: state,
            user_id: 'mod12',
            comment,
          },
        },
      },
    });
    expect(response.status).toBe(201);
  }

  it('are counted per provider', async () => {
    await recordStep('egap', 'submit', 'pending');
    await recordStep('egap', 'accept_submission', 'embargo', 'well done');
    await recordStep('osf', 'submit', 'accepted');
    await recordStep('osf', 'reject_submission', 'rejected', 'spam');
    await recordStep('osf', 'accept_withdrawal', 'withdrawn');
    const response = await app.request(TRANSITIONS, { key: ADMIN_KEY });
    expect(response.headers.get('Cache-Control')).toBe('private, no-store');
    expect(response.headers.get('Content-Type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toEqual({
      buckets: [
        {
          key: 'osf',
          doc_count: 3,
          transitions_with_comments: { doc_count: 1 },
          transitions_without_comments: { doc_count: 2 },
          submissions: { doc_count: 1 },
          accepted_with_embargo: { doc_count: 0 },
          accepted_without_embargo: { doc_count: 1 },
          rejected: { doc_count: 1 },
          withdrawn: { doc_count: 1 },
        },
        {
          key: 'egap',
          doc_count: 2,
          transitions_with_comments: { doc_count: 1 },
          transitions_without_comments: { doc_count: 1 },
          submissions: { doc_count: 1 },
          accepted_with_embargo: { doc_count: 1 },
          accepted_without_embargo: { doc_count: 0 },
          rejected: { doc_count: 0 },
          withdrawn: { doc_count: 0 },
        },
      ],
    });
  });

  it('lists the provider with the most steps first, ties by id', async () => {
    for (const provider of ['b', 'c', 'a']) await recordStep(provider, 'submit', 'pending');
    await recordStep('c', 'accept_submission', 'accepted');
    const { buckets } = await app.json<{ buckets: { key: string }[] }>(TRANSITIONS, { key: ADMIN_KEY });
    expect(buckets.map(({ key }) => key)).toEqual(['c', 'a', 'b']);
  });

  it('can be recorded in a batch; sending it again changes nothing', async () => {
    const step = { ...STEP, timestamp: '2026-07-09T15:00:01Z' };
    const body = { data: [step, { ...step, user_id: 5 }, { ...step, registration_id: 'reg34' }] };
    const path = 'events/registries_moderation/batch';
    expect((await app.request(path, { body })).status).toBe(401);
    for (let times = 0; times < 2; times += 1) {
      const { data } = await app.json<{ data: object[] }>(path, { body, key: TRUSTED_KEY });
      expect(data).toEqual([
        { status: 'recorded' },
        { status: 'rejected', errors: [expect.objectContaining({ source: { pointer: '/data/1/user_id' } })] },
        { status: 'recorded' },
      ]);
    }
    expect(await app.json(TRANSITIONS, { key: ADMIN_KEY })).toMatchObject({
      buckets: [{ key: 'osf', submissions: { doc_count: 2 }, transitions_without_comments: { doc_count: 2 } }],
    });
  });

  it('with an empty comment count as without a comment', async () => {
    await recordStep('osf', 'submit', 'accepted', '');
    expect(await app.json(TRANSITIONS, { key: ADMIN_KEY })).toMatchObject({
      buckets: [{ transitions_with_comments: { doc_count: 0 }, transitions_without_comments: { doc_count: 1 } }],
    });
  });

  it('default to the current time, and are rejected in the future', async () => {
    const body = {
      data: [
        { ...STEP, timestamp: null },
        { ...STEP, timestamp: '2099-01-01T00:00:00Z' },
      ],
    };
    const { data } = await app.json<{ data: object[] }>('events/registries_moderation/batch', {
      body,
      key: TRUSTED_KEY,
    });
    expect(data).toEqual([
      { status: 'recorded' },
      { status: 'rejected', errors: [expect.objectContaining({ source: { pointer: '/data/1/timestamp' } })] },
    ]);
    const exported = await app.request('events/registries_moderation', { key: ADMIN_KEY });
    expect(JSON.parse(await exported.text())).toMatchObject({ ...STEP, timestamp: '2026-11-24T12:00:00.000Z' });
  });

  it('are an empty list before any is recorded', async () => {
    expect(await app.json(TRANSITIONS, { key: ADMIN_KEY })).toEqual({ buckets: [] });
  });

  it('require the scope admin', async () => {
    expect((await app.request(TRANSITIONS)).status).toBe(401);
    expect((await app.request(TRANSITIONS, { key: TRUSTED_KEY })).status).toBe(403);
    expect((await app.request(TRANSITIONS, { key: 'unknown key' })).status).toBe(401);
  });
});
