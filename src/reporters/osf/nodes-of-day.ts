import type { OsfColumns } from '../../osf/osf-schema.js';
import { SPAM } from './conditions.js';
import { type Conditions, withDaily } from './counts.js';

/**
 * SQL for the projects, registrations and components of either that were made before the end of a day, with what is counted
 * of them. $1 is the start of the day, $2 its end.
 *
 * The OSF keeps embargoes and withdrawals with the root. An embargo covers the components too; a withdrawal is counted for
 * what it is of. An embargo ends on a day: one whose end is still to come ends after this one.
 */
export const NODES_OF_DAY = `
  select node.id,
    node.type = 'osf.registration' as is_registration,
    node.id = node.root_id as is_root,
    node.is_public,
    node.created >= $1 as is_new,
    coalesce(node.spam_status in (${SPAM.flagged}, ${SPAM.confirmed}), false) as is_spam,
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

export const NODE_TOTALS: Conditions = withDaily({
  total: 'true',
  public: 'is_public',
  private: 'not is_public',
});

export const REGISTRATION_TOTALS: Conditions = withDaily({
  total: 'true',
  public: 'is_public',
  embargoed: 'not is_public',
  embargoed_v2: 'is_embargoed',
});
