import { STATUS_CODES } from 'node:http';
import { applyDecorators, Header, type Type } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiExtraModels,
  ApiProperty,
  ApiResponse,
  type ApiResponseNoStatusOptions,
  getSchemaPath,
  type ReferenceObject,
  type ResponseObject,
  type SchemaObject,
} from '@nestjs/swagger';
import { BATCH_LIMIT } from '../json-api/batch.js';
import { JSON_API } from '../json-api/media-types.js';

const text = { type: 'string' } as const;

/** One error of an `ApiErrorDocument`, as the API's description has it. */
class ApiErrorObject {
  @ApiProperty({ description: 'The HTTP status' })
  status: string;

  @ApiProperty()
  title: string;

  @ApiProperty({ required: false, description: 'What is wrong, in words' })
  detail?: string;

  @ApiProperty({ required: false, description: 'The id of the request, for those who look for it in the logs' })
  id?: string;

  @ApiProperty({
    selfRequired: false,
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'The place: a JSON pointer into the body, a query parameter or a header',
  })
  source?: object;
}

/** What every error is answered with. */
export class ApiErrorDocument {
  @ApiProperty({ type: [ApiErrorObject] })
  errors: ApiErrorObject[];
}

const RETRY_AFTER = { description: 'Try again after so many seconds', schema: { type: 'integer' } };

/** How an error of the status is described. */
export function errorResponse(status: number): ResponseObject {
  return {
    description: STATUS_CODES[status] ?? 'Error',
    content: { [JSON_API]: { schema: { $ref: getSchemaPath(ApiErrorDocument) } } },
    ...(status === 429 || status === 503 ? { headers: { 'Retry-After': RETRY_AFTER } } : {}),
  };
}

/**
 * Documents the errors with which a route, or every route of a controller, may answer. Those that follow from what a
 * route is (its body, its key, the rate limit) are added to the API's description by themselves.
 */
export function ApiErrorResponses(...statuses: readonly number[]): MethodDecorator & ClassDecorator {
  const answers = statuses.map((status) => ApiResponse({ status, ...errorResponse(status) }));
  return applyDecorators(ApiExtraModels(ApiErrorDocument), ...answers);
}

/**
 * Documents what a route reads with `attributesOf`, or a list of it with `linesOf`: a JSON:API document of resources of
 * the type, or their bare attributes.
 */
export function ResourceBody(type: string, attributes: Type, { list = false } = {}): MethodDecorator {
  const bare: SchemaObject | ReferenceObject = { $ref: getSchemaPath(attributes) };
  const resource: SchemaObject = {
    type: 'object',
    required: ['attributes'],
    properties: { type: { ...text, description: `\`${type}\`` }, attributes: bare },
  };
  const data: SchemaObject = list ? { type: 'array', maxItems: BATCH_LIMIT, items: resource } : resource;
  const document: SchemaObject = { type: 'object', required: ['data'], properties: { data } };
  return applyDecorators(
    ApiConsumes(JSON_API, 'application/json'),
    ApiExtraModels(attributes),
    ApiBody({ schema: { anyOf: [document, list ? { ...data, items: bare } : bare] } }),
  );
}

export interface JsonApiResponseOptions {
  readonly description: string;
  /** The class that declares the attributes of a resource. */
  readonly attributes: Type;
  readonly status?: number;
  /** The data is a list of such resources. */
  readonly list?: boolean;
  /** The schema of the document's `meta`. */
  readonly meta?: SchemaObject;
}

/** A route that answers with a JSON:API document of resources of the type: says so to clients and documents it. */
export function JsonApiResponse(type: string, options: JsonApiResponseOptions): MethodDecorator {
  const { description, attributes, status = 200, list = false, meta } = options;
  const resource: SchemaObject = {
    type: 'object',
    required: ['id', 'type', 'attributes'],
    properties: {
      id: text,
      type: { ...text, enum: [type] },
      attributes: { $ref: getSchemaPath(attributes) },
    },
  };
  const schema: SchemaObject = {
    type: 'object',
    required: ['data', ...(meta ? ['meta'] : [])],
    properties: { data: list ? { type: 'array', items: resource } : resource, ...(meta ? { meta } : {}) },
  };
  return applyDecorators(
    Header('Content-Type', JSON_API),
    ApiExtraModels(attributes),
    ApiResponse({ status, description, content: { [JSON_API]: { schema } } }),
  );
}

/** For `@ApiOkResponse`: what became of each line of a batch, by one of these statuses. */
export function outcomesOf(statuses: readonly string[]): ApiResponseNoStatusOptions {
  const errors: SchemaObject = {
    type: 'array',
    description: 'What is wrong with the line',
    items: { type: 'object', properties: { detail: text, source: { type: 'object' } } },
  };
  const outcome: SchemaObject = {
    type: 'object',
    required: ['status'],
    properties: { status: { ...text, enum: [...statuses] }, reason: text, errors },
  };
  const schema: SchemaObject = {
    type: 'object',
    required: ['data'],
    properties: { data: { type: 'array', items: outcome } },
  };
  return { description: 'What became of each, in their order', schema };
}
