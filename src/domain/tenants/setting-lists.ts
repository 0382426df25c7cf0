import { readCallsPerSpan } from '../../lib/collections/calls-per-span.ts'
import { asciiDomain } from '../../lib/text/domain-name.ts'
import { isObject } from '../../lib/text/json.ts'
import type { LimitName } from '../rate-limits/limits.ts'
import type { SettingRule } from './setting-rule.ts'

const maxDomains = 100

/** Every limit that a tenant can have a budget for. */
const limitNames: Readonly<Record<LimitName, true>> = {
  register: true,
  login: true,
  secondStep: true,
  passkeyLogin: true,
  refresh: true,
  passwordCheck: true,
  mail: true,
  oneTimeToken: true,
  textMessage: true,
  phoneCode: true,
  report: true,
  credentials: true,
  credentialsAndMail: true,
  mutation: true,
  query: true,
}

/** Domains of the addresses that accounts can have, as A-labels in lower case, each once. */
export const domainsRule: SettingRule<readonly string[]> = {
  read: readDomains,
  bounds: `At most ${maxDomains} domain names, such as example.com.`,
  weakness: () => null,
}

/** Additional budgets of the whole tenant, as calls per span by name. */
export const budgetsRule: SettingRule<Readonly<Partial<Record<LimitName, string>>>> = {
  read: readBudgets,
  bounds: 'Calls per span by name of the limit, such as { "login": "100/1m" }.',
  weakness: () => null,
}

function readDomains(value: unknown): readonly string[] | null {
  if (!Array.isArray(value) || value.length > maxDomains) return null
  const domains = value.map((name: unknown) =>
    typeof name === 'string' ? asciiDomain(name.trim().toLowerCase()) : null,
  )
  return domains.every((domain) => domain !== null) ? [...new Set(domains)].sort() : null
}

function readBudgets(value: unknown): Readonly<Partial<Record<LimitName, string>>> | null {
  if (!isObject(value)) return null
  const entries = Object.entries(value)
  const good = entries.filter(
    (entry): entry is [LimitName, string] =>
      isLimitName(entry[0]) && typeof entry[1] === 'string' && readCallsPerSpan(entry[1]) !== null,
  )
  return good.length === entries.length ? Object.fromEntries(good) : null
}

function isLimitName(name: string): name is LimitName {
  return Object.hasOwn(limitNames, name)
}
