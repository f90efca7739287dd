import { countOf } from './count-of.js';

const MAX_NAMED_LINES = 3;
const MAX_REASONS = 50;

interface Rejections {
  count: number;
  /** The first rejected lines. */
  readonly names: string[];
}

/** Groups rejected lines by reason, so that a mistake that many lines share is reported once. */
export class RejectedLines {
  private readonly rejectionsOfReason = new Map<string, Rejections>();
  private ungroupedCount = 0;

  add(name: string, reason: string): void {
    const rejections = this.rejectionsOfReason.get(reason) ?? { count: 0, names: [] };
    if (rejections.count === 0 && this.rejectionsOfReason.size === MAX_REASONS) {
      this.ungroupedCount += 1;
      return;
    }
    this.rejectionsOfReason.set(reason, rejections);
    rejections.count += 1;
    if (rejections.names.length < MAX_NAMED_LINES) rejections.names.push(name);
  }

  /** A line of text for each reason, in the order in which they first occurred. */
  describe(): string[] {
    const reasons = [...this.rejectionsOfReason].map(([reason, { count, names }]) => {
      const more = count - names.length;
      return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}: ${reason}`;
    });
    return this.ungroupedCount === 0
      ? reasons
      : [...reasons, `${countOf(this.ungroupedCount, 'more line')}: other reasons`];
  }
}
