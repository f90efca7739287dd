import { ApiSchema, OmitType } from '@nestjs/swagger';
import { InstantField } from '../fields/field.js';
import { RegistriesModeration } from '../model/registries-moderation.js';

/** A moderation step as a client sends it. */
@ApiSchema({ name: 'RegistriesModerationRequest' })
export class ModerationDto extends OmitType(RegistriesModeration, ['timestamp'] as const) {
  @InstantField('When the step was taken; now by default', { nullable: true })
  timestamp?: Date | null;
}
