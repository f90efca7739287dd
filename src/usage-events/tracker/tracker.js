// Records the views of a page: see "tracker.js" in README.md.
(() => {
  const script = document.currentScript;
  const settings = script.dataset;
  const url = new URL('events/counted_usage/', script.src).href;
  const cookie = 'osf_metrics_session';
  let consented = settings.consent === 'granted';
  let lastUrl;

  // Without the place in the page; what looks like the address of a page of its own stays.
  const address = () => location.href.replace(/#(?![/!]).*/, '');

  const readCookie = (name) => document.cookie.match(`(?:^|; )${name}=([^;]*)`)?.[1];

  const mayKeepSession = () =>
    !navigator.globalPrivacyControl &&
    (consented || (settings.consentCookie && readCookie(settings.consentCookie) !== undefined));

  const sessionId = () => {
    if (!mayKeepSession()) return null;
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

  const pageview = (given = {}) => {
    const item = given.itemGuid ?? settings.itemGuid;
    const isSearch = 'search' in settings || given.search;
    const referrer = lastUrl ?? document.referrer;
    lastUrl = address();
    if (!item && !isSearch) return;
    send({
      item_guid: item || null,
      client_session_id: sessionId(),
      provider_id: given.providerId ?? settings.providerId ?? null,
      action_labels: ['web', ...(item ? ['view'] : []), ...(isSearch ? ['search'] : [])],
      pageview_info: {
        page_url: lastUrl,
        page_title: document.title,
        // An app has an address too, but none of the web.
        referer_url: /^https?:/.test(referrer) ? referrer : '',
        route_name: given.routeName ?? settings.routeName ?? null,
      },
    });
  };

  const navigated = () => {
    if (address() !== lastUrl && !('manual' in settings)) pageview();
  };
  for (const method of ['pushState', 'replaceState']) {
    const original = history[method];
    history[method] = function (...args) {
      original.apply(this, args);
      // The page sets its title after it navigates.
      setTimeout(navigated);
    };
  }
  addEventListener('popstate', () => setTimeout(navigated));
  // The browser kept the page while others were looked at, and did not run the script again.
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return;
    lastUrl = undefined;
    navigated();
  });

  window.osfMetrics = { pageview, consent: (given) => (consented = given) };

  // A page that is prepared before it is looked at is not viewed.
  if (document.prerendering) document.addEventListener('prerenderingchange', navigated, { once: true });
  else navigated();
})();
