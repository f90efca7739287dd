import { OmitType } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { TextField } from '../fields/field.js';
import type { Resource } from '../http/json-api/resource.js';
import { Run } from '../model/run.js';

/** A run in the API. */
export class RunAttributes extends OmitType(Run, ['id'] as const) {}

/** A request to start a run. */
export class RunRequest {
  @TextField('The day or month: YYYY-MM-DD or YYYY-MM')
  @Matches(/^\d{4}-\d{2}(-\d{2})?$/, { message: 'cycle must be YYYY-MM-DD or YYYY-MM' })
  cycle: string;
}

export function toRunResource({ id, ...attributes }: Run): Resource {
  return { type: 'runs', id, attributes };
}
