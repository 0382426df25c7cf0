import { setTimeout as sleep } from 'node:timers/promises'
import { clients } from './clients.ts'
import { type Call, HttpCaller } from './http-caller.ts'
import type { Load } from './messages.ts'
import { accounts, type CallerSession, emailOf, type ProductClient } from './product-client.ts'

/** One connection with its session. */
export interface Caller {
  readonly http: HttpCaller
  readonly session: CallerSession
}

const atOnce = 4
const maxAttempts = 30
const pauseMs = 1000
/** Further callers of a call share the sessions of the first ones, because signing in takes a password hash. */
const maxSessions = 256
/** Calls that require an account, but no session. */
const withoutSession: readonly string[] = ['login', 'register']

/** By server and call, because calls can be measured at the same time. */
const crowds = new Map<string, Caller[]>()
/** The addresses that are registered, with the URL of the server. */
const signedUp = new Set<string>()

export function productOf(name: string): ProductClient {
  const product = clients[name]
  if (product === undefined) throw new Error(`There is no client named ${name}.`)
  return product
}

/** Signs callers up and in until there are enough. Few at a time, so that no server refuses. Streams belong to callers of `me`. */
export async function gatherCallers({ product, url, call, pattern }: Load): Promise<readonly Caller[]> {
  const key = `${url} ${pattern.kind === 'streams' ? 'me' : call}`
  const callers = crowds.get(key) ?? []
  crowds.set(key, callers)
  const needed = Math.min(pattern.callers, maxSessions)
  while (callers.length < needed) {
    const from = callers.length
    const batch = Array.from({ length: Math.min(atOnce, needed - from) }, (_, n) => from + n)
    callers.push(...(await Promise.all(batch.map((n) => enter(productOf(product), url, call, n)))))
  }
  for (let n = callers.length; n < pattern.callers; n += 1) {
    const session = callers[n % maxSessions]?.session
    if (session !== undefined) callers.push({ http: new HttpCaller(url, n), session })
  }
  return callers.slice(0, pattern.callers)
}

async function enter(product: ProductClient, url: string, call: string, n: number): Promise<Caller> {
  // Each login is a session, and an account has a limited number: those of other callers must not end.
  const account = call === 'login' ? accounts - 1 - (n % accounts) : n % accounts
  const session = { email: emailOf(account), accessToken: '', refreshToken: '' }
  const caller = { http: new HttpCaller(url, n), session }
  const name = `${url} ${session.email}`
  const isNew = product.signUp !== undefined && !signedUp.has(name)
  signedUp.add(name)
  const signIn = product.signIn?.(session)
  if (signIn === undefined || (withoutSession.includes(call) && !isNew)) return caller
  await sendPatiently(product, caller, [...(isNew ? [product.signUp?.(session) ?? signIn] : []), signIn])
  return caller
}

/**
 * Sends the first of the calls that succeeds. Repeats them, because an overloaded machine refuses some. A registration that was
 * reported as refused can have succeeded; the second call then signs in.
 */
async function sendPatiently(
  product: ProductClient,
  { http, session }: Caller,
  calls: readonly Call[],
): Promise<void> {
  let refusal = ''
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    for (const call of calls) {
      const reply = await http.send(call)
      if (product.accept(session, reply)) return
      refusal = `${reply.status} ${reply.body}`
    }
    await sleep(pauseMs)
  }
  throw new Error(`Signing in failed: ${refusal}`)
}
