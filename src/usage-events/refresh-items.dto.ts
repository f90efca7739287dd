import { IntegerField } from '../fields/field.js';
import { badRequestParameter } from '../http/json-api/api-error.js';
import { ExportQuery } from '../http/json-api/export-query.dto.js';
import { TextParameter } from '../http/json-api/query-parameter.decorators.js';
import { YearMonth } from '../time/year-month.js';
import type { RefreshPosition, RefreshStep } from './unknown-items.service.js';

const AFTER = 'page[after]';

/** The days whose usages to complete, and where to continue. */
export class RefreshItemsQuery extends ExportQuery {
  @TextParameter('Continues after an earlier response: its `meta.after`', { name: AFTER })
  after?: string;

  /** @throws ApiError 400 */
  toPosition(): RefreshPosition | undefined {
    if (this.after === undefined) return undefined;
    const [text = ''] = this.after.split(':');
    try {
      return { month: YearMonth.parse(text), afterOsfid: this.after.slice(text.length + 1) || undefined };
    } catch {
      throw badRequestParameter(AFTER, 'must be `meta.after` of the previous response');
    }
  }
}

/** What one request completed. */
export class RefreshedItems {
  @IntegerField('Usages that were completed')
  completed_usages: number;

  @IntegerField('Items whose usages were completed')
  completed_items: number;

  @IntegerField('Items that the catalog still does not know')
  unknown_items: number;

  static of({ completedUsages, completedItems, unknownItems }: RefreshStep): RefreshedItems {
    return { completed_usages: completedUsages, completed_items: completedItems, unknown_items: unknownItems };
  }
}

/** The value of `meta.after`; null at the end. */
export function formatPosition(position: RefreshPosition | undefined): string | null {
  if (!position) return null;
  const { month, afterOsfid } = position;
  return afterOsfid === undefined ? month.toString() : `${month.toString()}:${afterOsfid}`;
}
