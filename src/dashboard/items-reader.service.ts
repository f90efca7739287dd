import { Injectable } from '@nestjs/common';
import { badRequestParameter } from '../http/json-api/api-error.js';
import type { CalendarDate } from '../time/calendar-date.js';
import type { DateRange } from '../time/date-range.js';
import { type ItemsDto, MAX_PAGE_NUMBER } from './items.dto.js';
import type { Parameters } from './page-request.js';
import { type ReadUsage, UsageReader } from './usage-reader.service.js';

const PAGE_LENGTH = 50;

/** A page of the items that were used. */
export interface ItemsFigures {
  readonly today: CalendarDate;
  readonly days: Required<DateRange>;
  readonly usage: ReadUsage;
  /** The number of pages that can be opened. At least 1. */
  readonly pageCount: number;
  /** The parameters of `query/usage` that return the page. */
  readonly parameters: Parameters;
}

/** Reads the list of items. */
@Injectable()
export class ItemsReader {
  constructor(private readonly usage: UsageReader) {}

  /** @throws ApiError 400 naming a parameter */
  async read(query: ItemsDto): Promise<ItemsFigures> {
    const today = this.usage.today();
    const days = query.days(today, await this.usage.findFirstMonth());
    const parameters: Parameters = {
      ...query.toParameters(days),
      group_by: 'item',
      sort: query.sort,
      'page[size]': String(PAGE_LENGTH),
      'page[number]': String(query.page),
    };
    const usage = await this.usage.read(parameters);
    if (usage.groups.length === 0 && query.page > 1)
      throw badRequestParameter('page', 'has no items: use a lower number');
    const pageCount = Math.min(Math.max(1, Math.ceil(usage.total / PAGE_LENGTH)), MAX_PAGE_NUMBER);
    return { today, days, usage, pageCount, parameters };
  }
}
