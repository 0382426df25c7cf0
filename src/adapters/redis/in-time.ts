/**
 * Rejects if the reply does not arrive in time. The command time-out of ioredis is no substitute: it starts when a command
 * is sent, and pipelined commands wait before. Time in which this process was busy does not count: replies that have
 * already arrived are read before the call is rejected.
 */
export function inTime<T>(limitMs: number, reply: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = () => reject(new Error(`Redis did not respond within ${limitMs} ms.`))
    const timer = setTimeout(() => setImmediate(fail), limitMs)
    reply.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
