import { addEventHandler } from 'jest-circus';

const DEFAULT_MILLISECONDS = Number(process.env['TEST_TIMEOUT_MILLISECONDS']);

type TestOrHook = { fn?: (() => unknown) | null; timeout?: number | null };

/** Fails tests and hooks that exceed their time limit. jest-light-runner ignores limits: a test that hangs never ends. */
addEventHandler((event, { currentDescribeBlock: { children, hooks } }) => {
  if (event.name === 'add_test') limit(children.at(-1) as TestOrHook);
  if (event.name === 'add_hook') limit(hooks.at(-1) as TestOrHook);
});

function limit(entry: TestOrHook): void {
  const { fn, timeout } = entry;
  if (!fn) return;
  const milliseconds = timeout ?? DEFAULT_MILLISECONDS;
  entry.fn = async () => {
    let timer: NodeJS.Timeout | undefined;
    const expiry = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`exceeded the limit of ${milliseconds} ms`)), milliseconds);
    });
    try {
      await Promise.race([fn(), expiry]);
    } finally {
      clearTimeout(timer);
    }
  };
}
