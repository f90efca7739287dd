import type { MonthlyCounterItemUsageReport } from '../reports/monthly/counter-item-usage.js';

const DOI = /^10\.[1-9]\d{2}[\d.]*\/.+$/;
const ORCID = /^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$/;
const MIN_NAME_LENGTH = 2;

/** Where an item is found: COUNTER's Item_ID. */
export interface ItemIds {
  readonly DOI?: string;
  readonly Proprietary?: string;
  readonly URI: string;
}

/** COUNTER's elements that describe an item. */
export interface ItemMetadata {
  readonly title: string;
  readonly publisher: string;
  readonly ids: ItemIds;
  readonly authors: readonly { readonly name: string; readonly orcid?: string }[];
  readonly publicationDate: string | undefined;
}

/** @param namespace of proprietary identifiers */
export function describeItem(
  item: MonthlyCounterItemUsageReport,
  { namespace, publisher }: { namespace: string; publisher: string },
): ItemMetadata {
  const authors = (item.authors ?? []).map(({ name, orcid_id }) => ({ name: toLine(name), orcid: toOrcid(orcid_id) }));
  return {
    title: toLine(item.title ?? ''),
    publisher: toLine(item.publisher ?? publisher),
    ids: describeIds({ doi: item.doi, osfid: item.item_osfid, iri: item.item_iri }, namespace),
    authors: authors.filter(({ name }) => name.length >= MIN_NAME_LENGTH),
    publicationDate: item.publication_date?.toString(),
  };
}

export function describeIds(
  { doi, osfid, iri }: { doi: string | null; osfid: string | null; iri: string },
  namespace: string,
): ItemIds {
  return {
    ...(doi !== null && DOI.test(doi) ? { DOI: doi } : {}),
    ...(osfid === null ? {} : { Proprietary: `${namespace}:${osfid}` }),
    URI: iri,
  };
}

/** Text on one line, without control characters. */
export function toLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
}

/** The DOI alone: without the prefix `doi:` or the URL of a resolver, in lower case, because DOIs are case-insensitive. */
export function toBareDoi(text: string): string {
  return text
    .trim()
    .replace(/^(doi:\s*|https?:\/\/(dx\.)?doi\.org\/)/i, '')
    .toLowerCase();
}

function toOrcid(id: string | null): string | undefined {
  return id !== null && ORCID.test(id) ? id : undefined;
}
