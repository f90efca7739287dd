import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Configuration } from '../config/configuration.js';
import { Clock } from '../time/clock.js';
import { readRobotList, type RobotList, shippedRobotList, toRobotList } from './robot-list.js';

const CHECK_MILLISECONDS = 60_000;

/** Where a newer list than the shipped one is kept. */
export function robotListPath({ dataDir }: Configuration): string {
  return join(dataDir, 'robots.json');
}

/** Tells robots, crawlers and programs from people (Code of Practice 5.0.2, section 7.8). */
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
    this.list = toRobotList(await shippedRobotList());
    await this.readNewerList();
  }

  /** @param hasToken programs that come with a token are somebody's, and count */
  isRobot(userAgent: string, hasToken: boolean): boolean {
    if (this.clock.now().getTime() - this.checkedAt >= CHECK_MILLISECONDS) void this.readNewerList();
    if (this.list.machines.test(userAgent)) return !hasToken;
    return userAgent.trim() === '' || this.list.robots.test(userAgent);
  }

  private async readNewerList(): Promise<void> {
    this.checkedAt = this.clock.now().getTime();
    const path = robotListPath(this.configuration);
    try {
      const { mtimeMs } = await stat(path);
      if (mtimeMs === this.modifiedAt) return;
      this.list = readRobotList(await readFile(path, 'utf8'));
      this.modifiedAt = mtimeMs;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      this.logger.warn(`${path} is not used: ${(error as Error).message}`);
    }
  }
}
