import { PageQuery } from '../http/json-api/page-query.dto.js';
import {
  EnumParameter,
  type FilterParameter,
  FilterParameters,
  TextParameter,
} from '../http/json-api/query-parameter.decorators.js';
import { RangeQuery } from '../http/json-api/range-query.dto.js';
import { type Format, FORMATS } from '../http/responses/content-negotiation.js';

const FORMAT = 'File format of a download, or `jsonapi` for a document. Takes precedence over the `Accept` header';

/** Filters and sort are resolved by `selectReports`, since the fields depend on the report type. */
export class ListReportsQuery extends PageQuery {
  @FilterParameters(
    '`filter[<field>]=<value>` or `filter[<field>][ne]=<value>`. Inner fields are paths like `users.total`. ' +
      'An empty value matches reports without a value',
  )
  filters: readonly FilterParameter[] = [];

  @TextParameter('Comma-separated fields to sort by. Prefix a field with `-` for descending order')
  sort?: string;

  @EnumParameter(FORMAT, FORMATS)
  format?: Format;
}

export class RecentReportsQuery extends RangeQuery {
  @EnumParameter(FORMAT, FORMATS)
  format?: Format;
}
