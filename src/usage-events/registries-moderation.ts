import { InstantField, TextField } from '../fields/field.js';
import { MAX_ID_LENGTH } from './counted-auth-usage.js';

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

/** How many steps of each kind a provider's registrations went through. */
export class RegistriesModerationSummary {
  provider_id: string;
  transitions_with_comments: number;
  transitions_without_comments: number;
  submissions: number;
  accepted_with_embargo: number;
  accepted_without_embargo: number;
  rejected: number;
  withdrawn: number;
}
