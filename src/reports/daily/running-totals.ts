import { IntegerField } from '../../fields/field.js';

/** How many there are at the end of the day, and how many of them are new on that day. */
export class RunningTotal {
  @IntegerField('At the end of the day')
  total: number;

  @IntegerField('New on the day')
  total_daily: number;
}

/** Running totals of files. */
export class FileRunningTotals {
  @IntegerField('At the end of the day', { unit: 'files' })
  total: number;

  @IntegerField('Those that everybody may see', { unit: 'files' })
  public: number;

  @IntegerField('Those that not everybody may see', { unit: 'files' })
  private: number;

  @IntegerField('New on the day', { unit: 'files' })
  total_daily: number;

  @IntegerField('New on the day, and everybody may see them', { unit: 'files' })
  public_daily: number;

  @IntegerField('New on the day, and not everybody may see them', { unit: 'files' })
  private_daily: number;
}

/** Running totals of projects, with or without their components. */
export class NodeRunningTotals {
  @IntegerField('At the end of the day', { unit: 'nodes' })
  total: number;

  @IntegerField('Those that everybody may see', { unit: 'nodes' })
  public: number;

  @IntegerField('Those that not everybody may see', { unit: 'nodes' })
  private: number;

  @IntegerField('New on the day', { unit: 'nodes' })
  total_daily: number;

  @IntegerField('New on the day, and everybody may see them', { unit: 'nodes' })
  public_daily: number;

  @IntegerField('New on the day, and not everybody may see them', { unit: 'nodes' })
  private_daily: number;
}

/** Running totals of projects that also tell how many are no spam. */
export class SpamAwareNodeRunningTotals extends NodeRunningTotals {
  @IntegerField('At the end of the day, without those flagged or confirmed as spam', { unit: 'nodes' })
  total_excluding_spam: number;

  @IntegerField('New on the day, without those flagged or confirmed as spam', { unit: 'nodes' })
  total_daily_excluding_spam: number;
}

/** Running totals of registrations, with or without their components. */
export class RegistrationRunningTotals {
  @IntegerField('At the end of the day', { unit: 'registrations' })
  total: number;

  @IntegerField('Those that everybody may see', { unit: 'registrations' })
  public: number;

  @IntegerField('Those that not everybody may see', { unit: 'registrations' })
  embargoed: number;

  @IntegerField("Those whose embargo's end is still to come", { unit: 'registrations' })
  embargoed_v2: number;

  @IntegerField('New on the day', { unit: 'registrations' })
  total_daily: number;

  @IntegerField('New on the day, and everybody may see them', { unit: 'registrations' })
  public_daily: number;

  @IntegerField('New on the day, and not everybody may see them', { unit: 'registrations' })
  embargoed_daily: number;

  @IntegerField("New on the day, and their embargo's end is still to come", { unit: 'registrations' })
  embargoed_v2_daily: number;
}

/** Running totals of registrations that also tell how many were withdrawn. */
export class WithdrawalAwareRegistrationRunningTotals extends RegistrationRunningTotals {
  @IntegerField('Those that were withdrawn', { unit: 'registrations' })
  withdrawn: number;

  @IntegerField('Withdrawn on the day', { unit: 'registrations' })
  withdrawn_daily: number;
}
