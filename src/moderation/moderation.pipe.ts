import { Injectable } from '@nestjs/common';
import { type BodyResource, JsonApiBodyPipe } from '../http/json-api/json-api-body.pipe.js';
import { rejectFutureTimestamp, validate, type Validated } from '../http/json-api/validate.js';
import { RegistriesModeration } from '../model/registries-moderation.js';
import { Clock } from '../time/clock.js';

/** Reads a moderation step. Its timestamp defaults to now, and an empty comment counts as none. */
@Injectable()
export class ModerationPipe extends JsonApiBodyPipe<RegistriesModeration> {
  constructor(private readonly clock: Clock) {
    super();
  }

  protected read({ attributes, pointer }: BodyResource): Validated<RegistriesModeration> {
    const now = this.clock.now();
    const step = validate(RegistriesModeration, withDefaults(attributes, now), pointer);
    return rejectFutureTimestamp(step, now, pointer);
  }
}

function withDefaults(attributes: unknown, now: Date): unknown {
  if (typeof attributes !== 'object' || attributes === null || Array.isArray(attributes)) return attributes;
  const { timestamp, comment } = attributes as Partial<Record<keyof RegistriesModeration, unknown>>;
  return { ...attributes, timestamp: timestamp ?? now.toISOString(), comment: comment === '' ? null : comment };
}
