import { convertAuth0 } from './auth0.ts'
import { convertBetterAuth } from './better-auth.ts'
import { convertFirebase } from './firebase.ts'
import { convertGotrue } from './gotrue.ts'
import type { ImportFormat } from './import-format.ts'
import { convertKeycloak } from './keycloak.ts'

/** The formats of `users import --format`. */
export const importFormats = {
  gatehouse: { layout: 'lines', convert: null },
  auth0: { layout: 'lines', convert: convertAuth0 },
  gotrue: { layout: 'lines', convert: convertGotrue },
  keycloak: { layout: 'document', convert: convertKeycloak },
  firebase: { layout: 'document', convert: convertFirebase },
  'better-auth': { layout: 'lines', convert: convertBetterAuth },
} satisfies Readonly<Record<string, ImportFormat>>

export type ImportFormatName = keyof typeof importFormats

export function isImportFormat(name: string): name is ImportFormatName {
  return Object.hasOwn(importFormats, name)
}
