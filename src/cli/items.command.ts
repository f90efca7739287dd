import type { Command } from 'commander';
import { Item } from '../model/item.js';
import { describeFields } from './describe-fields.js';
import { addLinesImportCommand } from './import-lines.js';
import type { ServiceClient } from './service-client.js';
import { type ServiceOptions, withService } from './with-service.js';

interface Page {
  readonly data: readonly { readonly attributes: Item }[];
  readonly meta: { readonly after: string | null };
}

export function addItemsCommand(program: Command): void {
  const items = program.command('items').description('registered items, for a service without the OSF database');
  const fields = `\nEach line is a JSON object with these fields:\n${describeFields(Item)}`;
  addLinesImportCommand(items, 'register items', 'items/batch').addHelpText('after', fields);
  items
    .command('list')
    .description('write all items as JSON lines, in the format of `items import`')
    .action(async (_options, command: Command) => {
      await withService(command.optsWithGlobals<ServiceOptions>(), listItems);
    });
}

async function listItems(client: ServiceClient): Promise<void> {
  for (let after: string | null = ''; after !== null;) {
    const page: Page = await client.get(`items?page[size]=1000&page[after]=${encodeURIComponent(after)}`);
    for (const { attributes } of page.data) console.log(JSON.stringify(attributes));
    after = page.meta.after;
  }
}
