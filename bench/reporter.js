import 'reflect-metadata';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Registry } from 'prom-client';
import { readConfiguration } from '../dist/config/read-configuration.js';
import { PublicItemUsageReporter } from '../dist/reporters/public-item-usage.reporter.js';
import { EmbeddedRepository } from '../dist/storage/embedded/embedded-repository.js';
import { StoreMetrics } from '../dist/storage/store-metrics.js';
import { Clock } from '../dist/time/clock.js';
import { YearMonth } from '../dist/time/year-month.js';
import { residentMemory } from './measure.js';
import { fill, guidOf } from './workload.js';

const ITEMS = 100_000;
const USAGES = 5_000_000;
const ONE_BY_ONE = 100;
const MONTH = YearMonth.parse('2026-10');
const REPORTS_PER_SAVE = 1_000;

/** `public_item_usage` for a month, against asking for one item at a time as the original does. */
export async function benchReporter(scale) {
  const dataDir = await mkdtemp(join(tmpdir(), 'osf-metrics-bench-'));
  await withRepository(dataDir, (repository) =>
    fill(repository, { count: Math.round(USAGES * scale), items: ITEMS, start: MONTH.start(), end: MONTH.end() }),
  );
  // In a process of its own, so that its memory is only the reporter's.
  const child = fork(fileURLToPath(import.meta.url), [dataDir]);
  await once(child, 'exit');
  await rm(dataDir, { recursive: true });
}

async function run(dataDir) {
  await withRepository(dataDir, async (repository) => {
    const reporter = new PublicItemUsageReporter(repository, readConfiguration({}));
    const start = performance.now();
    let [reports, batch] = [0, []];
    for await (const report of reporter.report(MONTH)) {
      report.timestamp = new Date();
      batch.push(report);
      reports += 1;
      if (batch.length === REPORTS_PER_SAVE) await repository.saveReports(batch.splice(0));
    }
    await repository.saveReports(batch);
    const seconds = (performance.now() - start) / 1000;
    const { most } = residentMemory();
    const single = await oneByOne(repository);
    console.log(`${reports} reports in ${seconds.toFixed(1)} s; memory at most ${most} MiB`);
    console.log(
      `one item at a time: ${(single * 1000).toFixed(1)} ms each, of ${ONE_BY_ONE}; ` +
        `${((single * reports) / seconds).toFixed(0)} times as long for all of them`,
    );
  });
}

/** Seconds for one item: the searches that the original makes. */
async function oneByOne(repository) {
  const time = { start: MONTH.start(), end: MONTH.end() };
  const start = performance.now();
  for (let count = 0; count < ONE_BY_ONE; count++) {
    const iri = `https://osf.io/${guidOf(Math.floor(Math.random() * ITEMS))}`;
    const counts = { usages: { count: 'usages' }, sessions: { count: 'session-hours' } };
    const all = (where) => repository.answerUsageQuery({ where, groupings: { all: { by: 'all', measures: counts } } });
    await all({ withinIri: iri, itemPublic: true, time, actionLabels: ['view'] });
    await all({ itemIri: iri, itemPublic: true, time, actionLabels: ['download'] });
  }
  return (performance.now() - start) / 1000 / ONE_BY_ONE;
}

async function withRepository(dataDir, work) {
  const repository = new EmbeddedRepository(
    readConfiguration({ DATA_DIR: dataDir }),
    new Clock(),
    new StoreMetrics(new Registry()),
  );
  await repository.onModuleInit();
  await work(repository);
  await repository.onApplicationShutdown();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run(process.argv[2]);
