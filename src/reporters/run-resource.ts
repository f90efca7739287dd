import { OmitType } from '@nestjs/swagger';
import type { Resource } from '../http/json-api/resource.js';
import { Run } from '../model/run.js';

/** What the API says of a run. */
export class RunAttributes extends OmitType(Run, ['id'] as const) {}

export function toRunResource({ id, ...attributes }: Run): Resource {
  return { type: 'runs', id, attributes };
}
