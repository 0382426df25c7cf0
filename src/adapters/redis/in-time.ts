/** Time limit of a call. The command time-out of ioredis starts when a command is sent; pipelined commands wait before. */
const limitMs = 100

/**
 * Rejects if the reply does not arrive in time. Time in which this process was busy does not count: replies that have
 * already arrived are read before the call is rejected.
 */
export function inTime<T>(reply: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = () => reject(new Error(`Redis did not respond within ${limitMs} ms.`))
    const timer = setTimeout(() => setImmediate(fail), limitMs)
    reply.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
