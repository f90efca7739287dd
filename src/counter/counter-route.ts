import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExtraModels, ApiOperation, ApiProperty, ApiQuery, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import type { ErrorFormatRoute } from '../http/json-api/api-error.filter.js';
import { ApiOptionalAuth } from '../http/open-api/api-optional-auth.js';
import { errorResponse } from '../http/open-api/api-responses.js';
import { RequestTimeout } from '../http/responses/timeout.interceptor.js';
import type { OpenDataRoute } from '../http/server/open-data-routes.js';
import { CUSTOMER } from './customer.js';
import { formatCounterError } from './exceptions.js';
import type { Release } from './release.js';

/** `ExceptionDocument`, for OpenAPI. */
export class CounterException {
  @ApiProperty({ type: 'integer' })
  Code: number;

  @ApiProperty()
  Message: string;

  @ApiProperty({ required: false, description: 'What the exception is about' })
  Data?: string;

  @ApiProperty({ required: false, description: 'Only in Release 5.0' })
  Severity?: string;
}

interface CounterParameter {
  readonly description: string;
  /** Only of a required parameter. */
  readonly example?: string;
}

const CREDENTIALS: Readonly<Record<string, CounterParameter>> = {
  customer_id: { description: `The customer: ${CUSTOMER.id} (${CUSTOMER.name})`, example: CUSTOMER.id },
  requestor_id: { description: 'Required if requestor ids are configured' },
  api_key: { description: 'A key with the scope `counter:read`, if such keys are configured' },
};

const REPORT_PARAMETERS: Readonly<Record<string, CounterParameter>> = {
  begin_date: { description: 'The first month, yyyy-mm', example: '2026-10' },
  end_date: { description: 'The last month, yyyy-mm', example: '2026-10' },
  platform: { description: 'The name of the platform' },
  metric_type: { description: 'Metric types, joined with `|`' },
  data_type: { description: 'Data types, joined with `|`' },
  access_method: { description: '`Regular` or `TDM`' },
  access_type: { description: 'Item reports: access types, joined with `|`' },
  yop: { description: 'Item reports: years or ranges of years, joined with `|`' },
  item_id: { description: 'Item reports: one item by its guid, DOI or IRI' },
  attributes_to_show: { description: 'Columns to add, joined with `|`' },
  granularity: { description: '`Month` or `Totals`; JSON only' },
  exclude_monthly_details: { description: '`True`: only the total of the period; TSV and CSV only' },
  include_parent_details: { description: 'Item reports: `True` or `False`' },
  include_component_details: { description: 'Item reports: `True` or `False`; items have no components' },
  format: { description: '`json`, `tsv` or `csv`' },
};

interface CounterRouteOptions {
  readonly summary: string;
  readonly parameters: 'none' | 'credentials' | 'report';
}

/** A route of the COUNTER API: documents it, and sends errors as COUNTER's exceptions. */
export function CounterRoute(
  release: Release,
  operationId: string,
  { summary, parameters }: CounterRouteOptions,
): MethodDecorator {
  const config: ErrorFormatRoute & OpenDataRoute = {
    formatError: (error) => formatCounterError(error, release),
    isOpenData: true,
  };
  const documented = {
    ...(parameters === 'none' ? {} : CREDENTIALS),
    ...(parameters === 'report' ? REPORT_PARAMETERS : {}),
  };
  const statuses = parameters === 'none' ? [429, 503] : [400, 401, 403, 429, 503];
  return applyDecorators(
    RouteConfig(config),
    RequestTimeout(),
    ApiOperation({ operationId, summary }),
    ApiExtraModels(CounterException),
    ...(parameters === 'none' ? [] : [ApiOptionalAuth()]),
    ...Object.entries(documented).map(([name, { description, example }]) =>
      ApiQuery({ name, description, required: example !== undefined, schema: { type: 'string', example } }),
    ),
    ...statuses.map(ExceptionResponse),
  );
}

/** Documents a report as JSON or a file. @param statuses further statuses with an exception */
export function CounterReportResponse(...statuses: readonly number[]): MethodDecorator {
  const file = { schema: { type: 'string' } } as const;
  return applyDecorators(
    ApiResponse({
      status: 200,
      description: 'The report',
      content: {
        'application/json': { schema: { type: 'object' } },
        'text/tab-separated-values': file,
        'text/csv': file,
      },
    }),
    ...statuses.map(ExceptionResponse),
  );
}

function ExceptionResponse(status: number): MethodDecorator {
  const content = { 'application/json': { schema: { $ref: getSchemaPath(CounterException) } } };
  return ApiResponse({ status, ...errorResponse(status, content) });
}
