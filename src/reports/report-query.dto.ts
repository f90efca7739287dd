import { PageQuery } from '../http/json-api/page-query.dto.js';
import { type FilterParameter, FilterParameters, TextParameter } from '../http/json-api/query-parameter.decorators.js';
import { RangeQuery } from '../http/json-api/range-query.dto.js';
import type { Format } from '../http/responses/content-negotiation.js';
import { ByteOrderMarkParameter, FormatParameter, type TrueOrFalse } from '../http/responses/file-parameters.js';

/** Filters and sort are resolved by `selectReports`, since the fields depend on the report type. */
export class ListReportsQuery extends PageQuery {
  @FilterParameters(
    '`filter[<field>]=<value>` or `filter[<field>][ne]=<value>`. Inner fields are paths like `users.total`. ' +
      'An empty value matches reports without a value',
  )
  filters: readonly FilterParameter[] = [];

  @TextParameter('Comma-separated fields to sort by. Prefix a field with `-` for descending order')
  sort?: string;

  @FormatParameter()
  format?: Format;

  @ByteOrderMarkParameter()
  bom?: TrueOrFalse;
}

export class RecentReportsQuery extends RangeQuery {
  @FormatParameter()
  format?: Format;

  @ByteOrderMarkParameter()
  bom?: TrueOrFalse;
}
