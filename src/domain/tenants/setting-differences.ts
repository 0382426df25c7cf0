import { isObject, type JsonObject, type JsonValue } from '../../lib/text/json.ts'
import type { SettingChanges } from './setting-faults.ts'
import { type SettingName, settingRules, type TenantSettings } from './tenant-settings.ts'

const names = Object.keys(settingRules) as readonly SettingName[]

/** The settings that differ, by name, each with both values. Null: as configured. */
export function settingDifferences(before: TenantSettings, after: TenantSettings): JsonObject {
  const pairs = names.map((name) => [name, { from: toJson(before[name]), to: toJson(after[name]) }] as const)
  return Object.fromEntries(pairs.filter(([, { from, to }]) => JSON.stringify(from) !== JSON.stringify(to)))
}

/**
 * The JSON to store after a change. Only the given settings are written, so that what a later version of the service has stored stays
 * as it is.
 */
export function storedSettings(
  stored: JsonValue,
  changes: SettingChanges,
  after: TenantSettings,
): JsonObject {
  const given = names.filter((name) => changes[name] !== undefined)
  const kept = Object.entries(isObject(stored) ? stored : {}).filter(
    ([name]) => !given.some((one) => one === name),
  )
  const written = given.map((name) => [name, toJson(after[name])] as const)
  return Object.fromEntries([...kept, ...written.filter(([, value]) => value !== null)])
}

function toJson(value: TenantSettings[SettingName]): JsonValue {
  if (typeof value !== 'object' || value === null) return value
  return Array.isArray(value) ? [...value] : { ...value }
}
