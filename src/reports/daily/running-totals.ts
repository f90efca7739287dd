import { IntegerField } from '../../fields/field.js';

/** How many exist at the end of the day, and how many of them are new that day. */
export class RunningTotal {
  @IntegerField('Total at the end of the day')
  total: number;

  @IntegerField('New during the day')
  total_daily: number;
}

export class FileRunningTotals {
  @IntegerField('Files at the end of the day', { unit: 'files' })
  total: number;

  @IntegerField('Public files', { unit: 'files' })
  public: number;

  @IntegerField('Private files', { unit: 'files' })
  private: number;

  @IntegerField('Files created during the day', { unit: 'files' })
  total_daily: number;

  @IntegerField('Public files created during the day', { unit: 'files' })
  public_daily: number;

  @IntegerField('Private files created during the day', { unit: 'files' })
  private_daily: number;
}

/** Running totals of projects, with or without their components. */
export class NodeRunningTotals {
  @IntegerField('Projects at the end of the day', { unit: 'nodes' })
  total: number;

  @IntegerField('Public projects', { unit: 'nodes' })
  public: number;

  @IntegerField('Private projects', { unit: 'nodes' })
  private: number;

  @IntegerField('Projects created during the day', { unit: 'nodes' })
  total_daily: number;

  @IntegerField('Public projects created during the day', { unit: 'nodes' })
  public_daily: number;

  @IntegerField('Private projects created during the day', { unit: 'nodes' })
  private_daily: number;
}

/** Also counts the projects that are neither flagged nor confirmed as spam. */
export class SpamAwareNodeRunningTotals extends NodeRunningTotals {
  @IntegerField('Projects at the end of the day that are neither flagged nor confirmed as spam', { unit: 'nodes' })
  total_excluding_spam: number;

  @IntegerField('Projects created during the day that are neither flagged nor confirmed as spam', { unit: 'nodes' })
  total_daily_excluding_spam: number;
}

/** Running totals of registrations, with or without their components. */
export class RegistrationRunningTotals {
  @IntegerField('Registrations at the end of the day', { unit: 'registrations' })
  total: number;

  @IntegerField('Public registrations', { unit: 'registrations' })
  public: number;

  @IntegerField('Private registrations, whether or not an embargo applies', { unit: 'registrations' })
  embargoed: number;

  @IntegerField('Private registrations whose embargo ends after the day', { unit: 'registrations' })
  embargoed_v2: number;

  @IntegerField('Registrations created during the day', { unit: 'registrations' })
  total_daily: number;

  @IntegerField('Public registrations created during the day', { unit: 'registrations' })
  public_daily: number;

  @IntegerField('Private registrations created during the day', { unit: 'registrations' })
  embargoed_daily: number;

  @IntegerField('Private registrations created during the day whose embargo ends after the day', {
    unit: 'registrations',
  })
  embargoed_v2_daily: number;
}

/** Also counts the registrations that have been withdrawn. */
export class WithdrawalAwareRegistrationRunningTotals extends RegistrationRunningTotals {
  @IntegerField('Withdrawn registrations', { unit: 'registrations' })
  withdrawn: number;

  @IntegerField('Registrations withdrawn during the day', { unit: 'registrations' })
  withdrawn_daily: number;
}
