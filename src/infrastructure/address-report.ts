import type { AddressReport } from '../adapters/prisma/migrations/normalise-addresses.ts'

/** The result of the normalisation of addresses, for operators. */
interface AddressNotes {
  /** Null: no address was changed. */
  readonly done: string | null
  /** A sentence for each account whose address has to be changed by hand. */
  readonly problems: readonly string[]
}

/** Describes the result of the normalisation, for the log of a start and for the command `migrate`. */
export function describeAddresses({ changed, collisions, invalid }: AddressReport): AddressNotes {
  return {
    done: changed === 0 ? null : `normalised the domains of ${changed} addresses`,
    problems: [
      ...collisions.map((id) => `collision: the normalised address of user ${id} belongs to another account`),
      ...invalid.map((id) => `invalid: the address of user ${id} is not valid any more`),
    ],
  }
}
