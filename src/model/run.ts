import { InstantField, IntegerField, TextField } from '../fields/field.js';

const RUN_STATES = ['running', 'succeeded', 'failed'] as const;
export type RunState = (typeof RUN_STATES)[number];

/** One execution of one reporter for one cycle. Running the same cycle again makes a new run of its own. */
export class Run {
  @TextField('The run, unique among all runs')
  id: string;

  @TextField('The reporter: the id of the report type that it makes')
  reporter: string;

  @TextField('The day or month: YYYY-MM-DD or YYYY-MM')
  cycle: string;

  @TextField('How it stands', { enum: RUN_STATES })
  state: RunState;

  @InstantField('When the run was started')
  started_at: Date;

  @InstantField('When the run succeeded or failed', { nullable: true })
  finished_at: Date | null;

  @IntegerField('The reports saved so far', { unit: 'reports' })
  reports_saved: number;

  @TextField('The key of the report saved last: where a run that was cut off goes on', { nullable: true })
  last_key: string | null;

  @TextField('Why the run failed', { nullable: true })
  error: string | null;
}
