import { TextParameter } from '../http/json-api/query-parameter.decorators.js';
import type { DateRange } from '../time/date-range.js';
import type { Parameters } from './page-request.js';
import { RangePickerDto } from './range-picker.dto.js';

export const FILTER_PARAMETERS = ['provider', 'item_type'] as const;

const emptyIsAbsent = true;

/** The range and the filters of the overview. */
export class OverviewDto extends RangePickerDto {
  @TextParameter('Only items of these providers: ids, separated by commas', { emptyIsAbsent })
  provider?: string;

  @TextParameter('Only items of these types, separated by commas', { emptyIsAbsent })
  item_type?: string;

  /** The days and the filters, as parameters of queries. */
  toParameters({ start, end }: Required<DateRange>): Parameters {
    return {
      start_date: start.toString(),
      end_date: end.toString(),
      provider: this.provider,
      item_type: this.item_type,
    };
  }
}
