import type { EnvReader } from '../../env-reader.ts'
import { addressOrRange } from '../../rules/host-rules.ts'
import { listOf } from '../../rules/list-rules.ts'
import type { Variables } from '../../variable.ts'

export const addressVariables = {
  ALLOWED_ADDRESSES: {
    unset: 'none',
    description:
      'IP addresses and ranges to which no limit per address, block, denial or country rule applies, for example of a monitor.',
  },
  DENIED_ADDRESSES: {
    unset: 'none',
    description: 'IP addresses and ranges whose requests are rejected.',
  },
} as const satisfies Variables

/** IP addresses and CIDR ranges. */
export interface AddressConfig {
  readonly allowed: readonly string[]
  readonly denied: readonly string[]
}

export function readAddresses(reader: EnvReader<typeof addressVariables>): AddressConfig {
  return {
    allowed: reader.read('ALLOWED_ADDRESSES', listOf(addressOrRange), []),
    denied: reader.read('DENIED_ADDRESSES', listOf(addressOrRange), []),
  }
}
