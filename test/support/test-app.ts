import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SchedulerRegistry } from '@nestjs/schedule';
import { createHttpApp } from '../../src/bootstrap.js';
import { hashApiKey } from '../../src/config/api-key.js';
import { readConfiguration } from '../../src/config/read-configuration.js';
import { Clock } from '../../src/time/clock.js';
import { refreshStore, storeSettings } from './store.js';

/** A clock that only the test moves. */
export class TestClock extends Clock {
  private elapsedMilliseconds = 0;

  constructor(private instant: Date) {
    super();
  }

  /** Not corrected: the clock of a real cluster shows another time. */
  override now(): Date {
    return new Date(this.instant);
  }

  override machineTime(): Date {
    return this.now();
  }

  override monotonicMilliseconds(): number {
    return this.elapsedMilliseconds;
  }

  /** To an earlier instant: the clock of the machine is set back, and no time passes. */
  set(instant: string): void {
    const next = new Date(instant);
    this.elapsedMilliseconds += Math.max(0, next.getTime() - this.instant.getTime());
    this.instant = next;
  }

  advance(seconds: number): void {
    this.instant = new Date(this.instant.getTime() + seconds * 1000);
    this.elapsedMilliseconds += seconds * 1000;
  }
}

/** The user agent of a browser. */
export const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

export const TRUSTED_KEY = 'trusted-client-key';
export const ADMIN_KEY = 'admin-key';
/** Both keys, as a setting. */
export const API_KEYS = `trusted=usage:write=${hashApiKey(TRUSTED_KEY)},admin=admin=${hashApiKey(ADMIN_KEY)}`;

/** The service, listening on a free port, with a data folder of its own. */
export class TestApp {
  private constructor(
    readonly nest: NestFastifyApplication,
    readonly url: string,
    readonly clock: TestClock,
    readonly dataDir: string,
  ) {}

  static async start(environment: Record<string, string> = {}, now = '2026-11-24T12:00:00Z'): Promise<TestApp> {
    const dataDir = environment['DATA_DIR'] ?? (await mkdtemp(join(tmpdir(), 'osf-metrics-')));
    const configuration = readConfiguration({
      ...(await storeSettings(dataDir)),
      METRICS_API_KEYS: API_KEYS,
      RATE_LIMIT_PER_MINUTE: '0',
      API_KEY_RATE_LIMIT_PER_MINUTE: '0',
      CONNECTIONS_PER_CLIENT: '10000',
      READS_PER_CLIENT: '100',
      RESPONSE_CACHE_MB: '0',
      REPORTERS_ENABLED: 'false',
      REPORTER_RETRY_SECONDS: '0,0',
      LOG_LEVEL: 'silent',
      ...environment,
    });
    const clock = new TestClock(new Date(now));
    const nest = await createHttpApp(configuration, { clock });
    // Jobs follow the real time.
    const jobs = nest.get(SchedulerRegistry);
    for (const job of jobs.getCronJobs().values()) await job.stop();
    for (const name of jobs.getIntervals()) jobs.deleteInterval(name);
    await nest.listen({ host: '127.0.0.1', port: 0 });
    return new TestApp(nest, await nest.getUrl(), clock, dataDir);
  }

  /** Sends a request to a path under `/_/metrics/`. A body other than text is sent as JSON:API. */
  async request(path: string, options: RequestOptions = {}): Promise<Response> {
    const { body, key, headers = {}, ...rest } = options;
    await refreshStore();
    return await fetch(new URL(path, `${this.url}/_/metrics/`), {
      ...rest,
      method: options.method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(body === undefined ? {} : { 'Content-Type': 'application/vnd.api+json' }),
        ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
        'User-Agent': FIREFOX,
        ...headers,
      },
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  /** Returns the JSON of a successful response. @throws Error for another response */
  async json<T>(path: string, options: RequestOptions = {}): Promise<T> {
    const response = await this.request(path, options);
    if (!response.ok) throw new Error(`${response.status} ${path}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** Stops the service. With `keepData`, another one can start on its data folder. */
  async stop({ keepData = false } = {}): Promise<void> {
    await this.nest.close();
    if (!keepData) await rm(this.dataDir, { recursive: true, force: true });
  }
}

export interface RequestOptions {
  readonly method?: string;
  readonly body?: unknown;
  /** An API key. */
  readonly key?: string;
  readonly headers?: Record<string, string>;
}
