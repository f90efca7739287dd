import type { ItemType } from '../../src/model/counted-auth-usage.js';
import type { UsageTraits } from '../support/builders.js';
import { record } from '../support/reporter-runs.js';
import { register } from '../support/send-usage.js';
import type { TestApp } from '../support/test-app.js';
import { processMonth } from './counter-client.js';

const TYPES: Readonly<Record<string, ItemType>> = {
  proj1: 'Project',
  data1: 'File',
  prep1: 'Preprint',
  agent: 'Agent',
};

function aUse(item: string | null, at: string, visitor: string, labels: UsageTraits['labels']): UsageTraits {
  const usage = { item_type: TYPES[item ?? ''] ?? null };
  const page = item === null ? {} : null;
  return { item, at: `${at}:00Z`, session: `${at.slice(0, 13)} ${visitor}`, labels, page, usage };
}

/** Registers four items, and records and processes two months of usage of them. */
export async function recordSample(app: TestApp): Promise<void> {
  await register(app, 'proj1', { item_type: 'Project', title: 'A  study\nof studies', provider_id: 'osf' });
  await register(app, 'data1', {
    item_type: 'File',
    parent_guid: 'proj1',
    title: 'data.csv',
    publication_date: '2025-05-01',
  });
  await register(app, 'prep1', {
    item_type: 'Preprint',
    title: '=1+1',
    doi: 'https://doi.org/10.31219/OSF.IO/prep1',
    authors: [
      { name: 'Ada Lovelace', orcid_id: '0000-0002-1825-0097' },
      { name: 'Hopper; Grace', orcid_id: 'x' },
      { name: 'C' },
      { name: 'Fourth Author' },
    ],
    publisher: 'SocArXiv',
    publication_date: '2026-03-04',
  });
  await register(app, 'agent', { item_type: 'Agent', title: 'A person' });
  await record(app, [
    aUse('proj1', '2026-09-10T10:00', 'a', ['view', 'web']),
    aUse('proj1', '2026-10-10T10:00', 'a', ['view', 'web']),
    aUse('proj1', '2026-10-10T10:05', 'a', ['view', 'web']),
    aUse('data1', '2026-10-10T10:00', 'a', ['download', 'web']),
    aUse('data1', '2026-10-10T10:00', 'b', ['download', 'api']),
    aUse('prep1', '2026-10-11T10:00', 'a', ['view', 'web']),
    aUse('prep1', '2026-10-11T10:01', 'a', ['download', 'web']),
    aUse('agent', '2026-10-11T10:00', 'a', ['view', 'web']),
    aUse(null, '2026-10-05T10:00', 'a', ['search', 'web']),
    aUse(null, '2026-10-05T10:00', 'b', ['search', 'web']),
  ]);
  for (const month of ['2026-09', '2026-10']) await processMonth(app, month);
}
