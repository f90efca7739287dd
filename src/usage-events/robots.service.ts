import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { isbot } from 'isbot';
import { LRUCache } from 'lru-cache';
import { Gauge, Registry } from 'prom-client';
import { Configuration } from '../config/configuration.js';
import type { CalendarDate } from '../time/calendar-date.js';
import { Clock } from '../time/clock.js';
import { parseRobotList, readBundledRobotList, type RobotList, toRobotList } from './robot-list.js';

const CHECK_INTERVAL_MILLISECONDS = 60_000;
/** The longest part of a user agent that is matched, in characters. Those of browsers are shorter. */
const MAX_USER_AGENT_LENGTH = 1_000;
const REMEMBERED_USER_AGENTS = 2_000;

/** `machine` is an HTTP library or command-line client, a robot unless it sends a token. */
type UserAgentKind = 'machine' | 'robot' | 'browser';

/** The file of a list that replaces the bundled one. */
export function robotListPath({ dataDir }: Configuration): string {
  return join(dataDir, 'robots.json');
}

/**
 * Detects robots, crawlers and HTTP clients by their user agent (Code of Practice 5.0.2, section 7.8): by COUNTER's list and,
 * unless `ROBOTS=counter`, by that of the package isbot, which knows many more crawlers.
 */
@Injectable()
export class Robots implements OnModuleInit {
  private readonly logger = new Logger(Robots.name);
  private list: RobotList;
  /** Of the last minute: matching the lists takes long, and many visitors have the same browser. */
  private readonly kindOfUserAgent = new LRUCache<string, UserAgentKind>({ max: REMEMBERED_USER_AGENTS });
  private checkedAt = 0;
  private modifiedAt = 0;

  constructor(
    private readonly configuration: Configuration,
    private readonly clock: Clock,
    registry: Registry,
  ) {
    const ageSeconds = (): number | undefined => this.ageSeconds();
    new Gauge({
      name: 'osf_metrics_robot_list_age_seconds',
      help: 'Time since the date of the list of robots',
      registers: [registry],
      collect() {
        const age = ageSeconds();
        if (age !== undefined) this.set(age);
      },
    });
  }

  /** The date of the list in use. */
  get listDate(): CalendarDate | undefined {
    return this.list.updated;
  }

  async onModuleInit(): Promise<void> {
    this.list = toRobotList(await readBundledRobotList());
    await this.reloadList();
  }

  /** @param hasToken whether the request has a bearer token; then an HTTP client acts for a user, and counts */
  isRobot(sentUserAgent: string, hasToken: boolean): boolean {
    const userAgent = sentUserAgent.slice(0, MAX_USER_AGENT_LENGTH);
    if (this.clock.monotonicMilliseconds() - this.checkedAt >= CHECK_INTERVAL_MILLISECONDS) void this.reloadList();
    let kind = this.kindOfUserAgent.get(userAgent);
    if (!kind) {
      kind = this.classify(userAgent);
      this.kindOfUserAgent.set(userAgent, kind);
    }
    return kind === 'robot' || (kind === 'machine' && !hasToken);
  }

  private classify(userAgent: string): UserAgentKind {
    if (this.list.machines.test(userAgent)) return 'machine';
    if (userAgent.trim() === '' || this.list.robots.test(userAgent)) return 'robot';
    return this.configuration.robots === 'all' && isbot(userAgent) ? 'robot' : 'browser';
  }

  private ageSeconds(): number | undefined {
    const start = this.list.updated?.start().getTime();
    return start === undefined ? undefined : (this.clock.now().getTime() - start) / 1000;
  }

  private async reloadList(): Promise<void> {
    this.checkedAt = this.clock.monotonicMilliseconds();
    const path = robotListPath(this.configuration);
    try {
      const { mtimeMs } = await stat(path);
      if (mtimeMs === this.modifiedAt) return;
      this.list = parseRobotList(await readFile(path, 'utf8'));
      this.modifiedAt = mtimeMs;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      this.logger.warn(`cannot use ${path}: ${(error as Error).message}`);
    } finally {
      this.kindOfUserAgent.clear();
    }
  }
}
