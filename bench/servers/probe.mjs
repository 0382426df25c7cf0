// Loaded into every measured server with `--import`: reports the CPU time, the memory and the event loop of the process
// over the channel to its parent, and records CPU profiles.
import { readFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import { isMainThread } from 'node:worker_threads'

const inspector = new Session()
const loop = monitorEventLoopDelay({ resolution: 1 })

/** Linux counts the CPU time of each thread. Elsewhere: not a number. */
function mainThreadMicros() {
  if (process.platform !== 'linux') return Number.NaN
  const [nanoseconds] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')
  return Number(nanoseconds) / 1000
}

/** @type {Record<string, () => unknown>} */
const answers = {
  /** CPU time of all threads and of the main thread, in microseconds. */
  cpu() {
    const { user, system } = process.cpuUsage()
    return { all: user + system, main: mainThreadMicros() }
  },
  async memory() {
    // Typed arrays are released after a collection, not by it.
    for (let count = 0; count < 2; count += 1) {
      globalThis.gc?.()
      await setTimeout(100)
    }
    const { rss, heapUsed, external } = process.memoryUsage()
    return { rss, used: heapUsed + external }
  },
  watchLoop() {
    loop.reset()
    loop.enable()
  },
  /** The longest delay of the event loop since `watchLoop`, in milliseconds. */
  longestPause() {
    loop.disable()
    return loop.max / 1e6
  },
  async startProfile() {
    inspector.connect()
    await inspector.post('Profiler.enable')
    await inspector.post('Profiler.setSamplingInterval', { interval: 1000 })
    await inspector.post('Profiler.start')
  },
  async stopProfile() {
    const { profile } = await inspector.post('Profiler.stop')
    inspector.disconnect()
    return profile
  },
}

if (isMainThread && process.send !== undefined) {
  process.on('message', async (/** @type {{ probe?: string }} */ { probe }) => {
    if (probe === undefined) return
    process.send?.({ probe, answer: await answers[probe]?.() })
  })
  // The measurement has ended.
  process.on('disconnect', () => process.exit())
  // The channel does not keep a server alive that stops.
  process.channel?.unref()
}
