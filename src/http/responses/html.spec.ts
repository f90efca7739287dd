import { html } from './html.js';

describe('html', () => {
  it('escapes values, and keeps HTML', () => {
    const hostile = `<script>alert("1")</script> & 'x'`;
    const items = ['a<b', 'c'].map((each) => html`<li>${each}</li>`);
    expect(
      html`<p title="${hostile}">${hostile}${3}</p>
        <ul>
          ${items}
        </ul>`.text,
    ).toBe(
      '<p title="&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;">' +
        '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;3</p><ul><li>a&lt;b</li><li>c</li></ul>',
    );
  });
});
