import { z } from 'zod'
import type { AccessMistake, WantedPermission, WantedRole } from '../../domain/access/access-plan.ts'

/** What a file says, with the slugs of tenants. */
export interface AccessFile {
  /** Null: the file has no such list. */
  readonly permissions: readonly WantedPermission[] | null
  readonly roles: readonly FileRole[]
  /** Whose roles the file lists, with the line of the list: slugs, and null for the installation. */
  readonly owners: readonly { readonly tenant: string | null; readonly line: number }[]
}

interface FileRole extends Omit<WantedRole, 'tenantId'> {
  /** Slug of its tenant; null: of the installation. */
  readonly tenant: string | null
}

const description = z
  .string()
  .max(500, 'At most 500 characters.')
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]*$/u, 'Must be one line without control characters.')
  .nullish()
const permission = z.strictObject({ description, tenantGrantable: z.boolean().nullish() }).nullish()
const role = z
  .strictObject({ description, permissions: z.array(z.string()).nullish(), isDefault: z.boolean().nullish() })
  .nullish()
const roles = z.record(z.string(), role)
const rules = z.strictObject({
  permissions: z.record(z.string(), permission).nullish(),
  roles: roles.nullish(),
  tenants: z.record(z.string(), z.strictObject({ roles: roles.nullish() }).nullish()).nullish(),
})

/** The content of a file without the values whose form is wrong, and the mistakes of its form. `file` null: nothing can be read. */
export interface ReadAccessFile {
  readonly file: AccessFile | null
  readonly mistakes: readonly AccessMistake[]
}

type Path = readonly PropertyKey[]

const forms: Partial<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  object: 'a map',
  record: 'a map',
  string: 'text',
}

/** Undefined: the message of the rule. */
function formMessage(issue: { readonly code?: string; readonly expected?: unknown }): string | undefined {
  const form = issue.code === 'invalid_type' ? forms[String(issue.expected)] : undefined
  return form === undefined ? undefined : `Must be ${form}.`
}

/** Checks the form of the content of a file. `lineOf` finds the line of a value. */
export function readAccessContent(content: unknown, lineOf: (path: Path) => number): ReadAccessFile {
  const parsed = rules.safeParse(content, { error: formMessage })
  if (parsed.success) return { file: toFile(parsed.data, lineOf), mistakes: [] }
  const mistakes = parsed.error.issues.flatMap((issue): AccessMistake[] => {
    const paths = pathsOf(issue)
    const message = issue.code === 'unrecognized_keys' ? 'There is no such field.' : issue.message
    return paths.map((path) => {
      return {
        line: lineOf(path),
        name: path.map(String).join('.') || 'file',
        code: issue.code.toUpperCase(),
        message,
      }
    })
  })
  mistakes.sort((one, other) => one.line - other.line)
  const rest = rules.safeParse(withoutFaults(content, parsed.error.issues))
  return { file: rest.success ? toFile(rest.data, lineOf) : null, mistakes }
}

function pathsOf(issue: z.core.$ZodIssue): readonly Path[] {
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path]
}

/** The content without unknown fields, and with null for values of a wrong form and for lists with such an item. */
function withoutFaults(value: unknown, issues: readonly z.core.$ZodIssue[], place: Path = []): unknown {
  const inside = issues.filter(({ path }) => place.every((step, index) => path[index] === step))
  if (inside.length === 0) return value
  const here = inside.filter(({ path }) => path.length === place.length)
  const unknown = here.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []))
  const isWrong = here.some(({ code }) => code !== 'unrecognized_keys')
  if (isWrong || Array.isArray(value) || typeof value !== 'object' || value === null)
    return place.length === 0 ? {} : null
  const known = Object.entries(value).filter(([key]) => !unknown.includes(key))
  return Object.fromEntries(known.map(([key, item]) => [key, withoutFaults(item, issues, [...place, key])]))
}

function toFile(
  { permissions, roles, tenants }: z.output<typeof rules>,
  lineOf: (path: Path) => number,
): AccessFile {
  const listed = Object.entries(tenants ?? {}).flatMap(([tenant, value]) => {
    return value?.roles == null ? [] : [{ tenant, roles: value.roles, path: ['tenants', tenant, 'roles'] }]
  })
  const owners = [...(roles == null ? [] : [{ tenant: null, roles, path: ['roles'] }]), ...listed]
  return {
    permissions:
      permissions == null
        ? null
        : Object.entries(permissions).map(([name, value]) => ({
            name,
            description: value?.description ?? null,
            tenantGrantable: value?.tenantGrantable ?? false,
            path: `permissions.${name}`,
            line: lineOf(['permissions', name]),
          })),
    roles: owners.flatMap((owner) =>
      Object.entries(owner.roles).map(([name, value]): FileRole => {
        const names = value?.permissions ?? []
        const path = [...owner.path, name]
        return {
          tenant: owner.tenant,
          name,
          description: value?.description ?? null,
          permissions: names,
          isDefault: value?.isDefault ?? false,
          path: path.join('.'),
          line: lineOf(path),
          permissionLines: names.map((_, index) => lineOf([...path, 'permissions', String(index)])),
        }
      }),
    ),
    owners: owners.map(({ tenant, path }) => ({ tenant, line: lineOf(path) })),
  }
}
