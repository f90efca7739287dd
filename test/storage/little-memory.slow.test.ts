import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { Registry } from 'prom-client';
import { readConfiguration } from '../../src/config/read-configuration.js';
import { ALL_REPORTS } from '../../src/reports/report-types.js';
import { DuckDbRepository } from '../../src/storage/duckdb/duckdb.repository.js';
import { StoreUnavailableError } from '../../src/storage/metrics.repository.js';
import { StoreMetrics } from '../../src/storage/store-metrics.js';
import { YearMonth } from '../../src/time/year-month.js';
import { toRecord } from '../support/builders.js';
import { TestClock } from '../support/test-app.js';

const STORED = 30_000;
const ITEMS = 20_000;
const BATCH = 2_000;
const RECORDED = 50;
const EXPORTS = 4;
const MONTH = YearMonth.parse('2026-10');
/** Far less than the setting allows, so that few usages are enough to use it up. */
const MEMORY_MB = 48;

describe('the embedded store with too little memory', () => {
  let folder: string;
  let repository: DuckDbRepository;
  const clock = new TestClock(new Date('2026-11-24T12:00:00Z'));
  let sent = 0;

  const open = async (embeddedMemoryMb: number): Promise<void> => {
    const configuration = Object.assign(readConfiguration({ DATA_DIR: folder }), { embeddedMemoryMb });
    repository = new DuckDbRepository(configuration, clock, new StoreMetrics(new Registry()), ALL_REPORTS);
    await repository.onModuleInit();
  };

  beforeAll(async () => {
    Logger.overrideLogger(false);
    folder = await mkdtemp(join(tmpdir(), 'osf-metrics-'));
    await open(256);
    for (let count = 0; count < STORED; count += BATCH) await repository.recordUsages(createUsages(BATCH));
    await repository.onApplicationShutdown();
    await open(MEMORY_MB);
  });
  afterAll(async () => {
    await repository.onApplicationShutdown();
    await rm(folder, { recursive: true });
    Logger.overrideLogger(undefined as never);
  });

  function createUsages(count: number): ReturnType<typeof toRecord>[] {
    return Array.from({ length: count }, () => {
      const at = new Date(MONTH.start().getTime() + ((sent * 13_391) % 2_678_400_000));
      const item = `i${(sent * 7) % ITEMS}`;
      return toRecord({ at, item, session: `session ${sent++}`, page: { page_title: `Title ${item} `.repeat(9) } });
    });
  }

  /** Repeats work until recording has ended. @returns errors other than `StoreUnavailableError` */
  async function repeat(isDone: () => boolean, work: () => Promise<unknown>): Promise<unknown[]> {
    const errors: unknown[] = [];
    while (!isDone()) await work().catch((error: unknown) => errors.push(error));
    return errors.filter((error) => !(error instanceof StoreUnavailableError));
  }

  async function consume(values: AsyncIterable<unknown>, isDone: () => boolean): Promise<void> {
    for await (const _value of values) if (isDone()) return;
  }

  it('stores every acknowledged usage once beside exports and a monthly count, and fails with 503 only', async () => {
    const time = { start: MONTH.start(), end: MONTH.end() };
    const measures = { usages: { count: 'usages' }, sessions: { count: 'session-hours' } } as const;
    const acknowledged: string[] = [];
    let isRecorded = false;
    const isDone = (): boolean => isRecorded;
    const others = [
      ...Array.from({ length: EXPORTS }, () => repeat(isDone, () => consume(repository.streamUsages(time), isDone))),
      repeat(isDone, () =>
        consume(repository.streamItemUsage({ where: { time }, by: 'within_iris', measures }), isDone),
      ),
      repeat(isDone, () => repository.queryUsages({ where: { time }, groupings: { all: { by: 'all', measures } } })),
      repeat(isDone, () => repository.markUsageMonths([MONTH])),
    ];
    const refused: unknown[] = [];
    while (acknowledged.length < RECORDED) {
      const usages = createUsages(1);
      try {
        await repository.recordUsages(usages);
        acknowledged.push(...usages.map(({ usage }) => usage.sessionhour_id));
      } catch (error) {
        refused.push(error);
      }
    }
    isRecorded = true;
    expect(refused.filter((error) => !(error instanceof StoreUnavailableError))).toEqual([]);
    expect((await Promise.all(others)).flat()).toEqual([]);
    const stored: string[] = [];
    for await (const { sessionhour_id } of repository.streamUsages(time)) stored.push(sessionhour_id);
    expect(new Set(stored).size).toBe(stored.length);
    expect(acknowledged.filter((session) => !stored.includes(session))).toEqual([]);
    expect(stored.length).toBe(STORED + RECORDED);
  });
});
