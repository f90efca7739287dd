/** A number and what it counts: `1 usage`, `2 usages`. @param noun singular, with a regular plural */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
