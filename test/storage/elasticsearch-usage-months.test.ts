import { ElasticsearchService } from '@nestjs/elasticsearch';
import { Registry } from 'prom-client';
import { readConfiguration } from '../../src/config/read-configuration.js';
import { isUpToDate } from '../../src/model/usage-month.js';
import { ALL_REPORTS } from '../../src/reports/report-types.js';
import { clientOptions } from '../../src/storage/elasticsearch/client/client-options.js';
import { ElasticsearchRepository } from '../../src/storage/elasticsearch/elasticsearch.repository.js';
import { StoreMetrics } from '../../src/storage/store-metrics.js';
import { YearMonth } from '../../src/time/year-month.js';
import { toRecord } from '../support/builders.js';
import { collect } from '../support/collect.js';
import { describeWithElasticsearch, TestIndexes } from '../support/elasticsearch.js';
import { TestClock } from '../support/test-app.js';

const INSTANCES = 4;
const OCTOBER = YearMonth.parse('2026-10');

describeWithElasticsearch('the months of usages in Elasticsearch', () => {
  const indexes = TestIndexes.onOneNode();
  const clock = new TestClock(new Date('2026-11-24T12:00:00Z'));
  const started: ElasticsearchRepository[] = [];

  afterEach(async () => {
    for (const repository of started.splice(0)) await repository.onApplicationShutdown();
    await indexes.clear();
  });
  afterAll(() => indexes.remove());

  async function start(): Promise<ElasticsearchRepository> {
    const configuration = readConfiguration(indexes.environment);
    const client = new ElasticsearchService(clientOptions(configuration));
    const metrics = new StoreMetrics(new Registry());
    const repository = new ElasticsearchRepository(configuration, clock, metrics, client, ALL_REPORTS);
    started.push(repository);
    await repository.onModuleInit();
    return repository;
  }

  const names = async (repository: ElasticsearchRepository) =>
    (await repository.listUsageMonths()).map(({ month }) => month.toString());

  it('are completed from the indexes of an older version', async () => {
    const before = await start();
    await before.recordUsages(['2026-08', '2026-10'].map((month) => toRecord({ at: `${month}-10T12:00:00Z` })));
    await indexes.client.indices.delete({ index: `${indexes.prefix}-usage-months` });
    const repository = await start();
    expect(await names(repository)).toEqual(['2026-08', '2026-10']);
    expect((await repository.listUsageMonths()).some(isUpToDate)).toBe(false);
  });

  it('remove the versions of preprints from the IRIs of an older version', async () => {
    const before = await start();
    await before.recordUsages([
      toRecord({ at: '2026-10-10T12:00:00Z', item: 'prepr_v1' }),
      toRecord({ at: '2026-10-10T12:10:00Z', item: 'file1', within: ['prepr_v2'] }),
      toRecord({ at: '2026-10-10T12:20:00Z', item: null, labels: ['search'] }),
    ]);
    await before.refresh();
    await indexes.client.indices.delete({ index: `${indexes.prefix}-usage-months` });
    const repository = await start();
    expect(await collect(repository.streamUsages({}))).toMatchObject([
      { item_iri: 'https://osf.io/prepr', within_iris: ['https://osf.io/prepr'] },
      { item_iri: 'https://osf.io/file1', within_iris: ['https://osf.io/file1', 'https://osf.io/prepr'] },
      { item_iri: null },
    ]);
  });

  it('have queries, fragments and user information removed from the URLs of an older version', async () => {
    const before = await start();
    const page = (page_url: string, referer_url: string): object => ({ page: { page_url, referer_url } });
    await before.recordUsages([
      toRecord({
        at: '2026-10-10T12:00:00Z',
        ...page('https://osf.io/a?view_only=secret1', 'https://osf.io/b?secret2'),
      }),
      toRecord({ at: '2026-10-10T12:10:00Z', ...page('https://x:secret3@osf.io/a', 'https://mail.example/secret4') }),
      toRecord({ at: '2026-10-10T12:20:00Z', ...page('https://osf.io/a#secret5', 'https://osf.io/') }),
      toRecord({ at: '2026-10-10T12:30:00Z' }),
    ]);
    await before.refresh();
    const index = `${indexes.prefix}-usages-2026-10`;
    await indexes.client.indices.putMapping({ index, _meta: {} });
    const repository = await start();
    const isClean = async (): Promise<boolean> => {
      const mappings = await indexes.client.indices.getMapping({ index });
      return mappings[index]?.mappings._meta?.['urls_are_clean'] === true;
    };
    while (!(await isClean())) await new Promise(setImmediate);
    await repository.refresh();
    const usages = await collect(repository.streamUsages({}));
    expect(usages.map(({ pageview_info }) => [pageview_info?.page_url, pageview_info?.referer_url])).toEqual([
      ['https://osf.io/a', 'https://osf.io/b'],
      ['https://osf.io/a', 'https://mail.example'],
      ['https://osf.io/a', 'https://osf.io/'],
      [undefined, undefined],
    ]);
    const hashes = usages.map(({ pageview_info }) => pageview_info?.page_url_hash);
    expect(hashes).toEqual([expect.any(String), expect.any(String), null, undefined]);
    // An export that is imported again changes nothing.
    await repository.recordUsages(usages.map((usage) => ({ usage, adjacentSessions: [] })));
    await repository.refresh();
    expect(await collect(repository.streamUsages({}))).toHaveLength(4);
  });

  it('keep their state over a restart', async () => {
    const before = await start();
    await before.recordUsages([toRecord({ at: '2026-10-10T12:00:00Z' })]);
    const [october] = await before.listUsageMonths();
    await before.saveUsageMonthBuild({ month: OCTOBER, changeId: october?.change_id ?? '', builtAt: clock.now() });
    const saved = await before.listUsageMonths();
    expect(saved.map(isUpToDate)).toEqual([true]);
    expect(await (await start()).listUsageMonths()).toEqual(saved);
  });

  it('do not include a month in which no double click was replaced', async () => {
    const repository = await start();
    const september = { id: 'september', instant: new Date('2026-09-30T23:30:00Z'), pageUrlHash: null };
    await repository.recordUsages([toRecord({ at: '2026-10-01T00:00:05Z' }, [september])]);
    expect(await names(repository)).toEqual(['2026-10']);
  });

  it('keep the marks of instances that mark, build and remove at the same time', async () => {
    const instances = await Promise.all(Array.from({ length: INSTANCES }, start));
    const [first] = instances as [ElasticsearchRepository];
    await first.recordUsages([toRecord({ at: '2026-10-10T12:00:00Z' })]);
    const [before] = await first.listUsageMonths();
    const changeId = before?.change_id ?? '';
    await Promise.all([
      ...instances.map((instance, index) =>
        instance.recordUsages([toRecord({ at: '2026-10-11T12:00:00Z', session: `visitor ${index}` })]),
      ),
      ...instances.map((instance) => instance.saveUsageMonthBuild({ month: OCTOBER, changeId, builtAt: clock.now() })),
    ]);
    const [october] = await first.listUsageMonths();
    expect(october).toMatchObject({ built_change_id: changeId, built_at: clock.now(), usages_removed: false });
    expect(october && isUpToDate(october)).toBe(false);
  });

  it('are marked when a write fails, because usages may have been stored', async () => {
    const repository = await start();
    await repository.recordUsages([toRecord({ at: '2026-10-10T12:00:00Z' })]);
    const [before] = await repository.listUsageMonths();
    await indexes.client.indices.addBlock({ index: `${indexes.prefix}-usages-2026-10`, block: 'write' });
    const outcomes = await repository.recordUsages([toRecord({ at: '2026-10-11T12:00:00Z' })]);
    expect(outcomes).toEqual([{ status: 'unavailable' }]);
    const [after] = await repository.listUsageMonths();
    expect(after?.change_id).not.toBe(before?.change_id);
  });

  it('have the index of an interrupted removal deleted at the next start', async () => {
    const before = await start();
    await before.recordUsages(['2026-09', '2026-10'].map((month) => toRecord({ at: `${month}-10T12:00:00Z` })));
    await indexes.client.update({
      index: `${indexes.prefix}-usage-months`,
      id: '2026-09',
      doc: { usages_removed: true },
      refresh: true,
    });
    const repository = await start();
    const usages = await collect(repository.streamUsages({}));
    expect(usages.map(({ timestamp }) => timestamp.toISOString().slice(0, 7))).toEqual(['2026-10']);
    expect(await names(repository)).toEqual(['2026-09', '2026-10']);
  });
});
