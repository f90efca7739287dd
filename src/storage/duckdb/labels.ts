import { ACTION_LABELS, type ActionLabel } from '../../model/counted-auth-usage.js';

/** A set of labels as one small number: a bit for each label. The order of `ACTION_LABELS` is part of the file's format. */
export function toBits(labels: readonly ActionLabel[]): number {
  return labels.reduce((bits, label) => bits | (1 << ACTION_LABELS.indexOf(label)), 0);
}

/** The labels, sorted. */
export function fromBits(bits: number): ActionLabel[] {
  return ACTION_LABELS.filter((_label, index) => (bits & (1 << index)) !== 0).sort();
}
