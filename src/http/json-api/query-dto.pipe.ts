import {
  type CallHandler,
  createParamDecorator,
  type ExecutionContext,
  type NestInterceptor,
  type PipeTransform,
  type Type,
  UseInterceptors,
} from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { documentMethod } from './document-method.js';
import { queryParametersOf } from './query-parameter.decorators.js';
import { QueryParameters } from './query-parameters.js';

/** A DTO that checks its parameters against each other. */
export interface QueryDtoChecks {
  /** @throws ApiError 400 naming a parameter */
  check(): void;
}

/**
 * The query parameters of the request as an instance of a DTO class: `@QueryDto(PageQuery) page: PageQuery`. The
 * properties of the class carry `@IntegerParameter`, `@DateParameter`, and so on, and appear in OpenAPI. Unknown, repeated
 * and invalid parameters return 400.
 */
export function QueryDto<T extends object>(dto: Type<T>): ParameterDecorator {
  const documentation = queryParametersOf(dto).flatMap(({ documentation }) => documentation ?? []);
  return (target, method, index) => {
    RawQuery(new QueryDtoPipe(dto))(target, method, index);
    documentMethod(target, method, documentation.map(ApiQuery));
  };
}

/** Returns 400 for any query parameter. */
export function NoQuery(): MethodDecorator {
  return UseInterceptors(new NoQueryInterceptor());
}

export class QueryDtoPipe<T extends object> implements PipeTransform<unknown, T> {
  constructor(private readonly dto: Type<T>) {}

  /** @throws ApiError 400 naming a parameter */
  transform(query: unknown): T {
    const parameters = new QueryParameters(query);
    const declarations = queryParametersOf(this.dto);
    parameters.rejectUnknown((name) => declarations.some(({ matches }) => matches(name)));
    const values = new this.dto() as T & Record<string, unknown> & Partial<QueryDtoChecks>;
    for (const { property, read } of declarations) {
      const value = read(parameters);
      if (value !== undefined) Object.assign(values, { [property]: value });
    }
    values.check?.();
    return values;
  }
}

class NoQueryInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    new QueryParameters(requestOf(context).query).rejectUnknown(() => false);
    return next.handle();
  }
}

const RawQuery = createParamDecorator((_: unknown, context: ExecutionContext) => requestOf(context).query);

function requestOf(context: ExecutionContext): FastifyRequest {
  return context.switchToHttp().getRequest<FastifyRequest>();
}
