import { listDays } from './demo-cycles.js';
import type { DemoRandom } from './demo-random.js';
import type { DemoDays } from './demo-usages.js';

const PROVIDERS = ['osf', 'egap', 'rielcipp'];
const COMMENTS = ['Please add the analysis plan.', 'The hypotheses are missing.'];

/** What moderators decide about the registrations that are submitted on each day. */
export function* createDemoModerations(days: DemoDays, random: DemoRandom): Iterable<object> {
  for (const date of listDays(days)) {
    for (let index = random.below(4); index > 0; index -= 1) {
      const registration = {
        registration_id: `demo-${date}-${index}`,
        provider_id: random.pick(PROVIDERS),
        user_id: `demo-moderator-${1 + random.below(3)}`,
      };
      const at = (time: string): string => `${date}T${time}Z`;
      const submitted = { trigger: 'submit', from_state: 'initial', to_state: 'pending' };
      yield { ...registration, ...submitted, user_id: 'demo-author', timestamp: at('09:00:00') };
      yield { ...registration, ...decide(random), timestamp: at('16:30:00') };
    }
  }
}

function decide(random: DemoRandom): object {
  const share = random.next();
  if (share < 0.15) {
    return {
      trigger: 'reject_submission',
      from_state: 'pending',
      to_state: 'rejected',
      comment: random.pick(COMMENTS),
    };
  }
  const to_state = share < 0.4 ? 'embargo' : 'accepted';
  return { trigger: 'accept_submission', from_state: 'pending', to_state };
}
