import { TextParameter } from '../http/json-api/query-parameter.decorators.js';
import { RangePickerDto } from './range-picker.dto.js';

export const FILTER_PARAMETERS = ['provider', 'item_type'] as const;

const emptyIsAbsent = true;

/** The range and the filters of the overview. */
export class OverviewDto extends RangePickerDto {
  @TextParameter('Only items of these providers: ids, separated by commas', { emptyIsAbsent })
  provider?: string;

  @TextParameter('Only items of these types, separated by commas', { emptyIsAbsent })
  item_type?: string;
}
