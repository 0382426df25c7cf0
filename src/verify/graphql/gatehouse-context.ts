import { isObject } from '../json.ts'
import type { Outcome } from '../outcome.ts'

/** What the adapters add to the context of an operation. */
export interface GatehouseContext {
  /** The outcome of checking the credential of the request. */
  readonly gatehouse: Outcome
}

/** @throws Error if the context was made without an adapter: nothing is allowed then */
export function outcomeOf(context: unknown): Outcome {
  if (hasOutcome(context)) return context.gatehouse
  throw new Error(
    'The context has no member `gatehouse`. Use useGatehouse or createContext, or add the outcome of authenticate.',
  )
}

function hasOutcome(context: unknown): context is GatehouseContext {
  return isObject(context) && isObject(context.gatehouse) && typeof context.gatehouse.kind === 'string'
}
