import { createHash } from 'node:crypto';
import { InstantField, IntegerField, TextField } from '../fields/field.js';
import { MAX_ID_LENGTH } from './limits.js';

const id = { maxLength: MAX_ID_LENGTH };

/** One step of a registration through its provider's moderation. */
export class RegistriesModeration {
  @InstantField('When the step was taken')
  timestamp: Date;

  @TextField('The registration', id)
  registration_id: string;

  @TextField('The provider whose moderators took the step', id)
  provider_id: string;

  @TextField('What led to the step: `submit`, `accept_submission`, …', id)
  trigger: string;

  @TextField('The state before', id)
  from_state: string;

  @TextField('The state after: `accepted`, `embargo`, `rejected`, `withdrawn`, …', id)
  to_state: string;

  @TextField('The moderator or author who took the step', id)
  user_id: string;

  @TextField('What they wrote about it', { maxLength: 65_536, nullable: true })
  comment: string | null;
}

/** Tells one step from another: by all of its fields but the comment, as the OSF does. */
export function moderationKey({ comment: _comment, ...step }: RegistriesModeration): string {
  return createHash('sha256')
    .update(JSON.stringify(Object.values(step)))
    .digest('base64url');
}

/** How many steps of each kind a provider's registrations went through. */
export class RegistriesModerationSummary {
  @TextField('The provider')
  provider_id: string;

  @IntegerField('Steps that somebody wrote something about', { unit: 'steps' })
  transitions_with_comments: number;

  @IntegerField('Steps that nobody wrote anything about', { unit: 'steps' })
  transitions_without_comments: number;

  @IntegerField('Registrations that were submitted', { unit: 'steps' })
  submissions: number;

  @IntegerField('Registrations that were accepted, to be public later', { unit: 'steps' })
  accepted_with_embargo: number;

  @IntegerField('Registrations that were accepted, to be public at once', { unit: 'steps' })
  accepted_without_embargo: number;

  @IntegerField('Registrations that were rejected', { unit: 'steps' })
  rejected: number;

  @IntegerField('Registrations that were withdrawn', { unit: 'steps' })
  withdrawn: number;
}
