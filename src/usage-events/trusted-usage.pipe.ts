import { Injectable } from '@nestjs/common';
import { type BodyResource, DtoBodyPipe } from '../http/json-api/json-api-body.pipe.js';
import { rejectFutureTimestamp, type Validated } from '../http/json-api/validate.js';
import { Clock } from '../time/clock.js';
import { TrustedUsageDto } from './counted-usage.dto.js';

/** Rejects timestamps in the future. */
@Injectable()
export class TrustedUsagePipe extends DtoBodyPipe<TrustedUsageDto> {
  constructor(private readonly clock: Clock) {
    super(TrustedUsageDto);
  }

  protected override read(resource: BodyResource): Validated<TrustedUsageDto> {
    return rejectFutureTimestamp(super.read(resource), this.clock.now(), resource.pointer);
  }
}
