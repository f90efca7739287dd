import { Injectable, type PipeTransform } from '@nestjs/common';
import { notFound } from '../http/json-api/api-error.js';
import { type Timespan, TIMESPANS } from './node-analytics.query.js';

/** Returns 404 for another time span. */
@Injectable()
export class TimespanPipe implements PipeTransform<string, Timespan> {
  transform(text: string): Timespan {
    const timespan = TIMESPANS.find((each) => each === text);
    if (!timespan) throw notFound('Not Found', `the time span must be one of ${TIMESPANS.join(', ')}`);
    return timespan;
  }
}
