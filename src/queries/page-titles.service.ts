import { Injectable } from '@nestjs/common';
import { Catalog } from '../items/catalog.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import type { UsageFilter, UsageGroup } from '../storage/usage-query.js';

const NO_TITLES: ReadonlyMap<string, string> = new Map();

/** Finds titles of pages that were viewed without one. */
@Injectable()
export class PageTitles {
  constructor(
    private readonly repository: MetricsRepository,
    private readonly catalog: Catalog,
  ) {}

  /**
   * Finds the title of the item that each page without a title is about, by path. Titles of items that are now private are
   * left out, except that of the item with the IRI `readableIri`.
   *
   * @param pages groups by path, with the measure `title`
   * @param where the usages of the pages
   */
  async find(
    pages: readonly UsageGroup[],
    where: UsageFilter,
    readableIri?: string,
  ): Promise<ReadonlyMap<string, string>> {
    const values = pages.filter(({ measures }) => !measures['title']).map(({ key }) => key);
    if (values.length === 0) return NO_TITLES;
    const by = { field: 'pageview_info.page_path', values } as const;
    const groupings = { pages: { by, measures: { guids: { values: 'item_osfid' } } } } as const;
    const { pages: groups = [] } = await this.repository.queryUsages({ where, groupings });
    const guidsOfPath = new Map(groups.map(({ key, measures }) => [key, measures['guids'] as readonly string[]]));
    const items = await this.catalog.findItems([...new Set([...guidsOfPath.values()].flat())]);
    const titles = new Map<string, string>();
    for (const [path, guids] of guidsOfPath) {
      const found = guids.flatMap((guid) => items.get(guid) ?? []);
      const title = found.find((each) => each.title && (each.public || each.iri === readableIri))?.title;
      if (title) titles.set(path, title);
    }
    return titles;
  }
}
