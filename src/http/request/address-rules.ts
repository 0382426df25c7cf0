import type { GeoLocator } from '../../domain/risk/geo-locator.ts'
import { AddressList } from './address-list.ts'

/** Networks without a country: private (RFC 1918, 4193), shared (6598), loopback and link-local ones. */
const countryless = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::1',
  'fc00::/7',
  'fe80::/10',
]

export interface AddressRulesDeps {
  /** Addresses and ranges that are exempt from every rule and limit. */
  readonly allowed: readonly string[]
  readonly denied: readonly string[]
  /** Null: no address database, hence no rules by country. */
  readonly countries: {
    readonly locator: GeoLocator
    /** Null: all countries. */
    readonly allowed: readonly string[] | null
    readonly denied: readonly string[]
  } | null
}

/** Reason why an address is not served. */
export type AddressRefusal = 'denied' | 'country'

/** Decides which addresses are served, by the operator's lists. An allowed address is exempt from all other rules. */
export class AddressRules {
  readonly #exempt: AddressList
  readonly #denied: AddressList
  readonly #countryless = new AddressList(countryless)
  readonly #countries: AddressRulesDeps['countries']

  constructor({ allowed, denied, countries }: AddressRulesDeps) {
    this.#exempt = new AddressList(allowed)
    this.#denied = new AddressList(denied)
    const ruled = countries !== null && (countries.allowed !== null || countries.denied.length > 0)
    this.#countries = ruled ? countries : null
  }

  /** Whether the address is exempt from limits per address, blocks and rules. */
  isExempt(address: string): boolean {
    return this.#exempt.has(address)
  }

  /** Null if the address is served. An unknown address is served: it can be any client of a gateway. */
  refusalOf(address: string | null): AddressRefusal | null {
    if (address === null || this.#exempt.has(address)) return null
    if (this.#denied.has(address)) return 'denied'
    return this.#isForeign(address) ? 'country' : null
  }

  /** An address without a known country is in no allowed country and in no denied one. */
  #isForeign(address: string): boolean {
    if (this.#countries === null || this.#countryless.has(address)) return false
    const { locator, allowed, denied } = this.#countries
    const country = locator.locate(address)?.country ?? null
    if (country === null) return allowed !== null
    return denied.includes(country) || (allowed !== null && !allowed.includes(country))
  }
}
