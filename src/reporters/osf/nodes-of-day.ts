import type { OsfColumns } from '../../osf/osf-schema.js';
import { SPAM_STATUS } from './conditions.js';
import { type CountConditions, withDailyCounts } from './counts.js';

/**
 * Selects the projects, registrations and their components that were created before the end of a day, with the flags that
 * counts are built on. $1 is the start of the day, $2 its end.
 *
 * The OSF stores an embargo with the root, and it covers the components too. A withdrawal is counted only for the
 * registration that it belongs to. `is_embargoed` is true while the embargo ends after the day.
 */
export const SELECT_NODES_OF_DAY = `
  select node.id,
    node.type = 'osf.registration' as is_registration,
    node.id = node.root_id as is_root,
    node.is_public,
    node.created >= $1 as is_new,
    coalesce(node.spam_status in (${SPAM_STATUS.flagged}, ${SPAM_STATUS.confirmed}), false) as is_spam,
    not node.is_public and embargo.end_date >= $2 as is_embargoed,
    retraction.id is not null as is_withdrawn,
    retraction.date_retracted >= $1 and retraction.date_retracted < $2 as is_withdrawn_on_day
  from osf_abstractnode node
  left join osf_abstractnode root on root.id = node.root_id and node.type = 'osf.registration'
  left join osf_embargo embargo on embargo.id = root.embargo_id
  left join osf_retraction retraction on retraction.id = node.retraction_id
  where node.type in ('osf.node', 'osf.registration') and node.deleted is null and node.created < $2`;

export const NODES_OF_DAY_COLUMNS: OsfColumns = {
  osf_abstractnode: [
    'id',
    'type',
    'root_id',
    'is_public',
    'created',
    'deleted',
    'spam_status',
    'embargo_id',
    'retraction_id',
  ],
  osf_embargo: ['id', 'end_date'],
  osf_retraction: ['id', 'date_retracted'],
};

export const NODE_TOTALS: CountConditions = withDailyCounts({
  total: 'true',
  public: 'is_public',
  private: 'not is_public',
});

export const REGISTRATION_TOTALS: CountConditions = withDailyCounts({
  total: 'true',
  public: 'is_public',
  embargoed: 'not is_public',
  embargoed_v2: 'is_embargoed',
});
