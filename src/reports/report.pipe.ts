import { Injectable } from '@nestjs/common';
import { type BodyResource, JsonApiBodyPipe } from '../http/json-api/json-api-body.pipe.js';
import type { Validated } from '../http/json-api/validate.js';
import type { Report } from '../model/report.js';
import { Clock } from '../time/clock.js';
import { readReport } from './report-resource.js';

/** Reads reports of any types: the type of each resource names its report class. */
@Injectable()
export class ReportPipe extends JsonApiBodyPipe<Report> {
  constructor(private readonly clock: Clock) {
    super();
  }

  protected read(resource: BodyResource): Validated<Report> {
    return readReport(resource, this.clock.now());
  }
}
