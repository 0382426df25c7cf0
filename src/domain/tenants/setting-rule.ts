import type { TenantRules } from './tenant-rules.ts'

/** What a setting of a tenant can be. */
export interface SettingRule<T> {
  /** The given value; null if its type is another or it is out of bounds. */
  read(value: unknown): T | null
  /**
   * The value that counts for a stored one which `read` does not accept: a later version wrote it. It is the strictest one that can be
   * meant, and never null, which is the weakest.
   */
  strictest(value: unknown): T
  /** What `read` accepts, as a sentence. */
  readonly bounds: string
  /** How the value is weaker than the configuration, as a sentence; null if it is not. */
  weakness(value: T, configured: TenantRules): string | null
  /** The mistakes inside a list that `read` does not accept. None: the value is wrong as a whole. */
  entryFaults?(value: unknown): readonly EntryFault[]
  /** Why a given value is refused; none if it is valid. */
  faultsOf(value: unknown, configured: TenantRules): readonly SettingFault[]
}

export interface EntryFault {
  /** The place or the name of the entry. */
  readonly key: string
  /** What it requires, as a sentence. */
  readonly message: string
}

export interface SettingFault {
  /** Where in the value; empty: the value as a whole. */
  readonly path: readonly string[]
  readonly code: 'OUT_OF_BOUNDS' | 'WEAKER_THAN_CONFIGURED'
  readonly message: string
}

export function settingRule<T>(rule: Omit<SettingRule<T>, 'faultsOf'>): SettingRule<T> {
  return {
    ...rule,
    faultsOf(value, configured) {
      const read = rule.read(value)
      if (read === null) return boundFaults(rule, value)
      const message = rule.weakness(read, configured)
      return message === null ? [] : [{ path: [], code: 'WEAKER_THAN_CONFIGURED', message }]
    },
  }
}

function boundFaults(
  { bounds, entryFaults }: Pick<SettingRule<unknown>, 'bounds' | 'entryFaults'>,
  value: unknown,
): readonly SettingFault[] {
  const inside = entryFaults?.(value) ?? []
  const code = 'OUT_OF_BOUNDS'
  if (inside.length === 0) return [{ path: [], code, message: bounds }]
  return inside.map(({ key, message }) => ({ path: [key], code, message }))
}

/** A whole number that the configuration bounds from below. */
export function atLeast(
  least: number,
  most: number,
  configuredOf: (rules: TenantRules) => number,
): SettingRule<number> {
  return settingRule({
    ...wholeNumber(least, most),
    strictest: (value) => (typeof value === 'number' ? clamp(value, least, most) : most),
    weakness(value, configured) {
      const bound = configuredOf(configured)
      return value < bound ? `At least ${bound}, the configured value.` : null
    },
  })
}

/** A whole number that the configuration bounds from above, if it has a value. */
export function atMost(
  least: number,
  most: number,
  configuredOf: (rules: TenantRules) => number | null,
): SettingRule<number> {
  return settingRule({
    ...wholeNumber(least, most),
    strictest: (value) => (typeof value === 'number' ? clamp(value, least, most) : least),
    weakness(value, configured) {
      const bound = configuredOf(configured)
      return bound !== null && value > bound ? `At most ${bound}, the configured value.` : null
    },
  })
}

/** A switch that a tenant can only turn on. */
export const onlyTrue: SettingRule<boolean> = settingRule({
  read: (value) => (typeof value === 'boolean' ? value : null),
  strictest: () => true,
  bounds: 'True, or null for the configured value.',
  weakness: (value) => (value ? null : 'Only true; null returns to the configuration.'),
})

/** One of several levels, from the weakest to the strictest, not below the configured one. */
export function upwards<T extends string>(
  levels: readonly [...T[], T],
  configuredOf: (rules: TenantRules) => T,
): SettingRule<T> {
  return settingRule({
    read: (value) => levels.find((level) => level === value) ?? null,
    strictest: () => levels[levels.length - 1] ?? levels[0],
    bounds: `One of ${levels.map((level) => level.toUpperCase()).join(', ')}.`,
    weakness(value, configured) {
      const bound = configuredOf(configured)
      return levels.indexOf(value) < levels.indexOf(bound)
        ? `Not below ${bound.toUpperCase()}, the configured value.`
        : null
    },
  })
}

function wholeNumber(least: number, most: number): Pick<SettingRule<number>, 'read' | 'bounds'> {
  return {
    read: (value) =>
      typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most ? value : null,
    bounds: `A whole number from ${least} to ${most}.`,
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.floor(value)))
}
