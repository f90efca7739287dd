import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import { DamagedStoreError } from '../../src/storage/duckdb/damaged-store-error.js';
import { dataFilePath, logFilePath } from '../../src/storage/duckdb/data-file.js';
import { toRecord } from '../support/builders.js';
import { EmbeddedStore } from '../support/embedded-store.js';
import { flipBit, overwrite, PAGE_BYTES, resize } from '../support/file-damage.js';

const CASES = 200;
const CASES_PER_TEST = 20;
const BATCHES = 12;
const USAGES_PER_BATCH = 40;

/** Where a file is damaged: a share of its length. */
const place = fc.double({ min: 0, max: 0.999, noNaN: true });
const damages = fc.array(
  fc.record({
    file: fc.constantFrom('data', 'data', 'log', 'log'),
    kind: fc.constantFrom('zero page', 'random page', 'bit', 'cut', 'zeros behind', 'empty', 'missing'),
    place,
  }),
  { minLength: 1, maxLength: 3 },
);
const scenarios = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant('damage' as const), state: fc.nat(), damages }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('checkpoint' as const), pages: fc.infiniteStream(fc.boolean()) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('journal' as const), state: fc.nat(), place }) },
);
type Scenario = typeof scenarios extends fc.Arbitrary<infer S> ? S : never;
type Damage = Extract<Scenario, { type: 'damage' }>['damages'][number];

describe('random damage of the embedded store', () => {
  let original: EmbeddedStore;
  /** Copies at different times, with all usages that were acknowledged until then. */
  const states: { store: EmbeddedStore; usages: string[] }[] = [];
  /** The data file before and after a checkpoint. */
  let beforeCheckpoint: { store: EmbeddedStore; usages: string[] };
  let afterCheckpoint: Buffer;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    original = await EmbeddedStore.create();
    await original.open();
    for (let batch = 0; batch < BATCHES; batch += 1) {
      await record(batch);
      if (batch === 3 || batch === 7) await original.backUp();
      if (batch === 5) await original.repository.clusterUsages(USAGES_PER_BATCH);
      if (batch > 1) states.push(await snapshot());
    }
    beforeCheckpoint = await snapshot();
    const checkpointed = await beforeCheckpoint.store.copyFiles();
    await checkpointed.open();
    await checkpointed.close();
    afterCheckpoint = readFileSync(dataFilePath(checkpointed.folder));
    states.push({ store: checkpointed, usages: beforeCheckpoint.usages });
  });
  afterAll(async () => {
    for (const { store } of [...states, beforeCheckpoint]) await store.remove();
    await original.remove();
    Logger.overrideLogger(undefined as never);
  });

  /** Records usages of distinct visitors, some of which click twice. */
  async function record(batch: number): Promise<void> {
    const start = original.clock.now().getTime();
    const usages = Array.from({ length: USAGES_PER_BATCH }, (_, index) =>
      toRecord({
        at: new Date(start + index),
        session: `session ${batch}-${index - (index % 5 === 0 ? 1 : 0)}`,
        item: `item${index % 7}`,
        page: { page_title: `${batch} `.repeat(200) },
      }),
    );
    await original.repository.recordUsages(usages);
    original.clock.advance(10);
  }

  async function snapshot(): Promise<{ store: EmbeddedStore; usages: string[] }> {
    return { store: await original.copyFiles(), usages: await original.listUsages() };
  }

  function apply({ folder }: EmbeddedStore, { file, kind, place: share }: Damage): void {
    const path = file === 'data' ? dataFilePath(folder) : logFilePath(folder);
    const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (bytes === 0) return;
    const position = Math.floor(share * bytes);
    const page = position - (position % PAGE_BYTES);
    if (kind === 'zero page') overwrite(path, page, Buffer.alloc(Math.min(PAGE_BYTES, bytes - page)));
    if (kind === 'random page') overwrite(path, page, Buffer.alloc(Math.min(PAGE_BYTES, bytes - page), String(share)));
    if (kind === 'bit') flipBit(path, position);
    if (kind === 'cut') resize(path, position);
    if (kind === 'zeros behind') resize(path, bytes + PAGE_BYTES);
    if (kind === 'empty') resize(path, 0);
    if (kind === 'missing') rmSync(path);
  }

  /** A power cut while a checkpoint is written: some pages are those before it, the others those after it. */
  function tearCheckpoint({ folder }: EmbeddedStore, pages: fc.Stream<boolean>): void {
    const torn = Buffer.from(afterCheckpoint);
    const before = readFileSync(dataFilePath(folder));
    for (let page = 0; page < before.length; page += PAGE_BYTES) {
      const isWritten = pages.next().value as boolean;
      if (!isWritten) before.copy(torn, page, page, page + PAGE_BYTES);
    }
    writeFileSync(dataFilePath(folder), torn);
  }

  /** What a process that is killed while it records leaves. */
  function tearJournal({ folder }: EmbeddedStore, share: number): void {
    const last = join(folder, 'journal', readdirSync(join(folder, 'journal')).sort().at(-1) ?? '');
    const bytes = readFileSync(last);
    overwrite(last, bytes.length, bytes.subarray(100, 100 + Math.floor(share * 2_000)));
    rmSync(logFilePath(folder), { force: true });
  }

  /** Starts, or restores as the start says. */
  async function openOrRestore(store: EmbeddedStore): Promise<void> {
    try {
      await store.open();
    } catch (error) {
      if (!(error instanceof DamagedStoreError)) throw error;
      expect(error.message).toMatch(/Run "osf-metrics restore"/);
      await store.restore();
      await store.open();
    }
  }

  async function check(scenario: Scenario): Promise<void> {
    const index = scenario.type === 'checkpoint' ? 0 : scenario.state % states.length;
    const state = scenario.type === 'checkpoint' ? beforeCheckpoint : states[index];
    if (!state) throw new Error('there is no state');
    const store = await state.store.copyFiles();
    if (scenario.type === 'damage') for (const each of scenario.damages) apply(store, each);
    if (scenario.type === 'checkpoint') tearCheckpoint(store, scenario.pages);
    if (scenario.type === 'journal') tearJournal(store, scenario.place);
    await openOrRestore(store);
    const usages = await store.listUsages();
    expect([usages.length, usages]).toEqual([state.usages.length, state.usages]);
    await store.remove();
  }

  const seed = Number(process.env['PROPERTY_SEED'] ?? 1);
  const cases = fc.sample(scenarios, { numRuns: CASES, seed });
  const groups = Array.from({ length: CASES / CASES_PER_TEST }, (_, index) => index * CASES_PER_TEST);

  it.each(groups)(`finds every usage once, in ${CASES_PER_TEST} cases from case %d on`, async (first) => {
    for (const [index, scenario] of cases.slice(first, first + CASES_PER_TEST).entries()) {
      await check(scenario).catch((error: unknown) => {
        throw new Error(`case ${first + index}: ${JSON.stringify(scenario)}: ${(error as Error).message}`, {
          cause: error,
        });
      });
    }
  });
});
