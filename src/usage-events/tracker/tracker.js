// Records the views of a page: see "tracker.js" in README.md.
(() => {
  const script = document.currentScript;
  const settings = script.dataset;
  const url = new URL('events/counted_usage/', script.src).href;
  const cookie = 'osf_metrics_session';
  let consented = settings.consent === 'granted';
  let lastUrl;

  // The URL without its fragment, unless the fragment is a route: `#/` or `#!`.
  const pageUrl = () => location.href.replace(/#(?![/!]).*/, '');

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

  const send = (attributes) => {
    const body = JSON.stringify({ data: { type: 'counted-usage', attributes } });
    const type = 'application/vnd.api+json';
    fetch(url, {
      method: 'POST',
      body,
      headers: { 'Content-Type': type },
      keepalive: true,
      credentials: navigator.globalPrivacyControl ? 'omit' : 'include',
    }).catch(() => {});
  };

  const pageview = (options = {}) => {
    const item = options.itemGuid ?? settings.itemGuid;
    const isSearch = 'search' in settings || options.search;
    const referrer = lastUrl ?? document.referrer;
    lastUrl = pageUrl();
    if (!item && !isSearch) return;
    send({
      item_guid: item || null,
      client_session_id: sessionId(),
      provider_id: options.providerId ?? settings.providerId ?? null,
      action_labels: ['web', ...(item ? ['view'] : []), ...(isSearch ? ['search'] : [])],
      pageview_info: {
        page_url: lastUrl,
        page_title: document.title,
        // The referrer can be an app: android-app://…
        referer_url: /^https?:/.test(referrer) ? referrer : '',
        route_name: options.routeName ?? settings.routeName ?? null,
      },
    });
  };

  const recordNavigation = () => {
    if (pageUrl() !== lastUrl && !('manual' in settings)) pageview();
  };
  for (const method of ['pushState', 'replaceState']) {
    const original = history[method];
    history[method] = function (...args) {
      original.apply(this, args);
      // Pages set their title after they navigate.
      setTimeout(recordNavigation);
    };
  }
  addEventListener('popstate', () => setTimeout(recordNavigation));
  // A page from the back/forward cache does not run the script again.
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return;
    lastUrl = undefined;
    recordNavigation();
  });

  window.osfMetrics = { pageview, consent: (isGranted) => (consented = isGranted) };

  // A prerendered page is viewed once it is shown.
  if (document.prerendering) document.addEventListener('prerenderingchange', recordNavigation, { once: true });
  else recordNavigation();
})();
