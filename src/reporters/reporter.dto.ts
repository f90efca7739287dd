import { InstantField, ObjectField, TextField } from '../fields/field.js';
import { documentedProperties, type ResponseTable } from '../http/responses/response-files.interceptor.js';
import { Run } from '../model/run.js';

const PERIODS = ['daily', 'monthly'] as const;

/** A reporter in the API. */
export class ReporterAttributes {
  @TextField('The class of the reporter')
  class_name: string;

  @TextField('What its reports cover: a day or a month', { enum: PERIODS })
  period: (typeof PERIODS)[number];

  @TextField('What its reports contain')
  description: string;

  @TextField('When it runs: a cron expression, seconds first, in UTC')
  schedule: string;

  @TextField('Why it cannot run in this installation; null if it can', { nullable: true })
  unavailable: string | null;

  @TextField('Cycles that are due or changed and wait for a run, oldest first', { array: true })
  waiting_cycles: string[];

  @InstantField('When the latest successful run ended; null before the first success', { nullable: true })
  last_success_at: Date | null;

  @InstantField('When it runs next by its schedule; null if it cannot run', { nullable: true })
  next_run_at: Date | null;

  @ObjectField('The run that was started last', () => Run, { nullable: true })
  latest_run: Run | null;
}

/** A row for each reporter, with the columns of its latest run behind its own. */
export const REPORTERS_TABLE: ResponseTable = {
  columns: [
    'id',
    ...documentedProperties(ReporterAttributes).filter((name) => name !== 'latest_run'),
    ...['cycle', 'state', 'started_at', 'finished_at', 'error'].map((name) => `latest_run.${name}`),
  ],
  toRows: ({ id, attributes }) => {
    const { latest_run, waiting_cycles, ...others } = attributes as ReporterAttributes;
    const run = Object.entries(latest_run ?? {}).map(([name, value]) => [`latest_run.${name}`, toText(value)] as const);
    const own = Object.entries(others).map(([name, value]) => [name, toText(value)] as const);
    return [{ id, ...Object.fromEntries<unknown>([...own, ...run]), waiting_cycles: waiting_cycles.join(', ') }];
  },
  summedColumns: [],
};

function toText(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : value;
}
