import { OmitType } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { TextField } from '../fields/field.js';
import { IntegerParameter, TextParameter } from '../http/json-api/query-parameter.decorators.js';
import type { Resource } from '../http/json-api/resource.js';
import { Run } from '../model/run.js';

const DEFAULT_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 1_000;

/** A run in the API. */
export class RunAttributes extends OmitType(Run, ['id'] as const) {}

/** A request to start a run. */
export class RunRequest {
  @TextField('The day or month: YYYY-MM-DD or YYYY-MM')
  @Matches(/^\d{4}-\d{2}(-\d{2})?$/, { message: 'cycle must be YYYY-MM-DD or YYYY-MM' })
  cycle: string;
}

/** The query parameters of the list of runs. */
export class RunsQuery {
  @TextParameter('Only runs of this reporter', { name: 'filter[reporter]' })
  reporterName?: string;

  @TextParameter('Only runs for this day or month', { name: 'filter[cycle]' })
  cycle?: string;

  @IntegerParameter(`Maximum number of runs; ${DEFAULT_PAGE_SIZE} by default`, {
    name: 'page[size]',
    minimum: 1,
    maximum: MAX_PAGE_SIZE,
  })
  pageSize = DEFAULT_PAGE_SIZE;
}

export function toRunResource({ id, ...attributes }: Run): Resource {
  return { type: 'runs', id, attributes };
}
