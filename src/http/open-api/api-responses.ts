import { STATUS_CODES } from 'node:http';
import { applyDecorators, Header, HttpCode, type Type } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiOkResponse,
  ApiProperty,
  ApiResponse,
  ApiSchema,
  getSchemaPath,
  type ResponseObject,
  type SchemaObject,
} from '@nestjs/swagger';
import { JSON_API } from '../json-api/protocol.js';

const text = { type: 'string' } as const;

/** `ErrorObject`, for OpenAPI. */
@ApiSchema({ name: 'ErrorAnswerObject' })
class ApiErrorObject {
  @ApiProperty({ description: 'The HTTP status' })
  status: string;

  @ApiProperty()
  title: string;

  @ApiProperty({ required: false, description: 'What is wrong, and what to send instead' })
  detail?: string;

  @ApiProperty({ required: false, description: 'The id of the request, as in the log of the service' })
  id?: string;

  @ApiProperty({
    selfRequired: false,
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'The place in the request: a JSON pointer into the body, a query parameter or a header',
  })
  source?: object;
}

/** `ErrorDocument`, for OpenAPI. */
@ApiSchema({ name: 'ErrorAnswer' })
export class ApiErrorDocument {
  @ApiProperty({ type: [ApiErrorObject] })
  errors: ApiErrorObject[];
}

const RETRY_AFTER = { description: 'Seconds to wait before the next attempt', schema: { type: 'integer' } };

/** The OpenAPI response of an error status. */
export function errorResponse(
  status: number,
  content: ResponseObject['content'] = { [JSON_API]: { schema: { $ref: getSchemaPath(ApiErrorDocument) } } },
): ResponseObject {
  return {
    description: STATUS_CODES[status] ?? 'Error',
    content,
    ...(status === 429 || status === 503 ? { headers: { 'Retry-After': RETRY_AFTER } } : {}),
  };
}

/**
 * Documents the error statuses of a route, or of every route of a controller. `open-api.ts` adds those that follow from
 * its body, its scope or the rate limit.
 */
export function ApiErrorResponses(...statuses: readonly number[]): MethodDecorator & ClassDecorator {
  const responses = statuses.map((status) => ApiResponse({ status, ...errorResponse(status) }));
  return applyDecorators(ApiExtraModels(ApiErrorDocument), ...responses);
}

const FILES = { 'text/csv': { schema: text }, 'text/tab-separated-values': { schema: text } };

export interface JsonApiResponseOptions {
  readonly description: string;
  /** The class that declares the attributes of a resource. */
  readonly attributes: Type;
  readonly status?: number;
  /** The data is a list of resources. */
  readonly list?: boolean;
  /** The route also returns files: see `ResponseFiles`. */
  readonly files?: boolean;
  /** The schema of the document's `meta`. */
  readonly meta?: SchemaObject;
}

/** Documents a response with resources of the type, and sets its `Content-Type`. */
export function JsonApiResponse(type: string, options: JsonApiResponseOptions): MethodDecorator {
  const { description, attributes, status = 200, list = false, files = false, meta } = options;
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
  // `format=json_report` returns the attributes alone, as in the OSF's API.
  const attributesAlone: SchemaObject = { type: 'array', items: { $ref: getSchemaPath(attributes) } };
  const jsonFile = { schema: { anyOf: [schema, attributesAlone] } };
  return applyDecorators(
    Header('Content-Type', JSON_API),
    ApiExtraModels(attributes),
    ApiResponse({
      status,
      description,
      content: { [JSON_API]: { schema }, ...(files ? { ...FILES, 'application/json': jsonFile } : {}) },
    }),
  );
}

/** Documents the result of `processBatch`, with the statuses that a line can have. Sets the HTTP status 200. */
export function BatchResponse(...statuses: readonly string[]): MethodDecorator {
  const errors: SchemaObject = {
    type: 'array',
    description: 'What is wrong with the line',
    items: { type: 'object', properties: { detail: text, source: { type: 'object' } } },
  };
  const ignored: SchemaObject = {
    type: 'array',
    description: 'Attributes that the service does not know',
    items: text,
  };
  const outcome: SchemaObject = {
    type: 'object',
    required: ['status'],
    properties: { status: { ...text, enum: [...statuses] }, reason: text, errors, ignored },
  };
  const schema: SchemaObject = {
    type: 'object',
    required: ['data'],
    properties: { data: { type: 'array', items: outcome } },
  };
  return applyDecorators(
    HttpCode(200),
    ApiOkResponse({ description: 'The outcome of each line, in the order of the lines', schema }),
  );
}
