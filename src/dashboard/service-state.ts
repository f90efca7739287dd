import { InstantField, IntegerField, ObjectField, TextField } from '../fields/field.js';
import { documentedProperties, type ResponseTable } from '../http/responses/response-files.interceptor.js';
import type { SkipReason } from '../usage-events/usage-metrics.js';

/** The numbers of skipped usages by the names of `Osf-Metrics-Skipped`. */
export class SkippedUsages implements Record<SkipReason, number> {
  @IntegerField('Usages of robots', { unit: 'usages' })
  robot: number;

  @IntegerField('Usages of contributors to the item', { unit: 'usages' })
  contributor: number;

  @IntegerField('Pages that a browser fetched before a visitor opened them', { unit: 'usages' })
  prefetch: number;

  @IntegerField('Pages that are not on a site of the platform', { unit: 'usages' })
  'foreign-page': number;
}

/** The state of one instance of the service and of its store. */
export class ServiceState {
  @TextField('The version of the service')
  version: string;

  @InstantField('When this instance started, and began to count usages')
  started_at: Date;

  @TextField('Why the service is not ready; null if it is', { nullable: true })
  not_ready: string | null;

  @IntegerField('Usages that this instance stored', { unit: 'usages' })
  recorded_usages: number;

  @ObjectField('Usages that this instance did not count, by reason', () => SkippedUsages)
  skipped_usages: SkippedUsages;

  @IntegerField('Usages that this instance stored of items that the catalog does not know', { unit: 'usages' })
  unknown_item_usages: number;

  @TextField(
    'Months whose usages changed and are not yet counted again, oldest first; null if the store is unavailable',
    {
      array: true,
      nullable: true,
    },
  )
  waiting_months: string[] | null;

  @TextField('The date of the list of robots (YYYY-MM-DD)', { nullable: true })
  robot_list_date: string | null;

  @IntegerField('The age of the list of robots', { unit: 'days', nullable: true })
  robot_list_age_days: number | null;

  @TextField('The store and its location')
  store: string;

  @IntegerField('What the store takes on its disks; null if it is unavailable', { unit: 'bytes', nullable: true })
  store_byte_count: number | null;

  @IntegerField('What is free on the disks of the store; null if it is unavailable', { unit: 'bytes', nullable: true })
  free_byte_count: number | null;

  @InstantField('When the latest backup was made; null without one', { nullable: true })
  last_backup_at: Date | null;
}

/** A row for each figure. */
export const STATE_TABLE: ResponseTable = {
  columns: ['name', 'value'],
  toRows: ({ attributes }) => {
    const { skipped_usages, waiting_months, ...others } = attributes as ServiceState;
    const values: Readonly<Record<string, unknown>> = { ...others, waiting_months: waiting_months?.join(', ') };
    const skipped = Object.entries(skipped_usages).map(([reason, value]) => ({
      name: `skipped_usages.${reason}`,
      value: value as number,
    }));
    const rows = documentedProperties(ServiceState)
      .filter((name) => name !== 'skipped_usages')
      .map((name) => ({ name, value: toCell(values[name]) }));
    return [...rows, ...skipped];
  },
  summedColumns: [],
};

function toCell(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : value;
}
