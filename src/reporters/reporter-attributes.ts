import { ObjectField, TextField } from '../fields/field.js';
import { Run } from '../model/run.js';

const PERIODS = ['daily', 'monthly'] as const;

/** What the API says of a reporter. */
export class ReporterAttributes {
  @TextField('The class of the reporter')
  class_name: string;

  @TextField('What its reports cover: a day or a month', { enum: PERIODS })
  period: (typeof PERIODS)[number];

  @TextField('What its reports are about')
  description: string;

  @TextField('When it runs by itself: a cron expression, seconds first, in UTC')
  schedule: string;

  @TextField('Why it cannot run here; null when it can', { nullable: true })
  unavailable: string | null;

  @ObjectField('Its run that was started last', () => Run, { nullable: true })
  latest_run: Run | null;
}
