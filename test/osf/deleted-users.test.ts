import { readConfiguration } from '../../src/config/read-configuration.js';
import { DeletedUsers } from '../../src/osf/deleted-users.service.js';
import { OsfDatabase } from '../../src/osf/osf-database.js';
import { describeWithOsfDatabase, TestOsfDatabase } from '../support/osf-database.js';

const DELETED = { deleted: '2026-11-01T00:00:00Z', fullname: 'Deleted user' };

describeWithOsfDatabase('DeletedUsers', () => {
  let osf: TestOsfDatabase;
  let database: OsfDatabase;

  beforeAll(async () => {
    osf = await TestOsfDatabase.start();
    database = new OsfDatabase(readConfiguration({ OSF_DATABASE_URL: osf.url }));
  });
  afterAll(async () => {
    await database.onApplicationShutdown();
    await osf.stop();
  });

  it('finds the deleted users of the institution, and no other objects with the same id', async () => {
    const [one, other] = [await osf.institution({ guid: 'uni' }), await osf.institution({ guid: 'other' })];
    const gone = await osf.user({ guid: 'gone1', columns: DELETED });
    await osf.affiliate(gone, one);
    await osf.affiliate(await osf.user({ guid: 'ada01' }), one);
    await osf.affiliate(await osf.user({ guid: 'gone2', columns: DELETED }), other);
    await osf.node({ guid: 'node1', columns: { id: gone.id } });
    const users = new DeletedUsers(database);
    expect(await users.findGuids('uni')).toEqual(['gone1']);
    expect(await users.findGuids('other')).toEqual(['gone2']);
    expect(await users.findGuids('unknown')).toEqual([]);
  });

  it('finds none without OSF_DATABASE_URL', async () => {
    expect(await new DeletedUsers(new OsfDatabase(readConfiguration({}))).findGuids('uni')).toEqual([]);
  });
});
