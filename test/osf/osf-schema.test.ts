import { readConfiguration } from '../../src/config/read-configuration.js';
import { OsfDatabase } from '../../src/osf/osf-database.js';
import { OsfSchema } from '../../src/osf/osf-schema.js';
import { describeWithOsfDatabase, TestOsfDatabase } from '../support/osf-database.js';

describeWithOsfDatabase("the columns of the OSF's tables", () => {
  let osf: TestOsfDatabase;
  let database: OsfDatabase;

  beforeAll(async () => {
    osf = await TestOsfDatabase.start();
    database = new OsfDatabase(readConfiguration({ OSF_DATABASE_URL: await osf.urlOfReader() }));
  });
  afterAll(async () => {
    await database.onApplicationShutdown();
    await osf.stop();
  });

  it('are named when they are not there or may not be read, and not otherwise', async () => {
    await osf.letReaderRead({ osf_guid: ['_id', 'object_id'] });
    await osf.query('ALTER TABLE osf_guid RENAME COLUMN object_id TO object_pk');
    const columns = { osf_guid: ['_id', 'object_id', 'modified'], osf_gone: ['id'] };
    expect(await new OsfSchema(database).problems(columns)).toEqual([
      'osf_guid.object_id is missing',
      'osf_guid.modified may not be read by this user',
      'osf_gone.id is missing',
    ]);
    expect(await new OsfSchema(database).problems({ osf_guid: ['_id'] })).toEqual([]);
  });
});
