import { Injectable } from '@nestjs/common';
import { declaredValues } from '../fields/declared-values.js';
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
    const values = withDefaults(declaredValues(RegistriesModeration, attributes), now);
    return rejectFutureTimestamp(validate(RegistriesModeration, values, pointer), now, pointer);
  }
}

function withDefaults(values: unknown, now: Date): unknown {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return values;
  const { timestamp, comment } = values as Partial<Record<keyof RegistriesModeration, unknown>>;
  return { ...values, timestamp: timestamp ?? now.toISOString(), comment: comment === '' ? null : comment };
}
