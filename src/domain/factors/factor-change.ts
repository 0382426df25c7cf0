import { isUuid } from '../../lib/ids/uuid.ts'
import { isObject } from '../../lib/text/json.ts'

export const factorKinds = ['TOTP', 'PASSKEY'] as const
export type FactorKind = (typeof factorKinds)[number]

/** A change of a factor that a mailed link can take back. */
export type FactorChange =
  /** `replaced`: id of the factor of the same kind that the new one replaced; null: none. */
  | {
      readonly change: 'ADDED'
      readonly factor: FactorKind
      readonly id: string
      readonly replaced: string | null
    }
  | { readonly change: 'REMOVED'; readonly factor: FactorKind; readonly id: string }

/** Reads a change as it is stored; null for anything else, such as a kind that a newer version knows. */
export function readFactorChange(value: unknown): FactorChange | null {
  if (!isObject(value)) return null
  const { change, id, replaced } = value
  const factor = factorKinds.find((kind) => kind === value.factor)
  if (factor === undefined || !isUuid(id)) return null
  if (change === 'REMOVED') return { change, factor, id }
  if (change === 'ADDED' && (replaced === null || isUuid(replaced))) return { change, factor, id, replaced }
  return null
}
