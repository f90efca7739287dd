/** For parameter decorators: applies method decorators, such as those of OpenAPI, to the method of the parameter. */
export function documentMethod(
  target: object,
  method: string | symbol | undefined,
  decorators: readonly MethodDecorator[],
): void {
  if (method === undefined) return;
  const descriptor = Object.getOwnPropertyDescriptor(target, method);
  if (!descriptor) return;
  for (const decorator of decorators) decorator(target, method, descriptor);
}
