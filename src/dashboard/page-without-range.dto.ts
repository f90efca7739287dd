import { IgnoredParameters } from '../http/json-api/query-parameter.decorators.js';
import { RANGE_PARAMETERS } from './range-picker.dto.js';

/** The query parameters of a page that has no range: those that the links of other pages keep. */
export class PageWithoutRangeDto {
  @IgnoredParameters((name) => (RANGE_PARAMETERS as readonly string[]).includes(name))
  ignored?: undefined;
}
