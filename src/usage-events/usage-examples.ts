/** A page view as a browser sends it. */
export const USAGE_EXAMPLE = {
  item_guid: 'abc12',
  client_session_id: 'visitor-1',
  provider_id: 'osf',
  action_labels: ['web', 'view'],
  pageview_info: {
    page_url: 'https://osf.io/abc12/files',
    page_title: 'OSF | A study of studies',
    referer_url: 'https://scholar.google.com/',
    route_name: 'files',
  },
};

/** A download that a trusted client saw. */
export const TRUSTED_USAGE_EXAMPLE = {
  item_guid: 'abc12',
  client_session_id: 'visitor-1',
  action_labels: ['web', 'download'],
  user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  client_ip: '192.0.2.1',
};
