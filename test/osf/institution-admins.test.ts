import { Identity } from '../../src/items/identity.js';
import type { Referent } from '../support/osf-builder.js';
import { describeWithOsfDatabase, TestOsfDatabase } from '../support/osf-database.js';
import { TestApp } from '../support/test-app.js';

describeWithOsfDatabase('institution administrators', () => {
  let osf: TestOsfDatabase;
  let app: TestApp;
  let uni: Referent;

  beforeAll(async () => {
    osf = await TestOsfDatabase.start();
    app = await TestApp.start({ OSF_DATABASE_URL: osf.url });
    uni = await osf.institution({ guid: 'uni' });
  });
  afterAll(async () => {
    await app.stop();
    await osf.stop();
  });

  async function isAdmin(user: Referent, institutionId = 'uni'): Promise<boolean> {
    return await app.nest.get(Identity).isInstitutionAdmin({ id: user.guid }, institutionId);
  }

  it('are the members of the group of that institution', async () => {
    const ada = await osf.user({ guid: 'ada01' });
    await osf.institutionAdmin(ada, uni);
    const other = await osf.institution({ guid: 'other' });
    const grace = await osf.user({ guid: 'grace' });
    await osf.affiliate(grace, uni);
    expect(await Promise.all([isAdmin(ada), isAdmin(ada, other.guid), isAdmin(grace)])).toEqual([true, false, false]);
    expect(await isAdmin({ ...ada, guid: 'ADA01' })).toBe(true);
    expect(await isAdmin(ada, 'UNI')).toBe(false);
  });

  it('include superusers, for institutions that exist', async () => {
    const root = await osf.user({ columns: { is_superuser: true } });
    expect([await isAdmin(root), await isAdmin(root, 'nope')]).toEqual([true, false]);
  });

  it('do not include inactive users', async () => {
    const former = await osf.user({ columns: { is_active: false, is_superuser: true } });
    expect(await isAdmin(former)).toBe(false);
  });

  it('do not include invalid user ids, and invalid institution ids have none', async () => {
    const root = await osf.user({ columns: { is_superuser: true } });
    for (const guid of ['nul\0nul', '', "x' OR 1=1"]) expect(await isAdmin({ ...root, guid })).toBe(false);
    for (const id of ['nul\0nul', '', 'uni other', 'half\ud800']) expect(await isAdmin(root, id)).toBe(false);
  });

  it('are read again after one minute', async () => {
    const next = await osf.user();
    expect(await isAdmin(next)).toBe(false);
    await osf.institutionAdmin(next, uni);
    app.clock.advance(59);
    expect(await isAdmin(next)).toBe(false);
    app.clock.advance(1);
    expect(await isAdmin(next)).toBe(true);
  });

  it('do not exist without OSF_DATABASE_URL', async () => {
    const alone = await TestApp.start();
    expect(await alone.nest.get(Identity).isInstitutionAdmin({ id: 'ada01' }, 'uni')).toBe(false);
    await alone.stop();
  });
});
