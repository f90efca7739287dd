import { createParamDecorator, type ExecutionContext, type PipeTransform, type Type } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { badRequestBody } from './api-error.js';
import { ApiBatchBody, ApiResourceBody, type ExampleAttributes } from './body-documentation.js';
import { documentMethod } from './document-method.js';
import { type BatchLine, readBatch, readResource, type ResourceInput } from './resource.js';
import { validate, type Validated } from './validate.js';

/** A resource of a request body, and the parameters of the request's path. */
export interface BodyResource extends ResourceInput {
  readonly params?: Readonly<Record<string, string>>;
}

/**
 * Reads the resources of a request body. Of one resource it returns the value, or throws 400 with a pointer to each
 * problem; of a batch it returns each value or its problems.
 *
 * Extend it where a DTO class cannot declare everything: defaults that depend on the time, or checks across fields.
 */
export abstract class JsonApiBodyPipe<T> implements PipeTransform<BodyResource | readonly BatchLine[]> {
  protected abstract read(resource: BodyResource): Validated<T>;

  transform(body: BodyResource | readonly BatchLine[]): T | Validated<T>[] {
    if (isBatch(body)) return body.map((line) => ('problems' in line ? line : this.read(line)));
    const resource = this.read(body);
    if ('problems' in resource) throw badRequestBody(resource.problems);
    return resource.value;
  }
}

/** Validates the attributes of a resource as a DTO class declares them. */
export class DtoBodyPipe<T extends object> extends JsonApiBodyPipe<T> {
  constructor(private readonly dto: Type<T>) {
    super();
  }

  protected read({ attributes, pointer }: BodyResource): Validated<T> {
    return validate(this.dto, attributes, pointer);
  }
}

export interface JsonApiBodyOptions<T> {
  /** The attributes of a request that succeeds, for OpenAPI. */
  readonly example: ExampleAttributes<T>;
  /** Reads the resource, where validating the DTO is not enough. */
  readonly pipe?: JsonApiBodyPipe<T> | Type<JsonApiBodyPipe<T>>;
}

/**
 * The resource in the request body, validated: `@JsonApiBody('items', Item, { example }) item: Item`. The client sends a
 * JSON:API document or the bare attributes.
 *
 * @param type the JSON:API type of the resource
 * @param dto the class that declares the attributes, for validation and for OpenAPI
 */
export function JsonApiBody<T extends object>(
  type: string,
  dto: Type<T>,
  { example, pipe = new DtoBodyPipe(dto) }: JsonApiBodyOptions<T>,
): ParameterDecorator {
  return documented(BodyResourceParameter(pipe), ApiResourceBody(type, dto, example));
}

/**
 * The resources in the request body, each validated: `@JsonApiBatch('items', Item, { example }) items: Validated<Item>[]`.
 * The client sends a JSON:API document with a list, a bare list, or NDJSON. Pass the result to `processBatch`.
 */
export function JsonApiBatch<T extends object>(
  type: string,
  dto: Type<T>,
  { example, pipe = new DtoBodyPipe(dto) }: JsonApiBodyOptions<T>,
): ParameterDecorator {
  return documented(BodyBatchParameter(pipe), ApiBatchBody(type, dto, example));
}

/** As `JsonApiBody`, for a route that documents its body itself: `@BodyResourceParameter(pipe)`. */
export const BodyResourceParameter = createParamDecorator((_: unknown, context: ExecutionContext): BodyResource => {
  const { body, params } = requestOf(context);
  return { ...readResource(body), params: params as Record<string, string> };
});

/** As `JsonApiBatch`, for a route that documents its body itself: `@BodyBatchParameter(pipe)`. */
export const BodyBatchParameter = createParamDecorator((_: unknown, context: ExecutionContext): BatchLine[] => {
  return readBatch(requestOf(context).body);
});

function requestOf(context: ExecutionContext): FastifyRequest {
  return context.switchToHttp().getRequest<FastifyRequest>();
}

function isBatch(body: BodyResource | readonly BatchLine[]): body is readonly BatchLine[] {
  return Array.isArray(body);
}

function documented(parameter: ParameterDecorator, documentation: MethodDecorator): ParameterDecorator {
  return (target, method, index) => {
    parameter(target, method, index);
    documentMethod(target, method, [documentation]);
  };
}
