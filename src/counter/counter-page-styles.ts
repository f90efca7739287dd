/** The styles of the page, which follows the reader's choice of light or dark colours. */
export const PAGE_STYLES = `
:root { color-scheme: light dark; --accent: light-dark(#1b5e9c, #8fc3ff); --line: light-dark(#c9d1d9, #3d444d); }
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; color: light-dark(#1f2328, #e6edf3); background: light-dark(#fff, #14181d); }
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .75rem; }
h2 { font-size: 1.2rem; margin: 0 0 .25rem; }
form { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 1rem; margin: 1.5rem 0; }
form div { display: grid; gap: .25rem; align-content: start; }
label { font-weight: 600; font-size: .9rem; }
input, select, button { font: inherit; width: 100%; height: 2.6rem; padding: .4rem .6rem; border: 1px solid var(--line); border-radius: .4rem; color: inherit; background: light-dark(#fff, #1d232a); }
button { align-self: end; font-weight: 600; color: light-dark(#fff, #14181d); background: var(--accent); border-color: var(--accent); cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
a { color: var(--accent); }
section, [role] { padding: 1rem 1.25rem; border: 1px solid var(--line); border-radius: .5rem; }
[role='alert'] { border-color: light-dark(#b3261e, #ff8a80); }
.note { color: light-dark(#57606a, #9aa4ae); font-size: .9rem; margin-bottom: 0; }
`.trimStart();
