import type { Command } from 'commander';
import { readConfiguration } from '../../config/read-configuration.js';
import { CalendarDate } from '../../time/calendar-date.js';
import type { Clock } from '../../time/clock.js';
import { YearMonth } from '../../time/year-month.js';
import { countOf } from '../count-of.js';
import { parseCount } from '../option-values.js';
import { Progress } from '../progress.js';
import { runReporters } from '../run-reporters.js';
import { sendLines } from '../send-lines.js';
import { MisuseError, type ServiceClient } from '../service-client.js';
import { type ServiceOptions, withNewService } from '../with-service.js';
import { createDemoItems } from './demo-catalog.js';
import { createDailyInstitutionReports, createMonthlyInstitutionReports } from './demo-institutions.js';
import { createDemoModerations } from './demo-moderations.js';
import { DemoRandom } from './demo-random.js';
import { createDemoReports } from './demo-reports.js';
import { createSpamReports } from './demo-spam.js';
import { createDemoUsages, type DemoDays } from './demo-usages.js';

interface DemoOptions extends ServiceOptions {
  readonly days: number;
  readonly items: number;
  readonly seed: number;
  readonly force?: boolean;
}

const MAX_DAYS = 3_650;
const MAX_ITEMS = 10_000;
/** Daily reports of downloads are made for these last days. */
const REPORTED_DAYS = 31;

/** Adds `demo`, and `reports fake`, its name in the OSF's commands. */
export function addDemoCommand(program: Command, reports: Command, clock: Clock): void {
  for (const command of [program.command('demo'), reports.command('fake')]) {
    command
      .description('fill an empty store with plausible items, usages and reports')
      .option('--days <count>', 'days up to yesterday', parseCount, 365)
      .option('--items <count>', 'items', parseCount, 100)
      .option('--seed <number>', 'the same seed makes the same demo', parseCount, 1)
      .option('--force', 'add the demo to a store that has usages')
      .action(async (_options, action: Command) => {
        const options = action.optsWithGlobals<DemoOptions>();
        if (options.days < 1 || options.days > MAX_DAYS) throw new MisuseError(`--days must be from 1 to ${MAX_DAYS}`);
        if (options.items < 1 || options.items > MAX_ITEMS)
          throw new MisuseError(`--items must be from 1 to ${MAX_ITEMS}`);
        await withNewService(options, (client) => fill(client, options, clock.now()));
      });
  }
}

/** @throws MisuseError when the store has usages and `--force` is not set */
async function fill(client: ServiceClient, { days: count, items, seed, force }: DemoOptions, now: Date): Promise<void> {
  const existing = await client.countLines('events/counted_usage');
  if (existing > 0 && !force)
    throw new MisuseError(`the store has ${countOf(existing, 'usage')}: use an empty one, or --force`);
  const random = new DemoRandom(seed);
  const today = CalendarDate.at(now);
  const days: DemoDays = { first: today.plusDays(-count), count };
  const { platformIri } = readConfiguration(process.env);
  const catalog = createDemoItems(items, random);
  await send(client, 'item', 'items/batch', catalog);
  await send(client, 'usage', 'events/counted_usage/batch', createDemoUsages(catalog, days, platformIri, random));
  await send(client, 'report', 'reports/batch', createReports(days, random));
  await send(client, 'moderation step', 'events/registries_moderation/batch', createDemoModerations(days, random));
  await runMonthly(client, days, today, now);
  const yesterday = today.plusDays(-1);
  const firstDay = today.plusDays(-Math.min(count, REPORTED_DAYS));
  const daily = { reporter: 'download_count', from: firstDay.toString(), to: yesterday.toString() };
  await runReporters(client, daily, now);
}

function* createReports(days: DemoDays, random: DemoRandom): Iterable<object> {
  yield* createDemoReports(days, random);
  yield* createDailyInstitutionReports(days, random);
  yield* createMonthlyInstitutionReports(days, random);
  yield* createSpamReports(days, random);
}

/** Of all months, including the present one, so that its reports can be looked at. COUNTER reports have whole months only. */
async function runMonthly(client: ServiceClient, { first }: DemoDays, today: CalendarDate, now: Date): Promise<void> {
  const [firstMonth, month] = [YearMonth.of(first), YearMonth.of(today)];
  const from = firstMonth.toString();
  await runReporters(client, { reporter: 'public_item_usage', from, to: month.toString() }, now);
  if (firstMonth.equals(month)) return;
  const to = month.plusMonths(-1).toString();
  for (const reporter of ['counter_item_usage', 'counter_platform_usage']) {
    await runReporters(client, { reporter, from, to }, now);
  }
}

async function send(client: ServiceClient, noun: string, path: string, values: Iterable<object>): Promise<void> {
  const progress = new Progress(`${noun}s`);
  let count = 0;
  await sendLines(client, path, toLines(values), (lines) => {
    count += lines.length;
    progress.advance(lines.length);
  });
  progress.finish();
  console.log(countOf(count, noun));
}

// eslint-disable-next-line @typescript-eslint/require-await -- `sendLines` takes an asynchronous source.
async function* toLines(values: Iterable<object>): AsyncIterable<{ name: string; text: string }> {
  let number = 0;
  for (const value of values) {
    number += 1;
    yield { name: `record ${number}`, text: JSON.stringify(value) };
  }
}
