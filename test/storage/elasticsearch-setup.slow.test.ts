import { execFileSync } from 'node:child_process';
import { describeWithElasticsearch, TestIndexes } from '../support/elasticsearch.js';
import { ServiceProcess } from '../support/service-process.js';
import { ADMIN_KEY, TestApp, TRUSTED_KEY } from '../support/test-app.js';

interface CommandResult {
  readonly code: number;
  readonly output: string;
}

describeWithElasticsearch('index setup', () => {
  let indexes: TestIndexes;

  beforeEach(() => {
    indexes = TestIndexes.onOneNode();
  });
  afterEach(() => indexes.remove());

  function storage(command: string): CommandResult {
    try {
      const output = execFileSync(process.execPath, ['dist/cli/main.js', 'storage', command], {
        env: { ...process.env, ...indexes.environment },
        encoding: 'utf8',
        stdio: 'pipe',
      });
      return { code: 0, output };
    } catch (error) {
      const { status, stderr } = error as { status: number; stderr: string };
      return { code: status, output: stderr };
    }
  }

  async function mappingOf(index: string) {
    const mappings = await indexes.client.indices.getMapping({ index: `${indexes.prefix}-${index}` });
    return Object.values(mappings)[0]?.mappings;
  }

  it('checks and sets up templates and indexes by command', () => {
    const before = storage('check');
    expect(before.code).toBe(1);
    expect(before.output).toContain(`the template ${indexes.prefix}-usages is missing`);
    expect(storage('setup')).toMatchObject({ code: 0, output: expect.stringContaining('fixed') as string });
    expect(storage('check')).toEqual({ code: 0, output: 'templates and indexes are up to date\n' });
    expect(storage('upgrade')).toEqual({ code: 0, output: 'templates and indexes were already up to date\n' });
  });

  it('derives strict mappings from the declared fields', async () => {
    const app = await TestApp.start(indexes.environment);
    await app.json('events/counted_usage/batch', {
      body: {
        data: [{ attributes: { item_guid: 'abc12', action_labels: ['view'], timestamp: '2025-03-01T00:00:00Z' } }],
      },
      key: TRUSTED_KEY,
    });
    const mapping = await mappingOf('usages-2025-03');
    expect(mapping).toMatchObject({
      dynamic: 'strict',
      properties: {
        timestamp: { type: 'date' },
        within_iris: { type: 'keyword' },
        item_public: { type: 'boolean' },
        pageview_info: { properties: { hour_of_day: { type: 'long' }, page_path: { type: 'keyword' } } },
      },
    });
    await app.stop();
  });

  it('adds newly declared fields and keeps those of a newer version', async () => {
    storage('setup');
    const name = `${indexes.prefix}-items`;
    await indexes.client.indices.delete({ index: name });
    const { index_templates } = await indexes.client.indices.getIndexTemplate({ name });
    const properties = { ...index_templates[0]?.index_template.template?.mappings?.properties };
    delete properties['doi'];
    properties['of_a_newer_version'] = { type: 'keyword' };
    await indexes.client.indices.putIndexTemplate({
      name,
      index_patterns: [name],
      priority: 500,
      template: { mappings: { dynamic: 'strict', properties } },
    });
    await indexes.client.index({
      index: name,
      id: 'old01',
      document: { record_key: 'old01', guid: 'old01', public: true },
    });
    const checked = storage('check');
    expect(checked.output).toContain(`the template ${name}: the field doi is missing`);
    expect(checked.output).toContain(`the index ${name}: the field doi is missing`);
    expect(storage('upgrade').code).toBe(0);
    expect(storage('check').code).toBe(0);
    expect(await mappingOf('items')).toMatchObject({
      properties: { doi: { type: 'keyword' }, of_a_newer_version: { type: 'keyword' } },
    });
    const app = await TestApp.start(indexes.environment);
    const { data } = await app.json<{ data: { id: string }[] }>('items/', { key: ADMIN_KEY });
    expect(data.map(({ id }) => id)).toEqual(['old01']);
    await app.stop();
  });

  it('fails at startup and names the field when its type cannot be changed', async () => {
    storage('setup');
    const name = `${indexes.prefix}-usages-2026-11`;
    const mappings = { dynamic: 'strict', properties: { timestamp: { type: 'keyword' } } } as const;
    await indexes.client.indices.create({ index: name, mappings });
    const problem = `the index ${name}: the field timestamp has type keyword, expected date: rename the field, or reindex`;
    await expect(ServiceProcess.start(indexes.environment)).rejects.toThrow(problem);
    expect(storage('upgrade')).toMatchObject({ code: 1, output: expect.stringContaining(problem) as string });
    expect(await mappingOf('usages-2026-11')).toMatchObject(mappings);
  });

  it('rejects only the usage that does not match the mapping of a foreign index', async () => {
    const app = await TestApp.start(indexes.environment);
    const september = await app.json<{ data: { status: string }[] }>('events/counted_usage/batch', {
      body: { data: [usageAt('2026-09-30T12:00:00Z')] },
      key: TRUSTED_KEY,
    });
    expect(september.data).toEqual([{ status: 'recorded' }]);
    const declared = await mappingOf('usages-2026-09');
    await indexes.client.indices.create({
      index: `${indexes.prefix}-usages-2026-10`,
      mappings: { ...declared, properties: { ...declared?.properties, provider_id: { type: 'long' } } },
    });
    const { data } = await app.json<{ data: { status: string }[] }>('events/counted_usage/batch', {
      body: { data: ['2026-09-30T13:00:00Z', '2026-10-01T12:00:00Z', '2026-11-01T12:00:00Z'].map(usageAt) },
      key: TRUSTED_KEY,
    });
    expect(data).toEqual([
      { status: 'recorded' },
      { status: 'rejected', reason: 'the store cannot store this usage' },
      { status: 'recorded' },
    ]);
    await app.stop();
  });
});

function usageAt(timestamp: string): object {
  return { attributes: { item_guid: 'abc12', action_labels: ['view'], timestamp } };
}
