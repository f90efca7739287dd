import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Configuration } from '../config/configuration.js';
import { Clock } from '../time/clock.js';
import { parseRobotList, readBundledRobotList, type RobotList, toRobotList } from './robot-list.js';

const CHECK_INTERVAL_MILLISECONDS = 60_000;

/** The file of a list that replaces the bundled one. */
export function robotListPath({ dataDir }: Configuration): string {
  return join(dataDir, 'robots.json');
}

/** Detects robots, crawlers and HTTP clients by their user agent (Code of Practice 5.0.2, section 7.8). */
@Injectable()
export class Robots implements OnModuleInit {
  private readonly logger = new Logger(Robots.name);
  private list: RobotList;
  private checkedAt = 0;
  private modifiedAt = 0;

  constructor(
    private readonly configuration: Configuration,
    private readonly clock: Clock,
  ) {}

  async onModuleInit(): Promise<void> {
    this.list = toRobotList(await readBundledRobotList());
    await this.reloadList();
  }

  /** @param hasToken whether the request has a bearer token; then an HTTP client acts for a user, and counts */
  isRobot(userAgent: string, hasToken: boolean): boolean {
    if (this.clock.now().getTime() - this.checkedAt >= CHECK_INTERVAL_MILLISECONDS) void this.reloadList();
    if (this.list.machines.test(userAgent)) return !hasToken;
    return userAgent.trim() === '' || this.list.robots.test(userAgent);
  }

  private async reloadList(): Promise<void> {
    this.checkedAt = this.clock.now().getTime();
    const path = robotListPath(this.configuration);
    try {
      const { mtimeMs } = await stat(path);
      if (mtimeMs === this.modifiedAt) return;
      this.list = parseRobotList(await readFile(path, 'utf8'));
      this.modifiedAt = mtimeMs;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      this.logger.warn(`cannot use ${path}: ${(error as Error).message}`);
    }
  }
}
