import { CronTime } from 'cron';
import { DownloadCountReporter } from './download-count.reporter.js';
import { dueCycles } from './due-cycles.js';
import { DAILY_SCHEDULE } from './reporter.js';

describe('dueCycles', () => {
  it('returns each cycle from the first time of the schedule after its end', () => {
    const reporter = new DownloadCountReporter(undefined as never);
    const latest = (now: string): string[] =>
      dueCycles(reporter, new CronTime(DAILY_SCHEDULE, 'UTC'), new Date(now))
        .slice(-2)
        .map(({ cycle, dueAt }) => `${cycle.toString()} ${dueAt.toISOString()}`);
    expect(latest('2026-03-01T05:59:59.999Z')).toEqual([
      '2026-02-26 2026-02-27T06:00:00.000Z',
      '2026-02-27 2026-02-28T06:00:00.000Z',
    ]);
    expect(latest('2026-03-01T06:00:00.000Z')).toEqual([
      '2026-02-27 2026-02-28T06:00:00.000Z',
      '2026-02-28 2026-03-01T06:00:00.000Z',
    ]);
  });
});
