import type { Command } from 'commander';
import type { RefreshedItems } from '../usage-events/refresh-items.dto.js';
import { countOf } from './count-of.js';
import { addDaysOptions, type DaysOptions, withDays } from './export-lines.js';
import { Progress } from './progress.js';
import type { ServiceClient } from './service-client.js';
import { type ServiceOptions, withService } from './with-service.js';

interface Step {
  readonly data: { readonly attributes: RefreshedItems };
  readonly meta: { readonly after: string | null };
}

/** Adds `usages refresh-items`. */
export function addRefreshItemsCommand(usages: Command): void {
  addDaysOptions(usages.command('refresh-items'))
    .description('complete the usages of items that were unknown when they were recorded. Safe to repeat')
    .action(async (_options, command: Command) => {
      const { from, until, ...service } = command.optsWithGlobals<ServiceOptions & DaysOptions>();
      const path = withDays('events/counted_usage/refresh-items', { from, until });
      await withService(service, (client) => refreshItems(client, path));
    });
}

async function refreshItems(client: ServiceClient, path: string): Promise<void> {
  const progress = new Progress('items');
  const total: RefreshedItems = { completed_usages: 0, completed_items: 0, unknown_items: 0 };
  let after: string | null = null;
  do {
    const page: string =
      after === null ? '' : `${path.includes('?') ? '&' : '?'}page[after]=${encodeURIComponent(after)}`;
    const step: Step = await client.post<Step>(`${path}${page}`, '{}', 'application/vnd.api+json');
    const { attributes } = step.data;
    total.completed_usages += attributes.completed_usages;
    total.completed_items += attributes.completed_items;
    total.unknown_items += attributes.unknown_items;
    progress.advance(attributes.completed_items + attributes.unknown_items);
    after = step.meta.after;
  } while (after !== null);
  progress.finish();
  console.log(
    `completed ${countOf(total.completed_usages, 'usage')} of ${countOf(total.completed_items, 'item')} by month`,
  );
  if (total.unknown_items > 0) console.log(`still unknown: ${countOf(total.unknown_items, 'item')} by month`);
}
