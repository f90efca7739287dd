import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Counter, Registry } from 'prom-client';
import { Configuration } from '../config/configuration.js';
import { JSON_API } from '../http/json-api/protocol.js';
import type { MonthlyPublicItemUsageReport } from '../reports/monthly/public-item-usage.js';

const ITEMS_PER_REQUEST = 500;
/** A batch that is not full is sent this long after its last item. */
const FLUSH_MILLISECONDS = 200;
/** Further items are dropped, because a webhook that is away must not fill the memory. */
const MAX_WAITING_ITEMS = 100_000;
const REQUEST_TIMEOUT_MILLISECONDS = 10_000;

const OUTCOMES = ['sent', 'failed', 'dropped'] as const;
type Outcome = (typeof OUTCOMES)[number];

/**
 * Tells `ITEM_USAGE_WEBHOOK_URL` which items' public usage was reported, for example to update a search index. Sends
 * batches in the background with retries. Failures are logged and counted, and never fail a run.
 */
@Injectable()
export class ItemUsageWebhook implements OnModuleDestroy {
  private readonly logger = new Logger(ItemUsageWebhook.name);
  private readonly stopping = new AbortController();
  private readonly items: Counter<'outcome'>;
  private batch: MonthlyPublicItemUsageReport[] = [];
  private waiting = 0;
  private timer: NodeJS.Timeout | undefined;
  /** Sends one batch after the other. */
  private sending: Promise<void> = Promise.resolve();

  constructor(
    private readonly configuration: Configuration,
    registry: Registry,
  ) {
    this.items = new Counter({
      name: 'osf_metrics_webhook_items_total',
      help: 'Items of which ITEM_USAGE_WEBHOOK_URL was told, or was not',
      labelNames: ['outcome'],
      registers: [registry],
    });
    for (const outcome of OUTCOMES) this.items.inc({ outcome }, 0);
  }

  add(report: MonthlyPublicItemUsageReport): void {
    const { itemUsageWebhookUrl: url } = this.configuration;
    if (url === null) return;
    if (this.waiting >= MAX_WAITING_ITEMS) return this.count('dropped', 1);
    this.waiting += 1;
    this.batch.push(report);
    clearTimeout(this.timer);
    if (this.batch.length >= ITEMS_PER_REQUEST) this.flush(url);
    else this.timer = setTimeout(() => this.flush(url), FLUSH_MILLISECONDS).unref();
  }

  /** Sends what waits, without retries. */
  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    const { itemUsageWebhookUrl: url } = this.configuration;
    if (url !== null && this.batch.length > 0) this.flush(url);
    await this.sending;
  }

  private flush(url: string): void {
    const batch = this.batch;
    this.batch = [];
    this.sending = this.sending.then(() => this.sendWithRetries(url, batch));
  }

  private async sendWithRetries(url: string, batch: readonly MonthlyPublicItemUsageReport[]): Promise<void> {
    const outcome = await this.trySend(url, toDocument(batch));
    this.waiting -= batch.length;
    this.count(outcome, batch.length);
  }

  private async trySend(url: string, body: string): Promise<Outcome> {
    const delays = this.configuration.reporterRetrySeconds;
    for (let retries = 0; ; retries += 1) {
      try {
        await post(url, body);
        return 'sent';
      } catch (error) {
        const seconds = delays[retries];
        const reason = (error as Error).message;
        if (seconds === undefined || this.stopping.signal.aborted) {
          this.logger.error(`the webhook was not told of reported items: ${reason}`);
          return 'failed';
        }
        this.logger.warn(`the webhook failed, retry in ${seconds} s: ${reason}`);
        await delay(seconds * 1_000, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      }
    }
  }

  private count(outcome: Outcome, items: number): void {
    this.items.inc({ outcome }, items);
  }
}

/** @throws Error when the server does not accept the request */
async function post(url: string, body: string): Promise<void> {
  const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MILLISECONDS);
  const response = await fetch(url, { method: 'POST', headers: { 'Content-Type': JSON_API }, body, signal });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`it returned status ${response.status}`);
}

function toDocument(reports: readonly MonthlyPublicItemUsageReport[]): string {
  const data = reports.map(({ item_iri, item_osfids, report_yearmonth }) => ({
    type: 'reported-item-usage',
    attributes: { item_iri, item_osfids, report_yearmonth },
  }));
  return JSON.stringify({ data });
}
