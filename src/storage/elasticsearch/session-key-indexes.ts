import { CalendarDate } from '../../time/calendar-date.js';
import type { SessionKey } from '../metrics.repository.js';
import type { Cluster } from './client/cluster.js';
import { orUndefinedIfConflict, orUndefinedIfMissing } from './client/elasticsearch-errors.js';
import type { IndexNames } from './indexes/index-names.js';

/** The id of the only document of an index. */
const DOCUMENT_ID = 'key';

interface KeyDocument {
  readonly date: string;
  readonly secret: string;
  readonly created_at: string;
}

/**
 * Session keys, each in an index of its own: a deleted document stays in the files of its index until segments are
 * merged, whereas deleting an index deletes its files.
 */
export class SessionKeyIndexes {
  constructor(
    private readonly cluster: Cluster,
    private readonly names: IndexNames,
  ) {}

  async findOrSave(candidate: SessionKey): Promise<SessionKey> {
    const index = this.names.sessionKey(candidate.date);
    const stored = await this.find(index);
    if (stored) return stored;
    const document: KeyDocument = {
      date: candidate.date.toString(),
      secret: candidate.secret.toString('base64'),
      created_at: candidate.createdAt.toISOString(),
    };
    const saved = await this.cluster.write((client) =>
      orUndefinedIfConflict(client.index({ index, id: DOCUMENT_ID, document, op_type: 'create' })),
    );
    return saved ? candidate : ((await this.find(index)) ?? (await this.findOrSave(candidate)));
  }

  async list(): Promise<SessionKey[]> {
    const indexes = await this.cluster.read((client) => client.indices.get({ index: this.names.allSessionKeys }));
    const keys = await Promise.all(
      Object.keys(indexes)
        .sort()
        .map((index) => this.find(index)),
    );
    return keys.filter((key) => key !== undefined);
  }

  async delete(dates: readonly CalendarDate[]): Promise<void> {
    for (const date of dates) {
      await this.cluster.write((client) =>
        orUndefinedIfMissing(client.indices.delete({ index: this.names.sessionKey(date) })),
      );
    }
  }

  private async find(index: string): Promise<SessionKey | undefined> {
    const found = await this.cluster.read((client) =>
      orUndefinedIfMissing(client.get<KeyDocument>({ index, id: DOCUMENT_ID })),
    );
    if (!found?._source) return undefined;
    const { date, secret, created_at } = found._source;
    return { date: CalendarDate.parse(date), secret: Buffer.from(secret, 'base64'), createdAt: new Date(created_at) };
  }
}
