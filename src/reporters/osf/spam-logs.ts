import type { OsfColumns } from '../../osf/osf-schema.js';

const ACTIONS = `('confirm_spam', 'confirm_ham', 'flag_spam')`;

/**
 * SQL for what moderators and filters did with projects and registrations in a month, those included that were deleted
 * since, as what is confirmed to be spam is deleted. $1 is the start of the month, $2 its end. A fork or a registration gets
 * copies of the logs of its original; those tell nothing new.
 */
export const NODE_LOGS_OF_SPAM = `
  select log.action, node.type, node.spam_data ->> 'who_flagged' as who_flagged
  from osf_nodelog log
  join osf_abstractnode node on node.id = log.node_id
  where log.action in ${ACTIONS} and log.date >= $1 and log.date < $2
    and coalesce(log.original_node_id, log.node_id) = log.node_id`;

/** As `NODE_LOGS_OF_SPAM`, with preprints. */
export const PREPRINT_LOGS_OF_SPAM = `
  select log.action, preprint.spam_data ->> 'who_flagged' as who_flagged
  from osf_preprintlog log
  join osf_preprint preprint on preprint.id = log.preprint_id
  where log.action in ${ACTIONS} and log.created >= $1 and log.created < $2`;

export const SPAM_LOG_COLUMNS: OsfColumns = {
  osf_nodelog: ['action', 'date', 'node_id', 'original_node_id'],
  osf_abstractnode: ['id', 'type', 'spam_data'],
  osf_preprintlog: ['action', 'created', 'preprint_id'],
  osf_preprint: ['id', 'spam_data'],
};
