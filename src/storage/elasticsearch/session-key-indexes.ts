import { CalendarDate } from '../../time/calendar-date.js';
import type { SessionKey } from '../metrics.repository.js';
import { bulk } from './client/bulk.js';
import type { Cluster } from './client/cluster.js';
import { type DocumentAddress, multiGet } from './client/multi-get.js';
import { streamHits } from './client/point-in-time.js';
import type { IndexNames } from './indexes/index-names.js';
import { requireDone } from './records.js';

/** The id of the only document in the index of a day. */
const DOCUMENT_ID = 'key';
const KEYS_PER_PAGE = 1_000;

interface KeyDocument {
  readonly date: string;
  readonly secret: string;
  readonly created_at: string;
}

interface StoredKey {
  readonly id: string;
  readonly key: SessionKey;
}

/**
 * Session keys. They are deleted with their index: a deleted document stays in the files of its index until segments are
 * merged, whereas deleting an index deletes its files. The key of a day that is made around that day has an index of its
 * own, so that all instances look for it in the same place. Keys of other days, which backfilled usages need, share the
 * index of the day on which they are made.
 */
export class SessionKeyIndexes {
  constructor(
    private readonly cluster: Cluster,
    private readonly names: IndexNames,
  ) {}

  async findOrSave(candidate: SessionKey): Promise<SessionKey> {
    const stored = await this.find(candidate);
    if (stored) return stored;
    const document: KeyDocument = {
      date: candidate.date.toString(),
      secret: candidate.secret.toString('base64'),
      created_at: candidate.createdAt.toISOString(),
    };
    const [outcome = 'done'] = await bulk(this.cluster, [{ ...this.addressOf(candidate), document }]);
    if (outcome === 'conflict') return (await this.find(candidate)) ?? (await this.findOrSave(candidate));
    requireDone([outcome]);
    return candidate;
  }

  async list(): Promise<SessionKey[]> {
    const keys = [...(await this.readAll()).values()].flat().map(({ key }) => key);
    return keys.sort((a, b) => a.date.compare(b.date));
  }

  async delete(dates: readonly CalendarDate[]): Promise<void> {
    const deleted = new Set(dates.map(String));
    for (const [index, ofIndex] of await this.readAll()) {
      const expired = ofIndex.filter(({ key }) => deleted.has(key.date.toString()));
      if (expired.length < ofIndex.length) {
        const deletions = expired.map(({ id }) => ({ index, id, version: 'any' as const }));
        requireDone(await bulk(this.cluster, deletions));
        continue;
      }
      await this.cluster.write((client) => client.indices.delete({ index, ignore_unavailable: true }));
      this.cluster.forgetIndex(index);
    }
  }

  /** A key is in one of these places, the first of which counts. */
  private async find({ date, createdAt }: SessionKey): Promise<SessionKey | undefined> {
    const today = CalendarDate.at(createdAt);
    const madeOn = [today.plusDays(-1), today].map((day) => this.addressAmongMadeOn(day, date));
    const documents = await multiGet<KeyDocument>(this.cluster, [this.addressOfOwn(date), ...madeOn]);
    const found = documents.find((document) => document !== undefined);
    return found && toKey(found._source);
  }

  private addressOf({ date, createdAt }: SessionKey): DocumentAddress {
    const today = CalendarDate.at(createdAt);
    const isNear = date.compare(today.plusDays(-1)) >= 0 && date.compare(today.plusDays(1)) <= 0;
    return isNear ? this.addressOfOwn(date) : this.addressAmongMadeOn(today, date);
  }

  private addressOfOwn(date: CalendarDate): DocumentAddress {
    return { index: this.names.sessionKey(date), id: DOCUMENT_ID };
  }

  private addressAmongMadeOn(day: CalendarDate, date: CalendarDate): DocumentAddress {
    return { index: this.names.sessionKeysMadeOn(day), id: date.toString() };
  }

  /** The stored keys by index. */
  private async readAll(): Promise<Map<string, StoredKey[]>> {
    const index = this.names.allSessionKeys;
    await this.cluster.read((client) => client.indices.refresh({ index, allow_no_indices: true }));
    const all = { query: { match_all: {} }, sort: [], pageSize: KEYS_PER_PAGE };
    const keys = new Map<string, StoredKey[]>();
    for await (const { _index, _id = '', _source } of streamHits<KeyDocument>(this.cluster, index, all)) {
      const stored = { id: _id, key: toKey(_source as KeyDocument) };
      keys.set(_index, [...(keys.get(_index) ?? []), stored]);
    }
    return keys;
  }
}

function toKey({ date, secret, created_at }: KeyDocument): SessionKey {
  return { date: CalendarDate.parse(date), secret: Buffer.from(secret, 'base64'), createdAt: new Date(created_at) };
}
