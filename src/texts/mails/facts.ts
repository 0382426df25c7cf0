import type { Language } from '../languages.ts'

/** The values that several texts of mails contain. */

/** A device: browser and operating system from fixed lists; null = unknown. */
export interface DeviceFacts {
  readonly browser: string | null
  readonly os: string | null
}

/** Where a request came from. */
export interface PlaceFacts {
  /** ISO 3166-1 code of two letters; null = unknown. */
  readonly country: string | null
  /** In CIDR notation; null = unknown. */
  readonly network: string | null
}

/** API keys that a mail names. */
export interface NamedKeys {
  readonly named: readonly NamedKey[]
  /** Number of further keys. */
  readonly others: number
}

export interface NamedKey {
  /** Null if the mail must not contain the name. */
  readonly name: string | null
  /** First characters of the key. */
  readonly prefix: string
}

/** Words of one language for these values. */
interface FactWords {
  readonly onSystem: (browser: string, os: string) => string
  readonly unknownDevice: string
  readonly network: (network: string) => string
  readonly unknownPlace: string
  readonly quoted: (name: string) => string
  readonly andMore: (count: number) => string
}

/** Functions that write these values in one language. */
export function factsIn(language: Language, words: FactWords) {
  return {
    device({ browser, os }: DeviceFacts): string {
      if (browser !== null && os !== null) return words.onSystem(browser, os)
      return browser ?? os ?? words.unknownDevice
    },
    place({ country, network }: PlaceFacts): string {
      if (country !== null) return countryName(language, country)
      return network === null ? words.unknownPlace : words.network(network)
    },
    keys({ named, others }: NamedKeys): string {
      const list = named.map(({ name, prefix }) =>
        name === null ? `${prefix}…` : `${words.quoted(name)} (${prefix}…)`,
      )
      return others > 0 ? `${list.join(', ')} ${words.andMore(others)}` : list.join(', ')
    },
  }
}

function countryName(language: Language, code: string): string {
  return new Intl.DisplayNames(language, { type: 'region' }).of(code) ?? code
}
