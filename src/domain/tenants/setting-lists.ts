import { readCallsPerSpan } from '../../lib/collections/calls-per-span.ts'
import { asciiDomain } from '../../lib/text/domain-name.ts'
import { isObject } from '../../lib/text/json.ts'
import type { TenantLimitName } from '../rate-limits/limits.ts'
import { type EntryFault, type SettingRule, settingRule } from './setting-rule.ts'

const maxDomains = 100
/** There are fewer limits. Beyond it, mistakes are not listed one by one: an answer must not be much larger than its request. */
const maxBudgets = 100

/** Every limit that a tenant can have a budget for. */
const limitNames: Readonly<Record<TenantLimitName, true>> = {
  register: true,
  login: true,
  secondStep: true,
  passkeyLogin: true,
  refresh: true,
  passwordCheck: true,
  mail: true,
  textMessage: true,
  phoneCode: true,
  credentials: true,
  credentialsAndMail: true,
  mutation: true,
  query: true,
}

/** Domains of the addresses that accounts can have, as A-labels in lower case, each once. */
export const domainsRule: SettingRule<readonly string[]> = settingRule({
  read: readDomains,
  strictest: (value) => goodDomains(Array.isArray(value) ? value : []),
  bounds: `At most ${maxDomains} domain names, such as example.com.`,
  entryFaults: domainFaults,
  weakness: () => null,
})

/** Additional budgets of the whole tenant, as calls per span by name. */
export const budgetsRule: SettingRule<Readonly<Partial<Record<TenantLimitName, string>>>> = settingRule({
  read: readBudgets,
  // Entries that only a later version knows are left out: the budgets of the configuration bound the calls.
  strictest: (value) => (isObject(value) ? Object.fromEntries(goodBudgets(value)) : {}),
  bounds: 'Calls per span by name of the limit, such as { "login": "100/1m" }.',
  entryFaults: budgetFaults,
  weakness: () => null,
})

function readDomains(value: unknown): readonly string[] | null {
  if (!Array.isArray(value) || value.length > maxDomains) return null
  const names: readonly unknown[] = value
  return names.every((name) => readDomain(name) !== null) ? goodDomains(names) : null
}

function domainFaults(value: unknown): readonly EntryFault[] {
  if (!Array.isArray(value) || value.length > maxDomains) return []
  const names: readonly unknown[] = value
  const message = 'Must be a domain name, such as example.com.'
  return names.flatMap((name, place) => (readDomain(name) === null ? [{ key: String(place), message }] : []))
}

function goodDomains(names: readonly unknown[]): readonly string[] {
  return [...new Set(names.map(readDomain).filter((domain) => domain !== null))].sort()
}

function readDomain(name: unknown): string | null {
  return typeof name === 'string' ? asciiDomain(name.trim().toLowerCase()) : null
}

function readBudgets(value: unknown): Readonly<Partial<Record<TenantLimitName, string>>> | null {
  if (!isObject(value)) return null
  const good = goodBudgets(value)
  return good.length === Object.keys(value).length ? Object.fromEntries(good) : null
}

function budgetFaults(value: unknown): readonly EntryFault[] {
  if (!isObject(value) || Object.keys(value).length > maxBudgets) return []
  return Object.entries(value).flatMap(([key, text]) => {
    if (!isTenantLimit(key))
      return [{ key, message: `No such limit. Limits: ${Object.keys(limitNames).join(', ')}.` }]
    return typeof text === 'string' && readCallsPerSpan(text) !== null ? [] : [{ key, message: spanMessage }]
  })
}

const spanMessage =
  'Must be calls/span, such as 100/1m: 1 to 1000000 calls in whole seconds, minutes, hours or days, at most one day.'

function goodBudgets(
  value: Readonly<Record<string, unknown>>,
): readonly (readonly [TenantLimitName, string])[] {
  return Object.entries(value).filter(
    (entry): entry is [TenantLimitName, string] =>
      isTenantLimit(entry[0]) && typeof entry[1] === 'string' && readCallsPerSpan(entry[1]) !== null,
  )
}

/** Whether a limit is one that a tenant can have a budget for. */
export function isTenantLimit(name: string): name is TenantLimitName {
  return Object.hasOwn(limitNames, name)
}
