import { readFileSync } from 'node:fs';
import { Client, type ClientOptions, errors, type estypes } from '@elastic/elasticsearch';
import { CommandError } from '../service-client.js';

const PAGE_SIZE = 1_000;
/** How long the server keeps the point in time between two pages. */
const KEEP_ALIVE = '10m';

export interface Osf8SourceOptions {
  readonly url: string;
  /** Prefix of the OSF's index names. */
  readonly prefix: string;
  readonly username?: string;
  readonly password?: string;
  readonly apiKey?: string;
  /** File with the certificate of the authority that signed the server's certificate. */
  readonly ca?: string;
}

/** An index of the OSF, such as `osf_dailydownloadcountreport_2026.` or `osf_osfcountedusageevent_2026.7.`. */
export interface Osf8Index {
  readonly name: string;
  /** The class of its records, in lower case; undefined if the name has another form. */
  readonly recordType?: string;
  /** The year of its records. */
  readonly year?: number;
}

export interface Osf8Document {
  readonly index: string;
  readonly id: string;
  readonly source: Readonly<Record<string, unknown>>;
}

/** Reads the Elasticsearch 8 indexes that `osf.metrics` writes through django-elasticsearch-metrics. */
export class Osf8Source {
  private readonly client: Client;

  constructor(private readonly options: Osf8SourceOptions) {
    this.client = new Client(clientOptions(options));
  }

  /** @throws CommandError if the prefix has no index */
  async listIndexes(): Promise<Osf8Index[]> {
    const index = `${this.options.prefix}osf_*`;
    // This is the first request. Without retries, a wrong address fails at once.
    const found = await this.request(() => this.client.indices.get({ index, features: 'aliases' }, { maxRetries: 0 }));
    const names = Object.keys(found).sort();
    if (names.length === 0) throw new CommandError(`the Elasticsearch at ${this.origin} has no index ${index}`);
    return names.map((name) => parseIndexName(name, this.options.prefix));
  }

  async count(indexes: readonly string[], query?: estypes.QueryDslQueryContainer): Promise<number> {
    return (await this.request(() => this.client.count({ index: [...indexes], query }))).count;
  }

  /** Reads a snapshot of the documents in the given order, with one page in memory at a time. */
  async *read(
    indexes: readonly string[],
    { query, sort }: { query: estypes.QueryDslQueryContainer; sort: estypes.Sort },
  ): AsyncIterable<Osf8Document> {
    const index = [...indexes];
    const opened = await this.request(() => this.client.openPointInTime({ index, keep_alive: KEEP_ALIVE }));
    let id = opened.id;
    let searchAfter: estypes.SortResults | undefined;
    try {
      for (;;) {
        const { pit_id, hits } = await this.request(() =>
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

  private async request<T>(send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof errors.ElasticsearchClientError)) throw error;
      throw new CommandError(`the Elasticsearch at ${this.origin}: ${error.message}`);
    }
  }

  /** The URL without the user and password that it may contain. */
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
    throw new CommandError(`cannot read ${path}: ${(error as Error).message}`);
  }
}

/** Parses the name of an index: app, class and first time of the index, each part of the time ended by a dot. */
function parseIndexName(name: string, prefix: string): Osf8Index {
  const match = /^osf_([a-z0-9]+)_(\d{4})\.(?:\d+\.)*$/.exec(name.slice(prefix.length));
  return match ? { name, recordType: match[1], year: Number(match[2]) } : { name };
}
