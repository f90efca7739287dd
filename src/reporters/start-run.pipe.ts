import { Injectable } from '@nestjs/common';
import { ApiError, notFound } from '../http/json-api/api-error.js';
import { type BodyResource, JsonApiBodyPipe } from '../http/json-api/json-api-body.pipe.js';
import { validate, type Validated } from '../http/json-api/validate.js';
import type { Cycle } from '../model/report.js';
import { Clock } from '../time/clock.js';
import { parseCycle } from './due-cycles.js';
import type { Reporter } from './reporter.js';
import { ReporterRegistry } from './reporter-registry.service.js';
import { RunRequest } from './run.dto.js';

/** A run to start. */
export interface RequestedRun {
  readonly reporter: Reporter;
  readonly cycle: Cycle;
}

/** Reads the reporter from the path and the cycle from the body, and checks that the reporter can run for it. */
@Injectable()
export class StartRunPipe extends JsonApiBodyPipe<RequestedRun> {
  constructor(
    private readonly registry: ReporterRegistry,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** @throws ApiError 404 for an unknown reporter, 409 for an unavailable one */
  protected read({ attributes, pointer, params }: BodyResource): Validated<RequestedRun> {
    const reporter = this.getAvailableReporter(params?.['id'] ?? '');
    const request = validate(RunRequest, attributes, pointer);
    if ('problems' in request) return request;
    const problem = (detail: string): Validated<never> => ({
      problems: [{ detail, source: { pointer: `${pointer}/cycle` } }],
    });
    let cycle: Cycle;
    try {
      cycle = parseCycle(reporter, request.value.cycle);
    } catch (error) {
      return problem((error as Error).message);
    }
    if (cycle.start() > this.clock.now()) return problem('the cycle is in the future');
    const unsupportedReason = reporter.unsupportedReason?.(cycle);
    return unsupportedReason === undefined ? { ...request, value: { reporter, cycle } } : problem(unsupportedReason);
  }

  private getAvailableReporter(name: string): Reporter {
    const reporter = this.registry.find(name);
    if (!reporter) throw notFound('unknown reporter', `unknown reporter: "${name}"`);
    if (reporter.unavailable === undefined) return reporter;
    throw new ApiError(409, 'Conflict', { detail: `${reporter.id} is unavailable: ${reporter.unavailable}` });
  }
}
