// The load generator, in a process of its own. It receives orders over the channel to its parent.
import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Caller, gatherCallers, productOf } from './crowd.ts'
import type { Call } from './http-caller.ts'
import type { Load, LoadOrder, LoadReply, LoadResult } from './messages.ts'
import type { CallerSession } from './product-client.ts'

const nothing: LoadResult = { seconds: 0, latencies: [], refused: [], unanswered: 0, refusal: null }
/** Ends the stretches that run, by the id of their order. */
const running = new Map<number, AbortController>()

type Send = (caller: Caller, plannedAt: number) => Promise<void>

async function run(id: number, load: Load): Promise<LoadResult> {
  const product = productOf(load.product)
  const callOf = product.calls[load.call]
  if (callOf === undefined) throw new Error(`${load.product} has no call named ${load.call}.`)
  const callers = await gatherCallers(load)
  const latencies: number[] = []
  const refused: number[] = []
  let unanswered = 0
  let refusal: string | null = null
  const send: Send = async ({ http, session }, plannedAt) => {
    const reply = await http.send(callOf(session)).catch((error: Error) => error)
    const accepted = !(reply instanceof Error) && product.accept(session, reply)
    const took = performance.now() - plannedAt
    if (accepted) latencies.push(took)
    else refused.push(took)
    if (reply instanceof Error) unanswered += 1
    if (!accepted) refusal ??= reply instanceof Error ? reply.message : `${reply.status} ${reply.body}`
  }
  const ending = new AbortController()
  setMaxListeners(0, ending.signal)
  running.set(id, ending)
  const startedAt = performance.now()
  const { pattern } = load
  if (pattern.kind === 'loop') await loop(callers, pattern.requests, send, ending.signal)
  else if (pattern.kind === 'rate') await keepRate(callers, pattern, send)
  else await openStreams(callers, callOf, ending.signal)
  if (pattern.kind !== 'streams') running.delete(id)
  const seconds = (performance.now() - startedAt) / 1000
  return { seconds, latencies: ascending(latencies), refused: ascending(refused), unanswered, refusal }
}

async function loop(
  callers: readonly Caller[],
  requests: number | null,
  send: Send,
  ending: AbortSignal,
): Promise<void> {
  let left = requests ?? Number.POSITIVE_INFINITY
  const repeat = async (caller: Caller) => {
    while (left > 0 && !ending.aborted) {
      left -= 1
      await send(caller, performance.now())
    }
  }
  await Promise.all(callers.map(repeat))
}

async function keepRate(
  callers: readonly Caller[],
  { perSecond, requests }: { readonly perSecond: number; readonly requests: number },
  send: Send,
): Promise<void> {
  const startedAt = performance.now()
  const sent: Promise<void>[] = []
  for (let n = 0; n < requests; n += 1) {
    const plannedAt = startedAt + (n / perSecond) * 1000
    const waitMs = plannedAt - performance.now()
    if (waitMs > 0) await sleep(waitMs)
    const caller = callers[n % callers.length]
    if (caller !== undefined) sent.push(send(caller, plannedAt))
  }
  await Promise.all(sent)
}

/** Streams stay open until the stretch is ended. @throws if one is refused */
async function openStreams(
  callers: readonly Caller[],
  callOf: (session: CallerSession) => Call,
  ending: AbortSignal,
): Promise<void> {
  for (const { http, session } of callers) {
    const close = await http.open(callOf(session))
    ending.addEventListener('abort', close)
  }
}

const ascending = (values: number[]) => values.sort((a, b) => a - b)

process.on('message', async (order: LoadOrder) => {
  if (order.kind === 'end') {
    running.get(order.id)?.abort()
    running.delete(order.id)
    return
  }
  const { kind, id, load } = order
  const reply: LoadReply = await (kind === 'run'
    ? run(id, load)
    : gatherCallers(load).then(() => nothing)
  ).then(
    (result) => ({ id, result }),
    (error: Error) => ({ id, error: error.message }),
  )
  process.send?.(reply)
})

// The measurement has ended.
process.on('disconnect', () => process.exit())
