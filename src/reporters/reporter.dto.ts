import { ObjectField, TextField } from '../fields/field.js';
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

  @ObjectField('The run that was started last', () => Run, { nullable: true })
  latest_run: Run | null;
}
