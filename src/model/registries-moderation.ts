import { createHash } from 'node:crypto';
import { InstantField, IntegerField, TextField } from '../fields/field.js';
import { MAX_ID_LENGTH } from './limits.js';

const id = { maxLength: MAX_ID_LENGTH };

/** One step in the moderation of a registration. */
export class RegistriesModeration {
  @InstantField('When the step was taken')
  timestamp: Date;

  @TextField('The id of the registration', id)
  registration_id: string;

  @TextField('The id of the provider that moderates the registration', id)
  provider_id: string;

  @TextField('The trigger of the step: `submit`, `accept_submission`, …', id)
  trigger: string;

  @TextField('The state before the step', id)
  from_state: string;

  @TextField('The state after the step: `accepted`, `embargo`, `rejected`, `withdrawn`, …', id)
  to_state: string;

  @TextField('The id of the moderator or author who took the step', id)
  user_id: string;

  @TextField('The comment on the step', { maxLength: 65_536, nullable: true })
  comment: string | null;
}

/** Identifies a step. As in the OSF, two steps are the same if all fields except the comment are equal. */
export function moderationKey({ comment: _comment, ...step }: RegistriesModeration): string {
  return createHash('sha256')
    .update(JSON.stringify(Object.values(step)))
    .digest('base64url');
}

/** The number of moderation steps of each kind at one provider. */
export class RegistriesModerationSummary {
  @TextField('The id of the provider')
  provider_id: string;

  @IntegerField('Steps with a comment', { unit: 'steps' })
  transitions_with_comments: number;

  @IntegerField('Steps without a comment', { unit: 'steps' })
  transitions_without_comments: number;

  @IntegerField('Submitted registrations', { unit: 'steps' })
  submissions: number;

  @IntegerField('Registrations accepted with an embargo', { unit: 'steps' })
  accepted_with_embargo: number;

  @IntegerField('Registrations accepted without an embargo', { unit: 'steps' })
  accepted_without_embargo: number;

  @IntegerField('Rejected registrations', { unit: 'steps' })
  rejected: number;

  @IntegerField('Withdrawn registrations', { unit: 'steps' })
  withdrawn: number;
}
