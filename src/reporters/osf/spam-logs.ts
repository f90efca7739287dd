import type { OsfColumns } from '../../osf/osf-schema.js';

const SPAM_ACTIONS = `('confirm_spam', 'confirm_ham', 'flag_spam')`;

/**
 * Selects the spam decisions about projects and registrations in a month, by moderators and filters. $1 is the start of the
 * month, $2 its end. Deleted nodes are included, because confirmed spam is deleted. Forks and registrations copy the logs
 * of their original; the copies are excluded.
 */
export const SELECT_NODE_SPAM_LOGS = `
  select log.action, node.type, node.spam_data ->> 'who_flagged' as who_flagged
  from osf_nodelog log
  join osf_abstractnode node on node.id = log.node_id
  where log.action in ${SPAM_ACTIONS} and log.date >= $1 and log.date < $2
    and coalesce(log.original_node_id, log.node_id) = log.node_id`;

/** Selects the spam decisions about preprints in a month. Parameters as for `SELECT_NODE_SPAM_LOGS`. */
export const SELECT_PREPRINT_SPAM_LOGS = `
  select log.action, preprint.spam_data ->> 'who_flagged' as who_flagged
  from osf_preprintlog log
  join osf_preprint preprint on preprint.id = log.preprint_id
  where log.action in ${SPAM_ACTIONS} and log.created >= $1 and log.created < $2`;

export const SPAM_LOG_COLUMNS: OsfColumns = {
  osf_nodelog: ['action', 'date', 'node_id', 'original_node_id'],
  osf_abstractnode: ['id', 'type', 'spam_data'],
  osf_preprintlog: ['action', 'created', 'preprint_id'],
  osf_preprint: ['id', 'spam_data'],
};
