import { ADMIN_KEY, TestApp, TRUSTED_KEY } from '../support/test-app.js';

const TRANSITIONS = 'registries_moderation/transitions/';

describe('transitions of registrations in moderation', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start();
  });

  afterEach(async () => await app.stop());

  async function take(provider: string, trigger: string, state: string, comment: string | null = null): Promise<void> {
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

  it('are counted for each provider', async () => {
    await take('egap', 'submit', 'pending');
    await take('egap', 'accept_submission', 'embargo', 'well done');
    await take('osf', 'submit', 'accepted');
    await take('osf', 'reject_submission', 'rejected', 'spam');
    await take('osf', 'accept_withdrawal', 'withdrawn');
    const response = await app.request(TRANSITIONS, { key: ADMIN_KEY });
    expect(response.headers.get('Cache-Control')).toBe('private, no-store');
    const type = 'registries-moderation-transitions';
    expect(await response.json()).toEqual({
      data: [
        {
          type,
          id: 'egap',
          attributes: {
            provider_id: 'egap',
            transitions_with_comments: 1,
            transitions_without_comments: 1,
            submissions: 1,
            accepted_with_embargo: 1,
            accepted_without_embargo: 0,
            rejected: 0,
            withdrawn: 0,
          },
        },
        {
          type,
          id: 'osf',
          attributes: {
            provider_id: 'osf',
            transitions_with_comments: 1,
            transitions_without_comments: 2,
            submissions: 1,
            accepted_with_embargo: 0,
            accepted_without_embargo: 1,
            rejected: 1,
            withdrawn: 1,
          },
        },
      ],
    });
  });

  it('are none before any was recorded', async () => {
    expect(await app.json(TRANSITIONS, { key: ADMIN_KEY })).toEqual({ data: [] });
  });

  it('are for administrators alone', async () => {
    expect((await app.request(TRANSITIONS)).status).toBe(401);
    expect((await app.request(TRANSITIONS, { key: TRUSTED_KEY })).status).toBe(403);
    expect((await app.request(TRANSITIONS, { key: 'no key of ours' })).status).toBe(401);
  });
});
