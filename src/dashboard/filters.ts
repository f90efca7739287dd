import { type Html, html } from '../http/responses/html.js';
import type { ItemType } from '../model/counted-auth-usage.js';
import type { OverviewDto } from './overview.dto.js';
import type { PageRequest } from './page-request.js';
import { TEXTS } from './texts.js';

const ITEM_TYPE_NAMES: Readonly<Record<ItemType, string>> = {
  Project: 'Project',
  ProjectComponent: 'Component of a project',
  Registration: 'Registration',
  RegistrationComponent: 'Component of a registration',
  Preprint: 'Preprint',
  File: 'File',
  Agent: 'User profile',
};

/** The filters that are set, each with a link that removes it. */
export function renderFilters({ provider, item_type }: OverviewDto, page: PageRequest): Html {
  const filters = [
    { name: 'provider', label: TEXTS.provider, value: provider },
    { name: 'item_type', label: TEXTS.itemType, value: item_type && typeName(item_type) },
  ].filter(({ value }) => value !== undefined);
  if (filters.length === 0) return html``;
  return html`<ul class="filters" aria-label="${TEXTS.filters}">
    ${filters.map(({ name, label, value = '' }) => {
      const text = `${label}: ${value}`;
      const href = page.linkToSelf({ [name]: undefined, page: undefined });
      return html`<li>
        <a href="${href}" aria-label="${TEXTS.removeFilter(text)}">${text}<span aria-hidden="true"> ✕</span></a>
      </li>`;
    })}
  </ul>`;
}

/** The name of a type of items, or of several types that are separated by commas. */
export function typeName(types: string): string {
  const names = new Map<string, string>(Object.entries(ITEM_TYPE_NAMES));
  return types
    .split(',')
    .map((type) => names.get(type) ?? (type || TEXTS.noType))
    .join(', ');
}
