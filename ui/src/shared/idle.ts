/** Waits until nothing else is to do; at most so long. WebKitGTK does not tell: there it is after a while. */
export function idle(most = 2000): Promise<void> {
  return new Promise((resolve) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve(), { timeout: most });
    else setTimeout(resolve, 200);
  });
}
