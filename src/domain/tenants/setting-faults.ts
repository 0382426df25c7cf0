import type { InputIssue } from '../problems.ts'
import { applySettings } from './apply-settings.ts'
import type { TenantRules } from './tenant-rules.ts'
import { readSettings, type SettingName, settingRules, type TenantSettings } from './tenant-settings.ts'

/** What a change of settings contains: absent settings stay, null returns to the configuration. */
export type SettingChanges = { readonly [Name in SettingName]?: unknown }

/** The settings after a change, or all its mistakes. */
export type ChangedSettings =
  | { readonly settings: TenantSettings; readonly issues: readonly [] }
  | { readonly settings: null; readonly issues: readonly InputIssue[] }

export interface SettingBounds {
  readonly configured: TenantRules
  /** Whether the service sends mails. */
  readonly sendsMail: boolean
}

/** Only commands can name such a setting: the API refuses it earlier. */
const unknownSetting = {
  code: 'UNKNOWN_SETTING',
  message: `There is no such setting. Settings: ${Object.keys(settingRules).join(', ')}.`,
}

/** Merges changes into settings. Paths of issues begin at the settings. */
export function changeSettings(
  current: TenantSettings,
  changes: SettingChanges,
  { configured, sendsMail }: SettingBounds,
): ChangedSettings {
  const names = Object.keys(settingRules) as readonly SettingName[]
  const issues = names.flatMap((name) => {
    const value = changes[name] ?? null
    const faults = value === null ? [] : settingRules[name].faultsOf(value, configured)
    return faults.map(({ path, ...fault }): InputIssue => ({ path: [name, ...path], ...fault }))
  })
  const unknown = Object.keys(changes).flatMap((name): InputIssue[] =>
    Object.hasOwn(settingRules, name) ? [] : [{ path: [name], ...unknownSetting }],
  )
  const faulty = new Set([...unknown, ...issues].map(({ path }) => path[0]))
  const settings = readSettings({ ...current, ...given(changes, faulty) })
  // Every conflict depends on emailVerification.
  const conflicts = faulty.has('emailVerification')
    ? []
    : conflictsOf(settings, applySettings(configured, settings), sendsMail)
  const all = [...unknown, ...issues, ...conflicts.filter(({ path }) => !faulty.has(path[0]))]
  return all.length === 0 ? { settings, issues: [] } : { settings: null, issues: all }
}

/** The changes without faults. */
function given(changes: SettingChanges, faulty: ReadonlySet<string | undefined>): SettingChanges {
  const entries = Object.entries(changes)
  return Object.fromEntries(entries.filter(([name, value]) => value !== undefined && !faulty.has(name)))
}

/** Settings that are valid alone and not together, or not with this installation. */
function conflictsOf(
  settings: TenantSettings,
  rules: TenantRules,
  sendsMail: boolean,
): readonly InputIssue[] {
  const issues: InputIssue[] = []
  if (settings.registrationDomains !== null && rules.emailVerification !== 'required')
    issues.push({
      path: ['registrationDomains'],
      code: 'REQUIRES_VERIFICATION',
      message:
        'Requires emailVerification REQUIRED: an address that no one has proven says nothing about its owner.',
    })
  if (settings.emailVerification === 'required' && !sendsMail)
    issues.push({
      path: ['emailVerification'],
      code: 'REQUIRES_MAIL',
      message: 'This installation sends no mail (MAIL=off), so no one could verify an address.',
    })
  return issues
}
