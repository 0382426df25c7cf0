/** No call takes longer. The limit of a command begins when it is sent, and those that are gathered wait for others. */
const limitMs = 100

/**
 * Rejects when the answer does not come in time. Time that this process itself was busy does not count: what has arrived
 * by then is read before anybody gives up.
 */
export function inTime<T>(answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new Error('Redis did not answer in time.'))
    const timer = setTimeout(() => setImmediate(giveUp), limitMs)
    answer.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
