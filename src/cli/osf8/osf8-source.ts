import { readFileSync } from 'node:fs';
import { Client, type ClientOptions, errors, type estypes } from '@elastic/elasticsearch';
import { CommandError } from '../service-client.js';

const PAGE_SIZE = 1_000;
/** How long the server keeps the view that is read, from one page to the next. */
const KEEP_ALIVE = '10m';

export interface Osf8SourceOptions {
  readonly url: string;
  /** What stands before the names of the OSF's indexes. */
  readonly prefix: string;
  readonly username?: string;
  readonly password?: string;
  readonly apiKey?: string;
  /** A file with the certificate of the authority that signed the server's. */
  readonly ca?: string;
}

/** An index of the OSF: `osf_dailydownloadcountreport_2026.`, or `osf_osfcountedusageevent_2026.7.`. */
export interface Osf8Index {
  readonly name: string;
  /** The class of the records in it, in lower case; undefined when the name is of another form. */
  readonly recordType?: string;
  /** The year of the records in it. */
  readonly year?: number;
}

export interface Osf8Document {
  readonly index: string;
  readonly id: string;
  readonly source: Readonly<Record<string, unknown>>;
}

/** The indexes that `osf.metrics` keeps in an Elasticsearch 8, through django-elasticsearch-metrics. */
export class Osf8Source {
  private readonly client: Client;

  constructor(private readonly options: Osf8SourceOptions) {
    this.client = new Client(clientOptions(options));
  }

  /** @throws CommandError when there is none, as with a wrong prefix */
  async listIndexes(): Promise<Osf8Index[]> {
    const index = `${this.options.prefix}osf_*`;
    // Asked first, and once: an address where nobody listens is said to be one at once.
    const found = await this.ask(() => this.client.indices.get({ index, features: 'aliases' }, { maxRetries: 0 }));
    const names = Object.keys(found).sort();
    if (names.length === 0) throw new CommandError(`the Elasticsearch at ${this.origin} has no index ${index}`);
    return names.map((name) => readName(name, this.options.prefix));
  }

  async count(indexes: readonly string[], query?: estypes.QueryDslQueryContainer): Promise<number> {
    return (await this.ask(() => this.client.count({ index: [...indexes], query }))).count;
  }

  /** The documents as they are at this moment, in the given order, a page of them in memory at a time. */
  async *read(
    indexes: readonly string[],
    { query, sort }: { query: estypes.QueryDslQueryContainer; sort: estypes.Sort },
  ): AsyncIterable<Osf8Document> {
    const index = [...indexes];
    const opened = await this.ask(() => this.client.openPointInTime({ index, keep_alive: KEEP_ALIVE }));
    let id = opened.id;
    let searchAfter: estypes.SortResults | undefined;
    try {
      for (;;) {
        const { pit_id, hits } = await this.ask(() =>
          this.client.search<Osf8Document['source']>({
            pit: { id, keep_alive: KEEP_ALIVE },
            size: PAGE_SIZE,
            query,
            sort,
            search_after: searchAfter,
            track_total_hits: false,
            allow_partial_search_results: false,
          }),
        );
        id = pit_id ?? id;
        for (const hit of hits.hits) yield { index: hit._index, id: hit._id ?? '', source: hit._source ?? {} };
        searchAfter = hits.hits.at(-1)?.sort;
        if (hits.hits.length < PAGE_SIZE) return;
      }
    } finally {
      await this.client.closePointInTime({ id }, { ignore: [404] });
    }
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  private async ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (error) {
      if (!(error instanceof errors.ElasticsearchClientError)) throw error;
      throw new CommandError(`the Elasticsearch at ${this.origin}: ${error.message}`);
    }
  }

  /** Without the user and the password that the URL may hold. */
  private get origin(): string {
    return new URL(this.options.url).origin;
  }
}

function clientOptions({ url, username, password = '', apiKey, ca }: Osf8SourceOptions): ClientOptions {
  return {
    node: url,
    ...(apiKey === undefined ? {} : { auth: { apiKey } }),
    ...(username === undefined ? {} : { auth: { username, password } }),
    ...(ca === undefined ? {} : { tls: { ca: readCertificate(ca) } }),
  };
}

function readCertificate(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new CommandError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

/** The app, the class and the time that the index begins with, each part of it ended by a dot. */
function readName(name: string, prefix: string): Osf8Index {
  const match = /^osf_([a-z0-9]+)_(\d{4})\.(?:\d+\.)*$/.exec(name.slice(prefix.length));
  return match ? { name, recordType: match[1], year: Number(match[2]) } : { name };
}
