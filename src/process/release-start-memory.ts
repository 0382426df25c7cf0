/**
 * Collects what the start has left, once: half of the heap, and a young generation of full size. V8 does so by itself after a minute without
 * requests. Takes 0.1 s of the main thread; later, when functions are optimised, it would slow down the next requests.
 */
export async function releaseStartMemory(): Promise<void> {
  try {
    // A Node without inspector has no such module.
    const { Session } = await import('node:inspector/promises')
    const session = new Session()
    session.connect()
    await session.post('HeapProfiler.collectGarbage')
    session.disconnect()
  } catch {
    // V8 collects it later.
  }
}
