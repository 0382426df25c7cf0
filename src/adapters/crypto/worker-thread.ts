import { type ResourceLimits, Worker } from 'node:worker_threads'

/**
 * Starts a thread of this folder. Node 20 does not run TypeScript: when the sources run directly (`npm run dev`, tests),
 * tsx loads them in the thread too.
 */
export function startThread(name: string, resourceLimits: ResourceLimits): Worker {
  if (import.meta.url.endsWith('.js')) {
    return new Worker(new URL(`./${name}.js`, import.meta.url), { resourceLimits })
  }
  const entry = JSON.stringify(new URL(`./${name}.ts`, import.meta.url).href)
  const tsx = JSON.stringify(import.meta.resolve('tsx/esm/api'))
  const load = `import(${tsx}).then((tsx) => tsx.register()).then(() => import(${entry}))`
  return new Worker(load, { eval: true, resourceLimits })
}

/** The next message of the thread. Rejects if none arrives in time, or the thread fails or ends. */
export function nextMessage<T>(worker: Worker, withinMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer)
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
    }
    const fail = (error: Error) => {
      done()
      reject(error)
    }
    const onMessage = (message: T) => {
      done()
      resolve(message)
    }
    const onError = (error: Error) => fail(error)
    const onExit = () => fail(new Error('The thread ended.'))
    const timer = setTimeout(
      () => fail(new Error(`The thread did not respond within ${withinMs} ms.`)),
      withinMs,
    )
    timer.unref()
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
  })
}
