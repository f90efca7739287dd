import { Injectable } from '@nestjs/common';
import type { RegistriesModerationSummary } from '../model/registries-moderation.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import type { DateRange } from '../time/date-range.js';
import { partsWithin } from '../time/periods.js';
import { YearMonth } from '../time/year-month.js';
import type { ModerationCounts, ProviderModeration } from './moderation-counts.js';
import type { Query } from './query.js';

export type ModerationOfProvider = ProviderModeration & { readonly id: string };

/** Moderation steps of registrations by provider and month. The range has at most ten years. */
@Injectable()
export class ModerationCountsQuery implements Query<Required<DateRange>, readonly ModerationOfProvider[]> {
  constructor(private readonly repository: MetricsRepository) {}

  /** The provider with the most steps first, ties by id. */
  async run(days: Required<DateRange>): Promise<readonly ModerationOfProvider[]> {
    await this.repository.refresh();
    const providers = new Map<string, ModerationOfProvider>();
    for (const { start, end } of partsWithin(days, 'month')) {
      const summaries = await this.repository.summarizeModerations({ start: start.start(), end: end.start() });
      for (const summary of summaries) add(providers, YearMonth.of(start), summary);
    }
    return [...providers.values()].sort((a, b) => stepsOf(b.total) - stepsOf(a.total) || (a.id < b.id ? -1 : 1));
  }
}

/** The number of all steps. */
export function stepsOf(counts: ModerationCounts): number {
  return counts.transitions_with_comments + counts.transitions_without_comments;
}

/** The sums of two counts. */
export function addCounts(one: ModerationCounts, other: ModerationCounts): ModerationCounts {
  const names = Object.keys(one) as (keyof ModerationCounts)[];
  return Object.fromEntries(names.map((name) => [name, one[name] + other[name]])) as unknown as ModerationCounts;
}

function add(
  providers: Map<string, ModerationOfProvider>,
  month: YearMonth,
  { provider_id: id, ...counts }: RegistriesModerationSummary,
): void {
  const known = providers.get(id);
  const months = [...(known?.months ?? []), { month: month.toString(), ...counts }];
  providers.set(id, { id, total: known ? addCounts(known.total, counts) : counts, months });
}
