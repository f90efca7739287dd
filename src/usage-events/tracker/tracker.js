// Records the views of a page: see docs/api.md.
(() => {
  // A module has no current script. In a bundle, `osfMetricsSettings` takes the place of the attributes.
  const script = document.currentScript ?? document.querySelector('script[src*="/tracker.js"]');
  const settings = { ...script?.dataset, ...window.osfMetricsSettings };
  const url = settings.url ?? new URL('events/counted_usage/', script?.src ?? location).href;
  const cookie = 'osf_metrics_session';
  const settleMilliseconds = 1000;
  let consented = settings.consent === 'granted';
  let hasWarned = false;
  let lastUrl;
  let lastPage;
  let pending;

  // A fragment that is a route, `#/` or `#!`, is part of the page.
  const route = () => /^#[/!]/.test(location.hash) && location.hash;
  const isSearch = () => 'search' in settings;
  // Without the query, which pages rewrite to remove campaign parameters; on a search page, it is another search.
  const currentPage = () => [location.pathname, route(), isSearch() && location.search].join('\n');

  const readCookie = (name) => document.cookie.match(`(?:^|; )${name}=([^;]*)`)?.[1];

  const mayUseCookie = () =>
    !navigator.globalPrivacyControl &&
    (consented || (settings.consentCookie && readCookie(settings.consentCookie) !== undefined));

  const sessionId = () => {
    if (!mayUseCookie()) return null;
    const id = readCookie(cookie) || crypto.randomUUID?.() || String(Math.random()).slice(2);
    document.cookie = `${cookie}=${id}; max-age=1500; path=/; samesite=lax`;
    return id;
  };

  const warn = (reason) => {
    if (!hasWarned) console.warn(`osf-metrics: ${url} does not record usages: ${reason}`);
    hasWarned = true;
  };

  const send = (item, labels, pageview_info) =>
    fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/vnd.api+json' },
      body: JSON.stringify({
        data: {
          type: 'counted-usage',
          attributes: {
            item_guid: item || null,
            client_session_id: sessionId(),
            provider_id: settings.providerId ?? null,
            action_labels: ['web', ...labels],
            pageview_info,
          },
        },
      }),
      keepalive: true,
      credentials: navigator.globalPrivacyControl ? 'omit' : 'include',
    }).then((response) => response.ok || warn(`status ${response.status}`), warn);

  // Pages set their title after they navigate: it is read once the page has settled, or the visitor leaves.
  const flush = () => {
    clearTimeout(pending?.timer);
    pending?.send();
    pending = undefined;
  };

  const pageview = (options = {}, delay = 0) => {
    flush();
    const item = options.itemGuid ?? settings.itemGuid;
    const search = isSearch() || options.search;
    const page_url = location.href.split('#')[0] + (route() || '');
    const referer_url = lastUrl ?? document.referrer;
    [lastUrl, lastPage] = [page_url, currentPage()];
    if (!item && !search) return;
    const route_name = options.routeName ?? settings.routeName ?? null;
    pending = {
      timer: setTimeout(flush, delay),
      send: () =>
        send(item, [...(item ? ['view'] : []), ...(search ? ['search'] : [])], {
          page_url,
          page_title: document.title,
          referer_url,
          route_name,
        }),
    };
    if (!delay) flush();
  };

  const recordNavigation = () => {
    if (currentPage() !== lastPage && !('manual' in settings)) pageview({}, settleMilliseconds);
  };
  const { pushState, replaceState } = history;
  history.pushState = function (...args) {
    pushState.apply(this, args);
    recordNavigation();
  };
  history.replaceState = function (...args) {
    const { pathname } = location;
    replaceState.apply(this, args);
    if (location.pathname !== pathname) recordNavigation();
    else lastPage = currentPage();
  };
  addEventListener('popstate', recordNavigation);
  addEventListener('pagehide', flush);
  document.addEventListener('visibilitychange', () => document.hidden && flush());
  // A page from the back/forward cache does not run the script again.
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return;
    lastUrl = lastPage = undefined;
    recordNavigation();
  });

  // `data-downloads="pdf zip"` counts links to such files, and every link with a `download` attribute.
  const isDownload = ({ pathname, dataset, attributes }) =>
    'download' in attributes ||
    'downloadGuid' in dataset ||
    settings.downloads.split(/[\s,]+/).includes(pathname.split('.').pop().toLowerCase());
  if ('downloads' in settings) {
    const record = ({ target, button }) => {
      const link = target.closest?.('a[href]');
      const item = link?.dataset.downloadGuid ?? settings.itemGuid;
      if (link && item && button < 2 && isDownload(link)) void send(item, ['download'], null);
    };
    for (const event of ['click', 'auxclick']) addEventListener(event, record, true);
  }

  window.osfMetrics = { pageview, consent: (isGranted) => (consented = isGranted) };

  // A prerendered page is viewed once it is shown.
  if (document.prerendering) document.addEventListener('prerenderingchange', recordNavigation, { once: true });
  else recordNavigation();
})();
