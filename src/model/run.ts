import { InstantField, IntegerField, TextField } from '../fields/field.js';

export const RUN_STATES = ['running', 'succeeded', 'failed'] as const;
export type RunState = (typeof RUN_STATES)[number];

/** One execution of a reporter for one cycle. Running the same cycle again creates a new run. */
export class Run {
  @TextField('The id of the run')
  id: string;

  @TextField('The reporter: the id of its report type')
  reporter: string;

  @TextField('The day or month that the run covers: YYYY-MM-DD or YYYY-MM')
  cycle: string;

  @TextField('The state of the run', { enum: RUN_STATES })
  state: RunState;

  @InstantField('When the run started')
  started_at: Date;

  @InstantField('When the run succeeded or failed', { nullable: true })
  finished_at: Date | null;

  @IntegerField('The number of reports saved so far', { unit: 'reports' })
  reports_saved: number;

  @TextField('The key of the report saved last, after which an interrupted run resumes', { nullable: true })
  last_key: string | null;

  @TextField('Why the run failed, or why it waits for its next attempt', { nullable: true })
  error: string | null;
}
