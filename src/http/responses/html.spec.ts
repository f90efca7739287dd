import { html } from './html.js';

describe('html', () => {
  it('escapes values, and keeps HTML', () => {
    const hostile = `<script>alert("1")</script> & 'x'`;
    const items = ['a<b', 'c'].map((each) => html`<li>${each}</li>`);
    const escaped = '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;';
    expect(html`<p title="${hostile}">${hostile}${3}</p>`.text).toBe(`<p title="${escaped}">${escaped}3</p>`);
    expect(html`${items}`.text).toBe('<li>a&lt;b</li><li>c</li>');
  });
});
