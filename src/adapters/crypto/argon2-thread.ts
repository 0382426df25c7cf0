import { readlinkSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { hashSync, verifySync } from '@node-rs/argon2'
import type { Argon2Cost } from './argon2-engine.ts'

/** A request of ThreadedArgon2 to one of its threads. */
export type Argon2Request =
  | { readonly kind: 'hash'; readonly password: string; readonly cost: Argon2Cost }
  | {
      readonly kind: 'verify'
      readonly hash: string
      readonly password: string
      readonly secret: Uint8Array | null
    }

/** The hash, or whether the password matches; or why the work failed. */
export type Argon2Answer = { readonly result: string | boolean } | { readonly error: string }

// The entry point of a thread; the exception to the rule that importing a file has no side effects.
parentPort?.once('message', lowerPriority)
parentPort?.on('message', (request: Argon2Request) => parentPort?.postMessage(answer(request)))

function answer(request: Argon2Request): Argon2Answer {
  try {
    return { result: request.kind === 'hash' ? hash(request) : verify(request) }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}

function hash({ password, cost }: Extract<Argon2Request, { kind: 'hash' }>): string {
  const { memoryKib: memoryCost, passes: timeCost, lanes: parallelism, secret } = cost
  // The algorithm is argon2id by default.
  return hashSync(password, { memoryCost, timeCost, parallelism, ...secretOf(secret) })
}

function verify({ hash: stored, password, secret }: Extract<Argon2Request, { kind: 'verify' }>): boolean {
  return verifySync(stored, password, secretOf(secret))
}

function secretOf(secret: Uint8Array | null): { secret?: Uint8Array } {
  return secret === null ? {} : { secret }
}

/**
 * Requests that hash nothing go first. On Linux the priority belongs to a thread, and `/proc/thread-self` names the
 * thread that reads it. Other systems have no such name, and hash with the priority of the process.
 */
function lowerPriority(): void {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    if (Number.isInteger(thread) && thread > 0) setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // Not Linux.
  }
}
