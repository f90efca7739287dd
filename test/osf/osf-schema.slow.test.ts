import { readConfiguration } from '../../src/config/read-configuration.js';
import { DELETED_USER_COLUMNS, SELECT_DELETED_USERS } from '../../src/osf/deleted-users.service.js';
import { OsfDatabase } from '../../src/osf/osf-database.js';
import { INSTITUTION_STATE_COLUMNS, SELECT_INSTITUTION_STATE } from '../../src/osf/osf-institutions.js';
import { ITEM_COLUMNS, SELECT_ITEMS } from '../../src/osf/osf-items.js';
import {
  INSTITUTION_ADMIN_COLUMNS,
  READABLE_ITEM_COLUMNS,
  SELECT_INSTITUTION_ADMINS,
  SELECT_READABLE_ITEMS,
} from '../../src/osf/osf-permissions.js';
import { type OsfColumns, OsfSchema } from '../../src/osf/osf-schema.js';
import { TestOsfApi } from '../support/osf-api.js';
import { describeWithOsfDatabase, TestOsfDatabase } from '../support/osf-database.js';
import { aPageview, send, stored } from '../support/send-usage.js';
import { TestApp } from '../support/test-app.js';

describeWithOsfDatabase('the schema check', () => {
  let osf: TestOsfDatabase;
  let url: string;
  let database: OsfDatabase;

  beforeEach(async () => {
    osf = await TestOsfDatabase.start();
    url = await osf.createRole();
    database = new OsfDatabase(readConfiguration({ OSF_DATABASE_URL: url, OSF_DATABASE_LOOKUP_MILLISECONDS: '5000' }));
  });
  afterEach(async () => {
    await database.onApplicationShutdown();
    await osf.stop();
  });

  async function run(sql: string): Promise<void> {
    await osf.query(osf.withRoleName(sql));
  }

  it('passes with the role of docs/osf-role.sql, which can read all columns that lookups need', async () => {
    const project = await osf.node({ guid: 'proj1' });
    await osf.contributor(project, await osf.user({ guid: 'ada01' }));
    const api = await TestOsfApi.start();
    api.addUser('adas-token', 'ada01');
    const app = await TestApp.start({ OSF_DATABASE_URL: url, OSF_API_URL: api.url });
    expect(await send(app, aPageview({ item_guid: 'proj1' }))).toBe(201);
    const headers = { Authorization: 'Bearer adas-token' };
    expect(await send(app, aPageview({ item_guid: 'proj1' }), { headers })).toBe(204);
    expect(await stored(app)).toMatchObject([{ item_type: 'Project', item_public: true }]);
    await app.stop();
    await api.stop();
  });

  it('passes when docs/osf-role.sql has updated the role of an older version, which keeps its password', async () => {
    const selectPassword = "SELECT rolpassword FROM pg_authid WHERE rolname = 'osf_metrics'";
    const before = await osf.query(osf.withRoleName(selectPassword));
    await run('REVOKE SELECT (visible) ON osf_contributor FROM osf_metrics');
    await osf.createRole();
    const app = await TestApp.start({ OSF_DATABASE_URL: url });
    expect(await osf.query(osf.withRoleName(selectPassword))).toEqual(before);
    await app.stop();
  });

  it.each<[string, string, unknown[], OsfColumns]>([
    ['items', SELECT_ITEMS, [['proj1'], [null]], ITEM_COLUMNS],
    ['deleted users', SELECT_DELETED_USERS, ['uni'], DELETED_USER_COLUMNS],
    ['institution administrators', SELECT_INSTITUTION_ADMINS, [['ada01'], ['uni']], INSTITUTION_ADMIN_COLUMNS],
    ['institutions', SELECT_INSTITUTION_STATE, ['uni'], INSTITUTION_STATE_COLUMNS],
    ['readable items', SELECT_READABLE_ITEMS, [['proj1'], [null], ['ada01']], READABLE_ITEM_COLUMNS],
  ])('covers only columns that the query for %s needs', async (_what, sql, values, columns) => {
    await database.select(sql, values);
    for (const [table, names] of Object.entries(columns)) {
      for (const name of names) {
        await run(`REVOKE SELECT (${name}) ON ${table} FROM osf_metrics`);
        await expect(database.select(sql, values)).rejects.toThrow(`permission denied for table ${table}`);
        await run(`GRANT SELECT (${name}) ON ${table} TO osf_metrics`);
      }
    }
  });

  it('names the columns that are missing or not readable, and no others', async () => {
    await osf.query('ALTER TABLE osf_guid RENAME COLUMN object_id TO object_pk');
    const columns = { osf_guid: ['_id', 'object_id', 'modified'], osf_gone: ['id'] };
    expect(await new OsfSchema(database).findProblems(columns)).toEqual([
      'osf_guid.object_id is missing',
      'osf_guid.modified is not readable by this database user',
      'osf_gone.id is missing',
    ]);
    expect(await new OsfSchema(database).findProblems({ osf_guid: ['_id'] })).toEqual([]);
  });

  it('stops the start with a line for each missing or unreadable column', async () => {
    await osf.query('ALTER TABLE osf_abstractnode RENAME COLUMN is_public TO is_open');
    await run('REVOKE SELECT (visible) ON osf_contributor FROM osf_metrics');
    await expect(TestApp.start({ OSF_DATABASE_URL: url })).rejects.toThrow(
      [
        'OSF_DATABASE_URL: osf_abstractnode.is_public is missing',
        'OSF_DATABASE_URL: osf_contributor.visible is not readable by this database user',
      ].join('\n'),
    );
  });
});
