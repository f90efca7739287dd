import { readFile } from 'node:fs/promises';
import { CalendarDate } from '../time/calendar-date.js';

/** Reads the list that is part of the service. */
export async function readBundledRobotList(): Promise<StoredRobotList> {
  const file = new URL('robots/counter-robots.json', import.meta.url);
  return JSON.parse(await readFile(file, 'utf8')) as StoredRobotList;
}

/** COUNTER's list has over 300 patterns. A much shorter one is another file, or a part of it. */
const MIN_COUNTER_PATTERNS = 200;

/** A list as JSON: regular expressions that match user agents. */
export interface StoredRobotList {
  /** YYYY-MM-DD. */
  readonly updated: string;
  readonly robots: readonly string[];
  readonly machines: readonly string[];
}

/** A compiled list. */
export interface RobotList {
  /** The date of the list; undefined for a file without a valid one. */
  readonly updated: CalendarDate | undefined;
  readonly robots: RegExp;
  /** HTTP libraries and command-line clients, which are robots unless they send a token. */
  readonly machines: RegExp;
}

/** What the list of COUNTER does not contain. */
export interface CounterListOrigin {
  readonly source: string;
  /** YYYY-MM-DD. */
  readonly updated: string;
  readonly machines: readonly string[];
}

const BROWSERS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
];

/**
 * Parses a list: `{ "robots": [pattern…], "machines": [pattern…] }`.
 * @throws TypeError when the text is not a list, or the list matches a common browser
 */
export function parseRobotList(text: string): RobotList {
  return toRobotList(JSON.parse(text) as Partial<StoredRobotList>);
}

/** As `parseRobotList`, for parsed JSON. */
export function toRobotList(list: { readonly [name in keyof StoredRobotList]?: unknown }): RobotList {
  const [robots, machines] = [compile('robots', list.robots), compile('machines', list.machines)];
  const browser = BROWSERS.find((each) => robots.test(each) || machines.test(each));
  if (browser) throw new TypeError(`the list matches a browser: ${browser}`);
  return { updated: findDate(list.updated), robots, machines };
}

/**
 * Converts the list that COUNTER publishes (`[{ "pattern": … }, …]`) to a list as JSON text. COUNTER does not separate HTTP
 * clients from other robots, so `machines` come from elsewhere.
 *
 * @throws TypeError when the text is not such a list, or only a part of it
 */
export function convertCounterList(text: string, { source, updated, machines }: CounterListOrigin): string {
  const entries = JSON.parse(text) as { pattern?: unknown }[];
  if (!Array.isArray(entries)) throw new TypeError('COUNTER’s list must be a JSON array');
  if (entries.length < MIN_COUNTER_PATTERNS) {
    throw new TypeError(`the list has only ${entries.length} patterns, fewer than ${MIN_COUNTER_PATTERNS}`);
  }
  const robots = entries.map(({ pattern }) => pattern);
  const stored = JSON.stringify({ source, updated, robots, machines }, null, 2);
  parseRobotList(stored);
  return `${stored}\n`;
}

function findDate(text: unknown): CalendarDate | undefined {
  try {
    return CalendarDate.parse(String(text));
  } catch {
    return undefined;
  }
}

function compile(name: string, patterns: unknown): RegExp {
  if (!Array.isArray(patterns) || patterns.length === 0) throw new TypeError(`${name} must be a list of patterns`);
  const sources = patterns.map((pattern: unknown) => {
    if (typeof pattern !== 'string' || pattern === '') throw new TypeError(`${name} must contain strings`);
    return `(?:${pattern})`;
  });
  return new RegExp(sources.join('|'), 'i');
}
