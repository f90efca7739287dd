import { run } from '../support/reporter-runs.js';
import type { TestApp } from '../support/test-app.js';

export const WORLD = '0000000000000000';

/** A report of Release 5.1. */
export interface CounterReport51 {
  readonly Report_Header: {
    readonly Report_Filters: Record<string, unknown>;
    readonly Report_Attributes?: Record<string, unknown>;
    readonly Exceptions?: readonly CounterException[];
    readonly [name: string]: unknown;
  };
  readonly Report_Items: readonly {
    readonly Attribute_Performance?: readonly Performance51[];
    readonly Items?: readonly CounterItem51[];
  }[];
}

export interface CounterException {
  readonly Code: number;
  readonly Message: string;
  readonly Data?: string;
  readonly Severity?: string;
}

export interface CounterItem51 {
  readonly Item: string;
  readonly Item_ID: Record<string, string>;
  readonly Attribute_Performance: readonly Performance51[];
  readonly [name: string]: unknown;
}

export interface Performance51 {
  readonly Data_Type?: string;
  readonly Access_Method?: string;
  readonly Performance: Record<string, Record<string, number>>;
}

/** Runs both reporters for a month. */
export async function processMonth(app: TestApp, month: string): Promise<void> {
  for (const reporter of ['counter_item_usage', 'counter_platform_usage']) {
    const { attributes } = await run(app, reporter, month);
    if (attributes.state !== 'succeeded') throw new Error(`${reporter} ${month}: ${attributes.error}`);
  }
}

export async function requestReport(
  app: TestApp,
  report: string,
  parameters: Record<string, string> = {},
): Promise<Response> {
  const query = new URLSearchParams({
    customer_id: WORLD,
    begin_date: '2026-09',
    end_date: '2026-10',
    ...parameters,
  });
  return await app.request(`counter/${report}?${query.toString()}`);
}

export async function getReport<T = CounterReport51>(
  app: TestApp,
  report: string,
  parameters: Record<string, string> = {},
): Promise<T> {
  const response = await requestReport(app, report, parameters);
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

/** The status and the exception of a response that is one. */
export async function readRefusal(response: Response): Promise<unknown> {
  expect(response.headers.get('Content-Type')).toBe('application/json; charset=utf-8');
  return { status: response.status, ...((await response.json()) as object) };
}

/** Code and Data of the exceptions in the header of a report. */
export function exceptionsOf({ Report_Header: { Exceptions = [] } }: CounterReport51): unknown[] {
  return Exceptions.map(({ Code, Data }) => [Code, Data]);
}
